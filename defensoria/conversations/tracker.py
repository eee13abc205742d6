"""A tracker as short as the dialogue allows: what a citizen said long ago is in the slots, and its events are not.

Rasa goes over all events of a session several times a message: each would cost more than the one before.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_MOST_MESSAGES = 8
_KEPT_MESSAGES = 3
"""Of the citizen's. Actions look at the one before the last; rules look back over less than one."""


class ShortTracker(DialogueStateTracker):
    """A tracker that knows how many of its events are in the store.

    Attributes:
        stored: of its events, so many from the first.
        last_id: id in the store of the newest of the session's events, None where there is none.
    """

    slots: dict[str, Slot]
    stored: int = 0
    last_id: int | None = None

    def copy(self) -> ShortTracker:
        """The same tracker apart; Rasa's own goes through every event again, for each action."""
        twin = copy.copy(self)
        twin.events = self.events.copy()
        # Shared: a tracker of this kind gives itself a new slot where one changes.
        twin.slots = dict(self.slots)
        twin.active_loop = copy.copy(self.active_loop)
        # Events get these where they are added for good.
        twin.model_id = twin.assistant_id = None
        return twin

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        self.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        super()._reset_slots()

    def shorten(self) -> ShortTracker:
        """This tracker, all of whose events are stored, or where it has grown long one that knows the same.

        What came before its last messages is put as Rasa would have it after a jump there: the slots, the form and
        the bot listening.
        """
        events = _of_session(list(self.events))
        heard = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
        if len(heard) > _MOST_MESSAGES:
            cut = heard[-_KEPT_MESSAGES] - _listens_before(events, heard[-_KEPT_MESSAGES])
            before = DialogueStateTracker.from_events(self.sender_id, events[:cut], self.slots.values())
            events = [*_as_events(before), *events[cut:]]
        if len(events) == len(self.events):
            return self
        short = ShortTracker.from_events(self.sender_id, events, self.slots.values())
        short.stored, short.last_id = len(events), self.last_id
        return short


def _of_session(events: list[Event]) -> list[Event]:
    started = [place for place, event in enumerate(events) if isinstance(event, SessionStarted)]
    return events[started[-1] :] if started else events


def _listens_before(events: Sequence[Event], place: int) -> bool:
    last = events[place - 1]
    return isinstance(last, ActionExecuted) and last.action_name == ACTION_LISTEN_NAME


def _as_events(tracker: DialogueStateTracker) -> list[Event]:
    """The fewest events that lead to what a tracker knows."""
    at = tracker.events[-1].timestamp
    slots = [SlotSet(name, slot.value, timestamp=at) for name, slot in tracker.slots.items() if slot.has_been_set]
    loop = tracker.active_loop_name
    form = [ActionExecuted(loop, timestamp=at), ActiveLoop(loop, timestamp=at)] if loop else []
    return [SessionStarted(timestamp=at), ActionExecuted(ACTION_LISTEN_NAME, timestamp=at), *form, *slots]

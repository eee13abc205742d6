"""Stories decide where no form leads, and only there."""

from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from defensoria.stories import StoryPolicy
from tests.agent import trained_agent

OPENED = [
    ActionExecuted("action_listen"),
    UserUttered("oi", intent={"name": "cumprimentar", "confidence": 1.0}),
    ActionExecuted("action_abrir_atendimento"),
    SlotSet("expediente", "aberto"),
]
IN_THE_FORM = [*OPENED, ActionExecuted("triagem_form"), ActiveLoop("triagem_form")]


def _foreseen(events) -> str | None:
    agent = trained_agent()
    nodes = agent.processor.graph_runner._instantiated_nodes
    (policy,) = [node._component for node in nodes.values() if isinstance(node._component, StoryPolicy)]
    tracker = DialogueStateTracker.from_events("maria", events, agent.domain.slots)
    prediction = policy.predict_action_probabilities(tracker, agent.domain, {})
    best = max(prediction.probabilities)
    return agent.domain.action_names_or_texts[prediction.probabilities.index(best)] if best else None


def test_a_story_goes_on_where_no_form_leads():
    assert _foreseen(OPENED) == "triagem_form"
    assert _foreseen([*IN_THE_FORM, ActiveLoop(None)]) == "action_encaminhar"


def test_a_form_that_leads_is_left_alone():
    assert _foreseen(IN_THE_FORM) is None

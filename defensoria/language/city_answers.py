"""What an answer to the question for the city tells: one of those suggested just before, or a place by its name."""

from defensoria.language.heard import SEPARATOR, SUGGESTED_CITIES, Heard, Say, Spoken
from defensoria.language.menu import YES_WORDS, Option, read_choice
from defensoria.language.places import PlaceReading, read_place
from defensoria.office.triage import Answers


def hear_city(spoken: Spoken, answers: Answers) -> Heard:
    """The city that an answer tells, the few to ask between, or that it is in another state. Never raises."""
    return _suggested(spoken, answers) or _told(read_place(spoken.text, asked=True))


def _suggested(spoken: Spoken, answers: Answers) -> Heard | None:
    """The city chosen among those suggested just before, by number, by name or by a yes to the only one."""
    names = (answers.get(SUGGESTED_CITIES) or "").split(SEPARATOR)
    only = YES_WORDS if len(names) == 1 else ()
    choice = read_choice(spoken.text, [Option(name, name, synonyms=only) for name in names if name])
    return Heard({"municipio": choice.value, SUGGESTED_CITIES: None}) if choice else None


def _told(place: PlaceReading) -> Heard:
    if place.municipio is not None:
        return Heard({"municipio": place.municipio.name, SUGGESTED_CITIES: None})
    if place.candidates:
        names = [candidate.name for candidate in place.candidates]
        if len(names) == 1:
            return Heard({SUGGESTED_CITIES: names[0]}, (Say("utter_confirmar_cidade", {"cidade": names[0]}),))
        listed = "\n".join(f"*{number}* {name}" for number, name in enumerate(names, start=1))
        return Heard({SUGGESTED_CITIES: SEPARATOR.join(names)}, (Say("utter_qual_cidade", {"cidades": listed}),))
    if place.other_state:
        return Heard(says=(Say("utter_outro_estado", {"estado": place.other_state}),))
    return Heard()

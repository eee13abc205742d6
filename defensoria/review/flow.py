"""The triage on paper, for defenders to review: a diagram, and tables of all that is asked and said (`docs/`)."""

import re
from collections.abc import Iterator, Sequence

from defensoria.language.menus import ask_response, menu_of
from defensoria.office.triage import QUESTIONS
from defensoria.review.charting import START, TRIAGE, Chart, Form
from defensoria.review.flow_labels import COMMANDS, TO_A_PERSON, step_label
from defensoria.review.walk import CITY, End, Question, Step

KEPT_AT = "docs/fluxo-da-triagem.md"
RENEW = "python -m defensoria.review flow"

_LONGEST_LABEL = 120
_PERSON, _AGAIN = "pessoa", "outra_vez"
_INTRODUCTION = f"""# Fluxo da triagem

O que o robô pergunta, a quem, e como a conversa termina. Este arquivo é gerado do domínio, das regras e da ordem das
perguntas: não o edite. Para renovar: `{RENEW}`.

Uma pergunta já respondida em outra mensagem não é feita de novo. Valores entre ‹ › são preenchidos na hora, com os
fatos do dia."""


def document(chart: Chart) -> str:
    """The whole document, in Markdown with a Mermaid diagram."""
    parts = [
        _INTRODUCTION,
        "## Desenho\n\n```mermaid\n" + "\n".join(diagram(chart)) + "\n```",
        "## As perguntas, na ordem\n\n"
        + _table(("nº", "pergunta", "para quem", "respostas", "o que vem depois"), _asked(chart)),
        "## O que é dito no começo e no fim\n\n" + _table(("quando", "o que a pessoa lê", "termina?"), _endings(chart)),
        "## Em qualquer pergunta\n\n" + _table(("a pessoa escreve", "o robô"), _commands()),
        "## Perguntas da pessoa, respondidas no meio da triagem\n\nDepois a pergunta aberta volta.\n\n"
        + _table(("intenção", "o que a pessoa lê"), _answered(chart)),
        "## O que é entendido sem perguntar\n\n" + _table(("a pessoa fala de", "fica respondido"), _understood(chart)),
        "## Outros avisos durante a conversa\n\n" + _table(("resposta", "o que a pessoa lê"), _remarks(chart)),
    ]
    return "\n\n".join(parts) + "\n"


def diagram(chart: Chart) -> list[str]:
    """The lines of a Mermaid flowchart: the rules' steps, and in each form its questions with their branches."""
    lines = ["flowchart TD", f'  {START}(["A pessoa escreve"])']
    forms = {form.name: form for form in chart.forms}
    actions = dict.fromkeys(name for link in chart.links for name in (link.source, link.target) if name not in forms)
    lines += [f'  {name}["{_safe(step_label(name))}"]' for name in actions if name != START]
    for form in chart.forms:
        lines += _drawn_form(chart, form)
    for link in chart.links:
        target = _node(forms[link.target].first, forms[link.target]) if link.target in forms else link.target
        if link.source not in forms:
            lines.append(_arrow(link.source, target, link.label))
            continue
        for node, label in _way_out(chart, forms[link.source]):
            lines.append(_arrow(node, target, label))
    for action, response, ends in _said_by(chart):
        if ends:
            lines.append(f'  {response}(["{_safe(chart.text(response))}"])')
            lines.append(_arrow(action, response, chart.when(response).clause))
    return lines


def _drawn_form(chart: Chart, form: Form) -> Iterator[str]:
    yield f'  subgraph {form.name}["{_safe(step_label(form.name))}"]'
    for question, number in form.numbers.items():
        yield f'    {_node(question, form)}{{{{"{number}. {_safe(chart.question_text(form.name, question))}"}}}}'
    for question in form.numbers:
        for follows, values in question.branches.items():
            label = chart.answers_label(form.name, question, values)
            if isinstance(follows, Question):
                yield "  " + _arrow(_node(question, form), _node(follows, form), label)
            elif follows is End.ASKED_AGAIN:
                yield f'    {_AGAIN}["A pergunta escolhida é feita de novo, e a conferência volta"]'
                yield "  " + _arrow(_node(question, form), _AGAIN, label)
    yield "  end"
    if form.name == TRIAGE:
        yield f'  {_PERSON}(["{_safe(TO_A_PERSON)}"])'
        yield f"  {_PERSON} -.-> {_node(chart.to_a_person, form)}"


def _way_out(chart: Chart, form: Form) -> Iterator[tuple[str, str]]:
    """The questions from which a form ends, with the answers that end it."""
    for question in form.numbers:
        for follows, values in question.branches.items():
            if follows in (End.ROUTED, End.UNROUTED):
                yield _node(question, form), chart.answers_label(form.name, question, values)


def _node(step: Step, form: Form) -> str:
    return f"{form.name}_{form.numbers[step]}" if isinstance(step, Question) else form.name


def _arrow(source: str, target: str, label: str) -> str:
    return f'  {source} -- "{_safe(label)}" --> {target}' if label else f"  {source} --> {target}"


def _safe(text: str) -> str:
    """A text as a Mermaid label: one line, not too long, without signs that Mermaid reads."""
    line = " ".join(_readable(text).split())
    if len(line) > _LONGEST_LABEL:
        line = line[: _LONGEST_LABEL - 1].rsplit(" ", 1)[0] + "…"
    return line.replace('"', "'").replace("#", "")


def _readable(text: str) -> str:
    """A response's text without WhatsApp's marks, its placeholders as words."""
    return re.sub(r"\{(\w+)\}", lambda name: f"‹{name[1].replace('_', ' ')}›", text).replace("*", "")


def _said_by(chart: Chart) -> Iterator[tuple[str, str, bool]]:
    """Every action of the rules with each response it says, and whether the bot's part ends there."""
    in_rules = {name for link in chart.links for name in (link.source, link.target)}
    for action, said in chart.said.items():
        if action in in_rules or action.startswith("validate_"):
            for response in said:
                yield action, response, chart.when(response).ends


def _asked(chart: Chart) -> Iterator[tuple[str, ...]]:
    for form in chart.forms:
        for question, number in form.numbers.items():
            yield (
                number,
                chart.question_text(form.name, question),
                "\n".join(_asked_of(chart, form, question)),
                "\n".join(_offered(chart, form.name, question)),
                "\n".join(_follows(chart, form, question)),
            )


def _asked_of(chart: Chart, form: Form, question: Question) -> Iterator[str]:
    if question is form.first:
        yield f"no começo: {step_label(form.name)}"
    if form.name == TRIAGE and question is chart.to_a_person:
        yield "quem vai direto a uma pessoa"
    for before, number in form.numbers.items():
        values = before.branches.get(question)
        if values:
            label = chart.answers_label(form.name, before, values)
            yield f"quem respondeu à {number}" if len(before.branches) == 1 else f"{number}: {label}"


def _offered(chart: Chart, form: str, question: Question) -> Iterator[str]:
    options = menu_of(chart.responses, ask_response(form, question.slot), question.answers).options
    if not options:
        yield "uma cidade de Mato Grosso" if question.slot == CITY else "texto livre"
    for number, option in enumerate(options, start=1):
        yield f"{number} {option.title}" + (f": {option.description}" if option.description else "")


def _follows(chart: Chart, form: Form, question: Question) -> Iterator[str]:
    for follows, values in question.branches.items():
        yield f"{chart.answers_label(form.name, question, values)} → {_after(follows, form)}"


def _after(step: Step, form: Form) -> str:
    if isinstance(step, Question):
        return form.numbers[step]
    if step is End.ASKED_AGAIN:
        return "a pergunta escolhida, e a conferência de novo"
    return "fim das perguntas" if step is End.ROUTED else "fim das perguntas, sem núcleo"


def _endings(chart: Chart) -> Iterator[tuple[str, ...]]:
    seen: set[str] = set()
    for _, response, ends in _said_by(chart):
        if response not in seen:
            seen.add(response)
            yield chart.when(response).clause, chart.text(response), "sim" if ends else ""


def _commands() -> Iterator[tuple[str, ...]]:
    yield from ((f"“{word}”", effect) for word, effect in COMMANDS.values())


def _answered(chart: Chart) -> Iterator[tuple[str, ...]]:
    for intent in chart.intents:
        if f"utter_{intent}" in chart.responses:
            yield intent, chart.text(f"utter_{intent}")


def _understood(chart: Chart) -> Iterator[tuple[str, ...]]:
    meant: dict[str, list[str]] = {}
    for slot in QUESTIONS:
        # A "sim" answers only the question before it.
        if slot == "elegibilidade":
            continue
        menu = menu_of(chart.responses, ask_response(TRIAGE, slot))
        titles = {option.value: option.title for option in menu.options}
        for intent, value in menu.meant_by.items():
            meant.setdefault(intent, []).append(f"{slot}: {titles[value]}")
    yield from ((intent, "\n".join(answers)) for intent, answers in meant.items())


def _remarks(chart: Chart) -> Iterator[tuple[str, ...]]:
    elsewhere = {response for _, response, _ in _said_by(chart)} | {f"utter_{intent}" for intent in chart.intents}
    for response in chart.responses:
        if response not in elsewhere and not response.startswith("utter_ask_"):
            yield response, chart.text(response)


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    lines = [line.strip() for line in _readable(text).splitlines() if line.strip()]
    return "<br>".join(lines).replace("|", "\\|")

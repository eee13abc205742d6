"""A draft of training examples from what was not understood: a file that Rasa reads and that teaches it nothing yet.

Every group is a comment. A designer rewrites its phrases, decides the intent, and moves them into `data/nlu/`.
"""

from datetime import date

from defensoria.planning.choice import Choice
from defensoria.planning.grouping import Group, Groups

NO_INTENT = "escolha_a_intencao"

_HEAD = """\
# Rascunho de exemplos: o que as pessoas escreveram e o robô não entendeu, de {first:%d/%m/%Y} a {last:%d/%m/%Y}.
# Feito em {today:%d/%m/%Y}. Nomes, números, datas e endereços saíram; confira mesmo assim.
#
# Tudo aqui é comentário: o arquivo não ensina nada ao robô. A intenção de cada grupo é só o palpite dele.
#   1. Decida a intenção certa, ou deixe o grupo de lado.
#   2. Reescreva as frases: nada copiado de uma conversa entra em data/nlu/.
#   3. Ponha as frases novas no arquivo certo de data/nlu/ e apague este rascunho.
#
# {shown} grupos. Outras {few} mensagens não aparecem: menos de {fewest} pessoas escreveram parecido.
version: "3.1"
nlu: []
"""


def draft(groups: Groups, choice: Choice, fewest: int, today: date) -> str:
    """The file's text.

    Args:
        groups: what is in it.
        choice: what the groups are about.
        fewest: how many citizens stand behind each group at least.
        today: the day on which it is made, in Cuiabá.
    """
    head = _HEAD.format(
        first=choice.first,
        last=choice.last,
        today=today,
        shown=len(groups.shown),
        few=groups.few_messages,
        fewest=fewest,
    )
    return "\n".join([head, *map(_drafted, groups.shown)])


def _drafted(group: Group) -> str:
    asked = ", ".join(f"{question or 'nenhuma'} ({count})" for question, count in group.questions)
    lines = [
        f"{group.messages} mensagens de {group.citizens} pessoas. Pergunta aberta: {asked}.",
        f"Palpite do robô: {group.intent or 'nenhum'} ({group.confidence:.0%}).",
        f"- intent: {group.intent or NO_INTENT}",
        "  examples: |",
        *(f"    - {example}" for example in group.examples),
    ]
    return "".join(f"# {line}\n" for line in lines)

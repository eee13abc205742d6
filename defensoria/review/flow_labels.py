"""The words of the flow document that the domain does not hold: when each thing is said, and what commands do."""

from collections.abc import Mapping
from dataclasses import dataclass

from defensoria.language.commands import Command


@dataclass(frozen=True)
class When:
    """When an action says a response, as a clause after "quando"; `ends`: whether the bot's part is over with it."""

    clause: str
    ends: bool = False


WHEN: Mapping[str, When] = {
    "utter_boas_vindas": When("a pessoa escreve e a Defensoria está aberta"),
    "utter_fora_do_horario": When("a pessoa escreve e a Defensoria está fechada"),
    "utter_ja_encaminhado": When("a conversa já está com uma pessoa da Defensoria"),
    "utter_plantao": When("a pessoa disse a cidade e a Defensoria está fechada"),
    "utter_fazer_recado": When("a pessoa quer deixar o pedido para a abertura"),
    "utter_sem_recado": When("a pessoa não quer deixar o pedido", ends=True),
    "utter_recado_guardado": When("o pedido fica guardado e entra na fila na abertura", ends=True),
    "utter_encaminhado": When("o núcleo está aberto: o pedido entra na fila dele", ends=True),
    "utter_encaminhado_ensaio": When("é um ensaio no terminal: ninguém é chamado", ends=True),
    "utter_nucleo_fechado": When("o núcleo daquela cidade está fechado agora"),
    "utter_nao_elegivel": When("a pessoa está fora dos critérios e não quer a avaliação", ends=True),
    "utter_agradecer": When("a pessoa agradece e nada está em aberto", ends=True),
    "utter_aviso_de_privacidade": When("é a primeira vez, ou o aviso mudou: vai na mesma mensagem"),
    "utter_pedir_meus_dados": When("a pessoa quer ver os seus dados e nada está em aberto", ends=True),
    "utter_apagar_meus_dados": When("a pessoa quer apagar os seus dados e nada está em aberto", ends=True),
    "utter_despedir": When("a pessoa se despede e nada está em aberto", ends=True),
}
"""Every response that an action of the rules says."""

STEPS: Mapping[str, str] = {
    "triagem_form": "Triagem",
    "plantao_form": "Plantão, com a Defensoria fechada",
    "action_abrir_atendimento": "O robô confere o horário",
    "action_encaminhar": "O robô confere o critério, escolhe o núcleo e confere o horário dele",
    "action_responder_recado": "O robô lê se a pessoa quer deixar o pedido",
    "action_encerrar": "O robô se despede",
    "action_anotar_pedido_de_dados": "O robô anota o pedido sobre os dados",
}
"""Forms and actions as a defender would call them."""

COMMANDS: Mapping[Command, tuple[str, str]] = {
    Command.BACK: ("voltar", "volta à pergunta anterior"),
    Command.RESTART: ("recomeçar", "apaga as respostas e começa de novo"),
    Command.PERSON: ("atendente", "chama uma pessoa; só a cidade ainda é perguntada, porque ela decide quem atende"),
    Command.HELP: ("ajuda", "explica como responder e faz a mesma pergunta"),
}
"""What is written and what it does."""

TO_A_PERSON = "Em qualquer pergunta: pede uma pessoa, conta uma urgência, manda áudio ou foto, ou não é entendida"
"""What makes the triage ask for the city alone."""


def step_label(name: str) -> str:
    """A form or an action in words."""
    return STEPS.get(name, name.removeprefix("action_").removesuffix("_form").replace("_", " ").capitalize())

"""How the desk calls what the audit names: the actions and what is noted with them."""

from collections.abc import Mapping
from typing import Any

ACTIONS: Mapping[str, str] = {
    "entrada": "Entrou",
    "entrada_recusada": "Entrada recusada",
    "saida": "Saiu",
    "leitura": "Leu a conversa",
    "arquivo": "Abriu um arquivo",
    "busca": "Buscou",
    "acesso_recusado": "Acesso recusado",
    "assumida": "Assumiu",
    "tomada": "Tomou para si",
    "transferencia": "Transferiu",
    "dados_corrigidos": "Corrigiu os dados",
    "nota": "Escreveu uma nota",
    "arquivo_enviado": "Enviou um arquivo",
    "reenvio": "Reenviou uma mensagem",
    "encerramento": "Encerrou",
    "resposta_pronta_criada": "Criou uma resposta pronta",
    "resposta_pronta_alterada": "Alterou uma resposta pronta",
    "resposta_pronta_removida": "Removeu uma resposta pronta",
    "exportacao": "Exportou dados",
    "auditoria_consultada": "Consultou a auditoria",
    "auditoria_conferida": "Conferiu a auditoria",
    "usuario_criado": "Criou usuário",
    "usuario_alterado": "Alterou usuário",
    "usuario_desativado": "Desativou usuário",
    "usuario_reativado": "Reativou usuário",
    "senha_trocada": "Trocou a própria senha",
    "senha_redefinida": "Redefiniu uma senha",
    "segundo_fator_ativado": "Ativou as duas etapas",
    "segundo_fator_redefinido": "Redefiniu as duas etapas",
    "codigos_renovados": "Gerou códigos de recuperação",
    "sessao_encerrada": "Encerrou sessões",
    "fato_alterado": "Alterou os fatos do órgão",
    "pedido_registrado": "Registrou um pedido sobre dados",
    "pedido_atendido": "Atendeu um pedido sobre dados",
    "pedido_recusado": "Recusou um pedido sobre dados",
    "apagamento_aceito": "Aceitou apagar os dados",
    "dados_apagados": "Dados apagados a pedido",
    "apagamento_por_prazo": "Dados apagados pelo prazo",
    "guarda_legal": "Pôs sob guarda legal",
    "guarda_legal_encerrada": "Encerrou uma guarda legal",
    "identidades_separadas": "Separou duas pessoas parecidas",
    "identidades_juntadas": "Juntou duas pessoas em uma",
    "expurgo": "Registros antigos retirados",
}
"""The audit's word for what was done, and the desk's, in the order of a list to choose from."""

_NOTED: Mapping[str, str] = {
    "answer_id": "resposta",
    "ate": "até",
    "first": "de",
    "found": "achados",
    "from_login": "estava com",
    "kind": "tipo",
    "last": "até",
    "message_id": "mensagem",
    "note_id": "nota",
    "nucleos": "núcleos",
    "o_que": "o quê",
    "pagina": "página",
    "removed": "apagados",
    "title": "título",
    "to": "para a pessoa",
    "to_nucleo": "para o núcleo",
    "type": "tipo",
    "usuario": "usuário",
    "versao": "versão",
    "what": "o quê",
}


def action(value: str) -> str:
    """The words for what was done."""
    return ACTIONS.get(value, value)


def noted(data: Mapping[str, Any] | None) -> str:
    """What was noted with an entry, such as `motivo: senha; página: /quadro`."""
    return "; ".join(
        f"{_NOTED.get(key, key.replace('_', ' '))}: {_plain(value)}" for key, value in (data or {}).items()
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items()) or "nada"
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "nada"
    return "nada" if value is None else str(value)

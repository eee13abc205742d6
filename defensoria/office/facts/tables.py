"""The columns of each CSV file of the facts."""

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "municipios": (
        "codigo_ibge nome comarca ddd hora_de_brasilia latitude longitude populacao "
        "confianca_comarca fonte_comarca data_comarca fonte_hora fonte data observacao"
    ),
    "comarcas": "nome codigo_foro fonte data observacao",
    "nucleos": (
        "id nome tipo sede comarcas areas porta faz microrregiao_plantao situacao confianca fonte data observacao"
    ),
    "contatos": "nucleo tipo valor divulgar fonte data observacao",
    "rotas": "ordem comarca area servico assunto nucleo confianca fonte data observacao",
    "redirecionamentos": "nucleo para vale_de vale_ate motivo fonte data observacao",
    "expediente": "dia abre fecha fonte data",
    "fechamentos": "inicio fim exceto_anos abre fecha nome tipo sede nucleos fonte data observacao",
    "plantoes": "nucleos regiao telefone nome vale_de vale_ate fonte data observacao",
    "plantao_urgencias": "titulo urgencia casos fonte data",
    "emergencias": "id numero canal nome quando horario urgencias fonte data observacao",
    "salarios_minimos": "vigencia valor ato fonte data",
    "geral": "chave valor fonte data",
}
"""Table, which is the file's name without its ending → the names of its columns, separated by spaces."""

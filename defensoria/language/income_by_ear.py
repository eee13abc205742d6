"""The words of an income as they are spelt by ear or in Spanish, and as they are written."""

import re
from functools import lru_cache

from defensoria.language.text import SPANISH, phonetic

# The words of an income that are most often spelt by ear.
_HEARD = {
    phonetic(word): word
    for word in (
        "desempregado", "desempregada", "desempregados", "desemprego", "aposentado", "aposentada", "aposentadoria",
        "beneficio", "auxilio", "familia", "recebo", "recebe", "recebemos", "diaria", "diarias", "renda",
        "pensionista", "individual", "liquido", "bruto", "comissao", "quinzena", "semana", "trabalho", "trabalha",
        "esposa", "esposo", "companheiro", "companheira", "marido", "sozinho", "sozinha", "somando", "juntando",
    )
}  # fmt: skip
_OUT_OF_WORK = re.compile(r"d[ei][sz][ei][mn]?pr?e[gq]\w{1,5}")
# What Spanish speakers say for it.
_SPANISH = {
    **SPANISH, "gana": "ganha", "ganamos": "ganhamos", "recibo": "recebo", "recibe": "recebe", "sueldo": "salario",
    "trabaja": "trabalha", "desempleado": "desempregado", "desempleada": "desempregada", "cobramos": "recebemos",
    "esposos": "casal", "tenemos": "temos", "ingreso": "renda", "ingresos": "renda", "pagan": "pagam", "mes": "mes",
}  # fmt: skip
_WORD = re.compile(r"(?<!§)\b[a-z]{4,}\b")


def by_ear(marked: str) -> str:
    """The marked text with the words of an income, where they are spelt by ear or in Spanish, as they are written."""
    written = _WORD.sub(lambda found: _as_written(found[0]), marked)
    return re.sub(r"\bno (?=(?:tenho|temos)\b)", "nao ", re.sub(r"\bsin (?=trabalho\b)", "sem ", written))


@lru_cache(maxsize=8192)
def _as_written(word: str) -> str:
    if _OUT_OF_WORK.fullmatch(word) and not word.startswith("desempenh"):
        return "desemprego" if word.endswith("go") else "desempregado"
    # By ear, "trabalhar" is "trabalha".
    return _SPANISH.get(word) or (word if word.endswith("r") else _HEARD.get(phonetic(word), word))

"""What people write to the office, in the mix of a busy afternoon: openings, and what follows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_GREETINGS = ("oi", "Olá, boa tarde", "bom dia", "boa tarde, preciso de ajuda", "oii", "Oi tudo bem?", "alguem ai?")
_NEEDS = (
    "quero saber do meu processo",
    "preciso de um advogado",
    "quero dar entrada no divórcio",
    "pensão alimentícia pro meu filho",
    "o pai da minha filha não paga pensão faz 4 meses",
    "meu benefício do INSS foi negado",
    "tive a luz cortada e a conta veio errada",
    "quero remarcar o atendimento",
    "como faço pra ser atendida na defensoria?",
    "falar com atendente",
    "fui demitido e não recebi",
    "preciso de remédio que o posto não tem",
)
_DIGITS = ("1", "2", "3", "4", "5", "1", "2", "9", "um", "a segunda")
_ANSWERS = (
    "sim",
    "não",
    "ganho um salário mínimo",
    "recebo bolsa família",
    "uns 1800 por mês",
    "estou desempregada",
    "novo atendimento",
    "é sobre família",
    "cível",
    "não sei",
)
_CITIES = (
    "Cuiabá",
    "moro em sinop",
    "varzea grande",
    "Rondonópolis",
    "sou de sorriso",
    "Cáceres MT",
    "tangara da serra",
)
_STORIES = (
    "boa tarde, eu morava com o meu marido em uma casa que a gente construiu no terreno da mãe dele, faz doze anos, "
    "e agora ele foi embora e a família dele quer que eu saia com os meus três filhos. Eu ajudei a pagar o material, "
    "tenho as notas. Não tenho pra onde ir e não tenho dinheiro pra advogado. O que eu faço?",
    "Eu comprei um celular parcelado em dez vezes e veio com defeito, levei na assistência duas vezes e voltou igual. "
    "A loja diz que é com o fabricante e o fabricante diz que é com a loja. Continuo pagando e sem aparelho. "
    "Queria saber se vocês podem entrar com uma ação pra mim, ganho um salário mínimo e moro em Várzea Grande.",
    "meu irmao ta preso faz 8 meses sem audiencia a gente nao tem noticia do processo a familia ta desesperada minha "
    "mae ta doente por causa disso queria saber quem e o defensor dele e quando vai ser a audiencia",
)
_URGENT = ("meu marido me bateu e está aqui na porta", "meu pai precisa de UTI e o hospital não tem vaga")
_THANKS = ("obrigada", "ok obrigado", "valeu", "tá bom", "ok", "👍")
_FILES: tuple[dict[str, Any], ...] = ({"type": "audio"}, {"type": "image"}, {"type": "document"}, {"type": "audio"})
_REACTION = ({"raw": {"type": "reaction", "reaction": {"message_id": "wamid.de.antes", "emoji": "🙏"}}},)


@dataclass(frozen=True)
class Mix:
    """Kinds of messages with the share of each; the shares sum to 1."""

    kinds: tuple[tuple[float, Sequence[str | dict[str, Any]]], ...]

    def draw(self, chance: np.random.Generator) -> dict[str, Any]:
        """A message's body, as the simulator takes it."""
        shares, kinds = zip(*self.kinds, strict=True)
        kind = kinds[chance.choice(len(kinds), p=shares)]
        drawn = kind[chance.integers(len(kind))]
        return {"text": drawn} if isinstance(drawn, str) else dict(drawn)


FIRST = Mix(((0.45, _GREETINGS), (0.32, _NEEDS), (0.05, _DIGITS), (0.1, _STORIES), (0.06, _FILES), (0.02, _URGENT)))
LATER = Mix(
    (
        (0.42, _DIGITS),
        (0.18, _ANSWERS),
        (0.14, _CITIES),
        (0.1, _NEEDS),
        (0.05, _THANKS),
        (0.05, _FILES),
        (0.03, _STORIES),
        (0.02, _REACTION),
        (0.01, _URGENT),
    )
)

"""IT's pages on the running service: its settings, the health of its parts, what was not delivered, the greeting."""

import asyncio
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import aiohttp
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.clock import office_now, utc_now
from defensoria.conversations import audit, facts, health, receipts, sending
from defensoria.conversations.models import Atendimento, Message, User
from defensoria.desk import fact_words, labels, wording
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit
from defensoria.office.calendar import say_hours
from defensoria.office.facts import OfficeFacts, office_facts
from defensoria.settings import OPTIONAL_SECRETS, SECRETS, Settings
from defensoria.whatsapp.waking import Bell

RESENT = "reenvio"
"""What the audit calls a failed message that IT sends again."""

_SECRET = frozenset((*SECRETS, *OPTIONAL_SECRETS))
_ADDRESSES = frozenset({"DATABASE_URL", "REDIS_URL"})
_HIDDEN = "definido (não é mostrado)"
_PATIENCE = aiohttp.ClientTimeout(total=3.0)
_FILES = {
    "pending": "a caminho",
    "stored": "guardados",
    "expired": "vencidos no WhatsApp",
    "refused": "recusados",
    "failed": "não vieram",
}
_SENDING = {
    "waiting": "esperando a pessoa escrever",
    "pending": "por enviar",
    "sending": "sendo enviadas",
    "sent": "enviadas",
    "delivered": "entregues",
    "read": "lidas",
    "failed": "não entregues",
}


@dataclass(frozen=True)
class Setting:
    """One setting of this process: its variable, its value as it may be shown, and where it comes from."""

    variable: str
    value: str
    origin: str


@dataclass(frozen=True)
class Part:
    """One part of the service and how it stands."""

    name: str
    well: bool
    said: str


async def settings_page(visit: Visit) -> Response:
    """The settings that this process runs with."""
    return render(visit, "settings.html", settings=list(shown_settings(visit.desk.settings)))


async def health_page(visit: Visit) -> Response:
    """How every part stands, and the messages that did not get through."""
    database, report, state, edited = await _read_store(visit)
    parts, redis = await asyncio.gather(_reachable_parts(visit.desk.settings, edited), _redis(visit))
    return render(
        visit,
        "health.html",
        parts=[database, *redis, *parts],
        report=report,
        sent=[(_SENDING.get(status, status), count) for status, count in sorted(report.counts.items())],
        oldest=wording.length(utc_now() - report.oldest) if report.oldest else None,
        stopped_since=wording.moment(report.stopped_since, office_now()) if report.stopped_since else None,
        dead=[(one, wording.moment(one.at, utc_now()), labels.failure(one.reason)) for one in report.dead],
        state=state,
        files=[(words, state.files[status]) for status, words in _FILES.items() if state.files.get(status)],
        last_unreadable=state.last_unreadable and wording.moment(state.last_unreadable[0], utc_now()),
        facts=[(fact_words.TABLES[name].title, number) for name, number in edited.items() if name in fact_words.TABLES],
        broken=[(fact_words.TABLES[name].title, why) for name, why in visit.desk.facts.broken.items()],
        resent=visit.request.query_params.get("reenviada", ""),
    )


async def resend(visit: Visit) -> Response:
    """Send a failed message once more."""
    sent = visit.field("mensagem")
    if not sent.isdecimal() or len(sent) > 9:
        raise HTTPException(400)
    done = await visit.desk.database.run(_resend, visit.user, int(sent), visit.origin)
    Bell.OUTBOX.ring()
    return RedirectResponse(f"/administracao/saude?reenviada={'sim' if done else 'nao'}", 303)


async def greeting_page(visit: Visit) -> Response:
    """The standard greeting for the office's own phones, to copy and to print."""
    known = office_facts()
    return render(visit, "greeting.html", greeting=greeting(known), number=known.whatsapp_number)


def greeting(known: OfficeFacts) -> str:
    """What the office's institutional phones answer the public: not here, but at the single number.

    Source: Resolution 024/2022/DPG, art. 5, § 2, by its sense; its wording is the office's to approve.
    """
    return (
        "Olá! Este telefone é de uso interno da Defensoria Pública de Mato Grosso. Por aqui não há atendimento ao "
        "público.\n\n"
        f"Para receber atendimento, escreva pelo WhatsApp para {known.whatsapp_number}, o número único da Defensoria "
        f"em todo o estado. É de graça, {say_hours(known)}.\n\n"
        f"Fora desse horário, casos urgentes são do plantão: {known.plantao_page}\n\n"
        f"Em perigo agora, ligue {known.emergencies['190'].number} (Polícia) ou {known.emergencies['192'].number} "
        "(SAMU)."
    )


def shown_settings(chosen: Settings) -> Iterable[Setting]:
    """Every setting as it may be shown: no secret, and no password of an address."""
    kept = _kept_in_file(chosen)
    for name in Settings.__fields__:
        variable = name.upper()
        value = getattr(chosen, name)
        origin = "ambiente" if variable in os.environ else "var/dev.env" if variable in kept else "padrão"
        yield Setting(variable, _shown(variable, "" if value is None else str(value)), origin)


def _shown(variable: str, value: str) -> str:
    if not value:
        return "vazio"
    if variable in _SECRET:
        return _HIDDEN
    return make_url(value).render_as_string(hide_password=True) if variable in _ADDRESSES else value


def _kept_in_file(chosen: Settings) -> frozenset[str]:
    file = Path(chosen.var_dir) / "dev.env"
    if chosen.production or not file.exists():
        return frozenset()
    return frozenset(line.partition("=")[0] for line in file.read_text().splitlines())


async def _reachable_parts(chosen: Settings, edited: Mapping[str, int]) -> list[Part]:
    everywhere = chosen.bind_host in ("0.0.0.0", "::")
    host = "127.0.0.1" if everywhere else f"[{chosen.bind_host}]" if ":" in chosen.bind_host else chosen.bind_host
    rasa, actions = f"http://{host}:{chosen.rasa_port}", f"http://{host}:{chosen.actions_port}"
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        bearer = {"Authorization": f"Bearer {chosen.rasa_token}"}
        asked = [
            # Rasa takes its token in the address alone.
            _with_facts(
                session,
                "Robô (Rasa)",
                f"{rasa}/status?token={quote(chosen.rasa_token)}",
                f"{rasa}/webhooks/whatsapp/facts",
                bearer,
                edited,
            ),
            _with_facts(session, "Ações do robô", f"{actions}/health", f"{actions}/facts", bearer, edited),
        ]
        if not chosen.production:
            simulator = f"http://{host}:{chosen.simulator_port}/simulator/health"
            asked.append(_ask(session, "Simulador do WhatsApp", simulator, {}))
        return list(await asyncio.gather(*asked))


async def _with_facts(
    session: aiohttp.ClientSession,
    name: str,
    address: str,
    facts_address: str,
    headers: Mapping[str, str],
    edited: Mapping[str, int],
) -> Part:
    """A part that lives by the office's facts: how it stands, and whether it has taken up what was edited."""
    part = await _ask(session, name, address, headers)
    if not part.well:
        return part
    try:
        async with session.get(facts_address, headers=headers, allow_redirects=False) as answer:
            taken = await answer.json(content_type=None)
            behind, broken = taken["versions"] != edited, taken["broken"]
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError, KeyError, TypeError):
        return Part(name, False, f"{part.said}; não diz que fatos usa")
    if broken:
        titles = ", ".join(fact_words.TABLES[one].title for one in broken if one in fact_words.TABLES)
        return Part(name, False, f"{part.said}; a última mudança não vale ali em: {titles}")
    return Part(name, True, f"{part.said}; {'fatos mudados há pouco, ainda por tomar' if behind else 'fatos em dia'}")


async def _ask(session: aiohttp.ClientSession, name: str, address: str, headers: Mapping[str, str]) -> Part:
    begun = time.monotonic()
    try:
        async with session.get(address, headers=headers, allow_redirects=False) as answer:
            said = await answer.json(content_type=None)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
        return Part(name, False, "não responde: veja se o processo está no ar e o registro dele em var/logs")
    if answer.status >= 400:
        return Part(name, False, f"respondeu com o erro {answer.status}")
    model = said.get("model_file") if isinstance(said, dict) else None
    took = f"responde em {(time.monotonic() - begun) * 1000:.0f} ms"
    return Part(name, True, f"{took}; modelo {Path(model).name}" if model else took)


async def _redis(visit: Visit) -> list[Part]:
    if not visit.desk.settings.redis_url:
        return []
    well = await visit.desk.pace.reachable()
    return [Part("Redis", well, "responde" if well else "não responde: veja REDIS_URL e o processo dele")]


async def _read_store(visit: Visit) -> tuple[Part, sending.Report, health.Health, dict[str, int]]:
    database = visit.desk.database
    begun = time.monotonic()
    # A report makes its one row where there is none yet, which a reading transaction may not.
    report = await database.read(sending.report)
    took = f"responde em {(time.monotonic() - begun) * 1000:.0f} ms; {database.engine.dialect.name}"
    return (
        Part("Banco de dados", True, took),
        report,
        await database.read(health.read_health),
        await database.read(facts.numbers),
    )


def _resend(session: Session, user: User, message_id: int, origin: str) -> bool:
    if not receipts.resend(session, message_id):
        return False
    atendimento = session.scalar(
        select(Atendimento).join(Message, Message.atendimento_id == Atendimento.id).where(Message.id == message_id)
    )
    audit.record(
        session,
        user.login,
        RESENT,
        protocolo=atendimento.protocolo,
        nucleo=atendimento.nucleo,
        origin=origin,
        mensagem=message_id,
    )
    return True

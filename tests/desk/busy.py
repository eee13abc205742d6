"""A desk with something to show on every page: people who wait, who are served and who were, and what IT keeps."""

from datetime import datetime, time, timedelta
from pathlib import Path

from defensoria.clock import utc_now
from defensoria.conversations import facts, holder, notes, ready_answers, users
from defensoria.conversations.models import Atendimento, AtendimentoFact, Message, RequestKind, Role
from defensoria.office.calendar import CUIABA
from defensoria.office.editing import TABLES, packaged
from defensoria.planning.dialogue import QUESTIONS
from defensoria.planning.figures import BILLED
from defensoria.privacy import holds, requests
from defensoria.simulator.samples import sample_of_kind
from defensoria.whatsapp.rendering import text_messages
from tests.desk.conftest import NUCLEO, OTHER_NUCLEO, PASSWORD, Office
from tests.sending import fail

WORDS = (
    "Boa tarde. O pai da minha filha não paga a pensão desde março e eu não sei mais o que fazer.",
    "Ela tem 6 anos. Tenho a certidão de nascimento e os comprovantes da escola.",
)


def fill(office: Office, media: Path) -> dict[str, str]:
    """Fill the desk for Ana, who attends, Gil, who plans, and Cris, who administers.

    Returns:
        The protocols of conversations by how they stand, and the id of a user as `user`.
    """
    _staff(office)
    protocols = {
        "waiting": _waits(office, "Marta Ferreira", "5565991110001", 12, urgency="violencia"),
        "longer": _waits(office, "João Batista", "5565991110002", 95),
        "taken": _is_served(office, media),
        "shut": _fell_silent(office),
        "with_rui": _with(office, "rui", "Sebastiana Nunes", "5565991110005"),
        "closed": _was_served(office),
    }
    _kept_by_it(office, protocols)
    return protocols | {"user": str(office.user("bia").id)}


def _staff(office: Office) -> None:
    gil = office.user("gil")
    with office.database.transaction() as session:
        users.add_user(session, "eva", "Eva Moraes", Role.SUPERVISOR, [NUCLEO, OTHER_NUCLEO], PASSWORD)
        ready_answers.save(session, gil, None, NUCLEO, "Documentos", "Traga {documentos}. Protocolo {protocolo}.")
        ready_answers.save(session, gil, None, None, "Saudação", "Olá! Sou da Defensoria, do {nucleo}.")


def _waits(office: Office, name: str, wa_id: str, minutes: int, urgency: str | None = None) -> str:
    protocolo = office.hands_over(WORDS[0], name=name, wa_id=wa_id)
    with office.database.transaction() as session:
        atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
        atendimento.queued_at, atendimento.urgencia = utc_now() - timedelta(minutes=minutes), urgency
        if minutes > 60:
            atendimento.last_citizen_message_at = utc_now() - timedelta(hours=22)
    return protocolo


def _with(office: Office, login: str, name: str, wa_id: str) -> str:
    protocolo = office.hands_over(WORDS[0], name=name, wa_id=wa_id)
    office.takes(login, protocolo)
    return protocolo


def _is_served(office: Office, media: Path) -> str:
    """A conversation with everything that a transcript can hold."""
    wa_id, name = "5565991110003", "Rosângela Aparecida"
    protocolo = _with(office, "ana", name, wa_id)
    _answer(office, protocolo, "Boa tarde, Rosângela! Sou a Ana, da Defensoria. *Quantos anos* ela tem?", "read")
    office.writes(WORDS[1], wa_id=wa_id, name=name)
    for kind, extra in (("image", {}), ("audio", {"voice": True}), ("document", {"filename": "certidão.pdf"})):
        _store(office, office.sends({"type": kind, kind: {"id": "9", **extra}}, wa_id), kind, media)
    office.sends({"type": "sticker", "sticker": {"id": "8"}}, wa_id)
    ana = office.user("ana")
    with office.database.transaction() as session:
        atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
        notes.add(session, atendimento, ana, "Falta o endereço do trabalho do pai.")
    _answer(office, protocolo, "Recebi, obrigada. Vou conferir os documentos.", "failed")
    _answer(office, protocolo, "Um momento, por favor.", "pending")
    return protocolo


def _answer(office: Office, protocolo: str, text: str, status: str) -> None:
    ana = office.user("ana")
    with office.database.transaction() as session:
        sent = session.get(Message, holder.answer(session, office.atendimento_id(protocolo), ana, *text_messages(text)))
        if status == "failed":
            fail(session, sent.id)
        else:
            sent.status = status


def _store(office: Office, message_id: int, kind: str, media: Path) -> None:
    sample = sample_of_kind(kind)
    media.mkdir(exist_ok=True)
    (media / kind).write_bytes(sample.content)
    file = office.file_of(message_id)
    with office.database.transaction() as session:
        stored = session.merge(file)
        stored.status, stored.path, stored.mime_type = "stored", kind, sample.mime_type


def _fell_silent(office: Office) -> str:
    protocolo = _with(office, "ana", "Benedito Silva", "5565991110004")
    with office.database.transaction() as session:
        atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
        atendimento.last_citizen_message_at = utc_now() - timedelta(hours=25)
    return protocolo


def _was_served(office: Office) -> str:
    protocolo = _with(office, "ana", "Luzia Campos", "5565991110006")
    ana = office.user("ana")
    with office.database.transaction() as session:
        holder.close(session, office.atendimento_id(protocolo), ana, "agendado", None)
    return protocolo


def _kept_by_it(office: Office, protocols: dict[str, str]) -> None:
    rows = packaged(TABLES["fechamentos"])
    noon = datetime.combine(utc_now().astimezone(CUIABA).date(), time(12), CUIABA)
    with office.database.transaction() as session:
        requests.register(session, protocols["closed"], RequestKind.ERASURE, "ana")
        atendimento = session.get(Atendimento, office.atendimento_id(protocols["shut"]))
        holds.set_hold(session, atendimento, "cti", "Ofício 12/2026", None, True)
        facts.keep(session, "fechamentos", rows[:-1], "cti", facts.EDITED, 0, rows)
        session.add_all(_counted(town, noon) for town in ["Várzea Grande"] * 12 + ["Cuiabá"] * 3)


def _counted(municipio: str, at: datetime) -> AtendimentoFact:
    counts = ("messages_in", "messages_bot", "messages_people", "files", "transfers", "not_understood", "corrections")
    flags = ("came_back", "outside_hours", "overnight", "wanted_person")
    return AtendimentoFact(
        **{"opened_hour": at, "queued_hour": at, "claimed_hour": at, "municipio": municipio, "nucleo": NUCLEO},
        **{"area": "civel", "assunto": "alimentos", "minutes_first_answer": 1234},
        **dict.fromkeys((*counts, *(f"asked_{slot}" for slot in QUESTIONS)), 1),
        **{f"billed_{category}": 1 for category in BILLED},
        **dict.fromkeys(flags, False),
    )

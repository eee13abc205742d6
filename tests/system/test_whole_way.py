"""The main job over HTTP: triage on the phone, handoff, an attendant's answer, closing."""

import json
import re
import subprocess
import sys

import httpx
import pytest

from tests.conftest import ROOT

from .conftest import PARTS, System, eventually

# One system for all tests that talk to it.
pytestmark = pytest.mark.xdist_group("system")

# Rosa hides her number: WhatsApp gives only her business-scoped id.
ROSA = "5565900000003"


def _log_in(system: System) -> httpx.Client:
    client = httpx.Client(base_url=system.desk, follow_redirects=True)
    answer = client.post("/entrar", data={"login": system.login, "password": system.password})
    assert answer.status_code == 200
    return client


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_citizen_is_triaged_and_answered_by_a_person_of_the_right_nucleo(system):
    assert "Defensoria Pública" in system.say(ROSA, "oi")
    for text in ("1", "novo atendimento", "cível"):
        system.say(ROSA, text)
    assert "*Cidade*: Sinop" in system.say(ROSA, "moro em sinop")
    answer = system.say(ROSA, "sim")
    protocolo = re.search(r"\d{4}\.\d{6}-\d", answer)[0]
    assert "Núcleo de Sinop" in answer

    desk = _log_in(system)
    assert protocolo in desk.get("/").text
    address = f"/atendimentos/{protocolo}"
    page = desk.get(address).text
    for part in ("Sinop", "Cível", "Novo atendimento", "moro em sinop"):
        assert part in page
    page = desk.post(f"{address}/assumir", data={"csrf_token": _csrf(page)}).text
    desk.post(f"{address}/resposta", data={"csrf_token": _csrf(page), "text": "Bom dia! Sou da Defensoria."})
    eventually(lambda: "Bom dia! Sou da Defensoria." in system.told(ROSA), "the attendant's answer on the phone")

    told = len(system.told(ROSA))
    system.write(ROSA, "É sobre a pensão da minha filha")
    eventually(lambda: "É sobre a pensão da minha filha" in desk.get(address).text, "the citizen's words in the desk")
    assert len(system.told(ROSA)) == told, "the bot does not speak over the person"

    closing = {"csrf_token": _csrf(page), "outcome": "resolvido", "farewell": "Até logo!"}
    desk.post(f"{address}/encerrar", data=closing)
    eventually(lambda: "Até logo!" in system.told(ROSA), "the farewell on the phone")

    exported = subprocess.run(
        [sys.executable, "-m", "defensoria", "export", "atendimentos", "--messages"],
        cwd=ROOT, env=system.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (row,) = [row for row in map(json.loads, exported.stdout.splitlines()) if row["protocolo"] == protocolo]
    assert (row["holder"], row["attendant"], row["outcome"]) == ("closed", system.login, "resolvido")
    assert row["triage"]["nucleo"] == "sinop"
    # The bot may have asked meanwhile how the service was.
    said_by = [message["author"] for message in row["messages"] if message["author"] != "bot"]
    assert said_by[-3:] == [system.login, "citizen", system.login]

    assert "Qual destas frases" in system.say(ROSA, "oi de novo, tenho outro problema")


def test_the_tracker_shows_the_slots_and_the_open_question_behind_the_token(system):
    citizen = "5565900000055"
    httpx.post(f"{system.phone}/simulator/phones", json={"name": "José", "wa_id": citizen}).raise_for_status()
    system.say(citizen, "moro em sorriso e ganho um salário")
    url = f"{system.rasa}/conversations/{citizen}/tracker"
    assert httpx.get(url).status_code == 401
    slots = httpx.get(url, params={"token": system.secrets["RASA_TOKEN"]}).json()["slots"]
    assert (slots["municipio"], slots["criterio"], slots["requested_slot"]) == (
        "Sorriso",
        "renda_individual",
        "servico",
    )


def test_nobody_but_rasa_may_have_an_action_run(system):
    url = f"http://127.0.0.1:{system.environment['ACTIONS_PORT']}"
    call = {"next_action": "action_encaminhar", "tracker": {"sender_id": "5565900000001", "slots": {}}}
    assert httpx.post(f"{url}/webhook", json=call).status_code == 403
    wrong = {"Authorization": "Bearer outro"}
    assert httpx.post(f"{url}/webhook", json=call, headers=wrong).status_code == 403
    assert httpx.get(f"{url}/actions").status_code == 403
    assert httpx.get(f"{url}/health").status_code == 200


def test_no_log_holds_a_citizens_words_number_or_a_secret(system):
    citizen = "5565900000066"
    httpx.post(f"{system.phone}/simulator/phones", json={"name": "Lia", "wa_id": citizen}).raise_for_status()
    system.say(citizen, "meu ex me persegue com faca")
    for part in PARTS:
        log = (system.var / "logs" / f"{part}.log").read_text()
        for never in ("faca", citizen, *system.secrets.values()):
            assert never not in log, f"{part}.log"
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert not [secret for secret in system.secrets.values() if secret in shown]

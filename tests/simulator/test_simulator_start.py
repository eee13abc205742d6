"""What the environment says, and the sentence printed when it says too little."""

import os
import socket
import subprocess
import sys

import pytest

from defensoria.simulator.settings import ReadReceipts, SettingsError, load_settings

SECRETS = {"WHATSAPP_APP_SECRET": "a", "WHATSAPP_ACCESS_TOKEN": "b", "WHATSAPP_VERIFY_TOKEN": "c"}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("WHATSAPP_", "SIMULATOR_"))}
    return subprocess.run(
        [sys.executable, "-m", "defensoria.simulator"],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_defaults_stay_on_this_machine() -> None:
    settings = load_settings(SECRETS)
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.webhook_url == "http://127.0.0.1:5005/webhooks/whatsapp/webhook"
    assert settings.read_receipts is ReadReceipts.OPEN


def test_ports_and_addresses_can_be_moved() -> None:
    assert load_settings({**SECRETS, "RASA_PORT": "6005"}).webhook_url.startswith("http://127.0.0.1:6005/")
    moved = load_settings(
        {
            **SECRETS,
            "SIMULATOR_PORT": "9080",
            "BIND_HOST": "0.0.0.0",
            "SIMULATOR_WEBHOOK_URL": "https://rasa.test/hook",
            "SIMULATOR_READ_RECEIPTS": "always",
            "SIMULATOR_STATUS_DELAY": "0",
            "WHATSAPP_PHONE_NUMBER_ID": "1",
        }
    )
    assert (moved.host, moved.port, moved.webhook_url) == ("0.0.0.0", 9080, "https://rasa.test/hook")
    assert (moved.read_receipts, moved.status_delay, moved.phone_number_id) == (ReadReceipts.ALWAYS, 0, "1")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_secret_is_named(name: str, value: str | None) -> None:
    environment = {key: secret for key, secret in SECRETS.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(SettingsError, match=name):
        load_settings(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIMULATOR_PORT", "oitenta"),
        ("SIMULATOR_PORT", "0"),
        ("SIMULATOR_PORT", "70000"),
        ("RASA_PORT", "-1"),
        ("SIMULATOR_WEBHOOK_URL", "rasa:5005"),
        ("SIMULATOR_WEBHOOK_URL", "http://rasa:porta"),
        ("SIMULATOR_WEBHOOK_URL", "ftp://rasa/hook"),
        ("SIMULATOR_STATUS_DELAY", "nan"),
        ("SIMULATOR_STATUS_DELAY", "logo"),
        ("SIMULATOR_READ_RECEIPTS", "sim"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({**SECRETS, name: value})


def test_starting_without_a_secret_is_one_sentence_and_exit_2() -> None:
    ended = start(WHATSAPP_ACCESS_TOKEN="b", WHATSAPP_VERIFY_TOKEN="c")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "WHATSAPP_APP_SECRET is not set" in ended.stderr


def test_starting_on_a_port_in_use_is_one_sentence_and_exit_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = start(**SECRETS, SIMULATOR_PORT=port)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert port in ended.stderr

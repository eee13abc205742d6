"""What the simulator reads from the environment; it shares no settings with the service it stands opposite to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names the variable and what to do."""


class ReadReceipts(str, Enum):
    """When a phone reports that it read what the business sent."""

    OPEN = "open"
    """While its page is open in a browser."""
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class SimulatorSettings:
    """The simulator's settings; times in seconds.

    Attributes:
        webhook_url: where signed webhooks are posted and the subscription is verified.
        status_delay: wait before `sent`, and again before `delivered`.
    """

    app_secret: str
    access_token: str
    verify_token: str
    webhook_url: str
    phone_number_id: str = "106540352242922"
    host: str = "127.0.0.1"
    port: int = 8080
    read_receipts: ReadReceipts = ReadReceipts.OPEN
    status_delay: float = 0.2


def load_settings(environment: Mapping[str, str]) -> SimulatorSettings:
    """Read and check the environment.

    Raises:
        SettingsError: a secret is missing or a value cannot be read.
    """
    rasa_port = _port(environment, "RASA_PORT", 5005)
    return SimulatorSettings(
        app_secret=_secret(environment, "WHATSAPP_APP_SECRET"),
        access_token=_secret(environment, "WHATSAPP_ACCESS_TOKEN"),
        verify_token=_secret(environment, "WHATSAPP_VERIFY_TOKEN"),
        webhook_url=_address(
            environment, "SIMULATOR_WEBHOOK_URL", f"http://127.0.0.1:{rasa_port}/webhooks/whatsapp/webhook"
        ),
        phone_number_id=environment.get("WHATSAPP_PHONE_NUMBER_ID") or SimulatorSettings.phone_number_id,
        host=environment.get("BIND_HOST") or SimulatorSettings.host,
        port=_port(environment, "SIMULATOR_PORT", SimulatorSettings.port),
        read_receipts=_read_receipts(environment),
        status_delay=_seconds(environment, "SIMULATOR_STATUS_DELAY", SimulatorSettings.status_delay),
    )


def _secret(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise SettingsError(f"{name} is not set: give the simulator the same value as the WhatsApp channel uses.")
    return value


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsError(f"{name} is {text!r}: it must be a port number from 1 to 65535.")
    return int(text)


def _address(environment: Mapping[str, str], name: str, default: str) -> str:
    text = environment.get(name) or default
    try:
        address = urlsplit(text)
        understood = address.scheme in ("http", "https") and address.hostname and address.port != 0
    except ValueError:
        understood = False
    if not understood:
        raise SettingsError(f"{name} is {text!r}: it must be an http or https address.")
    return text


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 3600:
        raise SettingsError(f"{name} is {text!r}: it must be a number of seconds from 0 to 3600.")
    return seconds


def _read_receipts(environment: Mapping[str, str]) -> ReadReceipts:
    text = environment.get("SIMULATOR_READ_RECEIPTS") or ReadReceipts.OPEN.value
    try:
        return ReadReceipts(text)
    except ValueError:
        choices = ", ".join(choice.value for choice in ReadReceipts)
        raise SettingsError(f"SIMULATOR_READ_RECEIPTS is {text!r}: it must be one of {choices}.") from None

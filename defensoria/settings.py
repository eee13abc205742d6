"""Every setting this service takes, read from the environment in one place.

In development `make run` generates the secrets once and keeps them in `var/dev.env` (ignored by git), which is read
here as if it were the environment. In production nothing is generated and that file is not looked at.
"""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseSettings, Field, ValidationError, root_validator, validator

ROOT = Path(__file__).resolve().parents[1]

SECRETS = (
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "RASA_TOKEN",
    "DESK_SECRET_KEY",
)
"""Variables that must be set in production and are generated in development."""
OPTIONAL_SECRETS = ("METRICS_TOKEN",)
"""Variables that are nobody's to see, and without which nothing is missed but what they open."""

_PRODUCTION_ONLY = ("DATABASE_URL", "WHATSAPP_GRAPH_URL", "WHATSAPP_PHONE_NUMBER_ID")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names the variable and what to do."""


class Settings(BaseSettings):
    """The values of one process. Each field is the environment variable of the same name in capitals."""

    app_env: Literal["development", "production"] = "development"
    bind_host: str = "127.0.0.1"
    rasa_port: int = 5005
    webhook_port: int = 5000
    actions_port: int = 5055
    desk_port: int = 8000
    simulator_port: int = 8080

    var_dir: Path = ROOT / "var"
    database_url: str = ""
    redis_url: str = ""

    whatsapp_graph_url: str = ""
    whatsapp_phone_number_id: str = "106540352242922"
    whatsapp_access_token: str = ""
    whatsapp_app_secret: str = ""
    whatsapp_verify_token: str = ""
    whatsapp_messages_per_second: float = Field(80.0, gt=0)
    whatsapp_reopen_template: str = ""
    whatsapp_reopen_template_language: str = "pt_BR"
    rasa_token: str = ""
    metrics_token: str = ""

    desk_secret_key: str = ""
    desk_second_factor: Literal["required", "optional"] | None = None

    clock_fixed_at: datetime | None = None
    actions_in_rasa: bool = True
    bot_timeout_seconds: float = Field(20.0, gt=0)
    reminder_minutes: float = Field(20.0, gt=0)
    abandon_minutes: float = Field(60.0, gt=0)
    media_max_mb: int = Field(100, gt=0)

    @validator("clock_fixed_at")
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs an offset, as in 2026-11-23T14:00:00-04:00")
        return value

    @root_validator(skip_on_failure=True)
    def _fill_in(cls, values: dict[str, Any]) -> dict[str, Any]:
        simulator = f"http://127.0.0.1:{values['simulator_port']}/v26.0"
        return {
            **values,
            "database_url": values["database_url"] or f"sqlite:///{values['var_dir'] / 'defensoria.db'}",
            "whatsapp_graph_url": (values["whatsapp_graph_url"] or simulator).rstrip("/"),
            "desk_second_factor": values["desk_second_factor"]
            or ("required" if values["app_env"] == "production" else "optional"),
        }

    @property
    def media_dir(self) -> Path:
        """Where citizens' files are kept; no web server may serve it."""
        return self.var_dir / "media"

    @property
    def exports_dir(self) -> Path:
        """Where exports are kept on disk, until their term ends."""
        return self.var_dir / "exports"

    @property
    def logs_dir(self) -> Path:
        """Where each part of the service writes its log."""
        return self.var_dir / "logs"

    @property
    def erasures_file(self) -> Path:
        """The journal of what was erased, without names, by which a restored backup is erased again."""
        return self.var_dir / "apagamentos.jsonl"

    @property
    def second_factor_required(self) -> bool:
        """Whether those who direct the work or administer must have a second factor; others always may."""
        return self.desk_second_factor == "required"

    @property
    def production(self) -> bool:
        """Whether this process serves citizens for real."""
        return self.app_env == "production"


def load_settings() -> Settings:
    """Read and check the environment.

    Raises:
        SettingsError: a value cannot be read, `CLOCK_FIXED_AT` is set in production, or a secret is missing there.
    """
    production = os.environ.get("APP_ENV") == "production"
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var")
    try:
        settings = Settings(_env_file=None if production else var_dir / "dev.env")  # type: ignore[call-arg] # pydantic's own
    except ValidationError as error:
        problems = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Setting not understood. {problems}.") from None
    if production:
        _refuse_unfit_for_production(settings)
    return settings


def _refuse_unfit_for_production(settings: Settings) -> None:
    if settings.clock_fixed_at is not None:
        raise SettingsError("CLOCK_FIXED_AT is for rehearsals and is refused when APP_ENV=production. Unset it.")
    missing = [name for name in (*SECRETS, *_PRODUCTION_ONLY) if not os.environ.get(name)]
    if missing:
        raise SettingsError(
            f"APP_ENV=production and {', '.join(missing)} not set. Nothing is generated in production: "
            "set it in the environment of the service."
        )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()

"""What `deploy/` names exists: commands, options, variables, files, addresses and metrics."""

import argparse
import importlib.util
import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from rasa.cli.arguments.run import set_run_arguments
from sanic.config import DEFAULT_CONFIG

from defensoria.__main__ import main
from defensoria.settings import OPTIONAL_SECRETS, SECRETS, Settings, SettingsError, load_settings, settings
from defensoria.supervisor import QUIET
from defensoria.watching import metrics
from defensoria.watching.store import read_store

from .conftest import DEPLOY, ROOT, UNITS, commands, compose, environment, unit

EXAMPLE = DEPLOY / "defensoria.env.exemplo"
_VARIABLE = re.compile(r"\$\{([A-Z_]+)")
_METRIC = re.compile(r"\b(defensoria_\w+|process_\w+)\b")
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "FORWARDED_ALLOW_IPS", "SANIC_HOST"}
"""PostgreSQL's image, uvicorn, and our action server, which asks for this one by Rasa's name of it."""


def _known_variables() -> set[str]:
    ours = {name.upper() for name in Settings.__fields__}
    in_endpoints = set(_VARIABLE.findall((DEPLOY / "endpoints.yml").read_text()))
    return ours | in_endpoints | set(QUIET) | OF_OTHERS | {f"SANIC_{name}" for name in DEFAULT_CONFIG}


@pytest.mark.parametrize(("where", "arguments"), commands(), ids=lambda one: one if isinstance(one, str) else "")
def test_every_command_and_option_exists(where, arguments):
    assert arguments[0] == "-m", where
    module, rest = arguments[1], arguments[2:]
    assert importlib.util.find_spec(module), module
    if module == "defensoria":
        command = main.commands[rest[0]]
        command.make_context(rest[0], list(rest[1:]))
    elif module == "defensoria.rasa_server":
        parser = argparse.ArgumentParser(exit_on_error=False)
        set_run_arguments(parser)
        parsed = parser.parse_args(rest)
        assert parsed.port == 5005
        for file in (parsed.credentials, parsed.endpoints):
            assert (ROOT / file).is_file(), file
        assert parsed.model == "models/defensoria.tar.gz"
    else:
        assert rest == [], "takes no arguments"


def test_every_part_has_a_unit_and_a_container():
    started = {where: arguments[1] for where, arguments in commands()}
    parts = {"defensoria.rasa_server", "defensoria.actions_server", "defensoria.desk", "defensoria.whatsapp"}
    assert parts <= {module for where, module in started.items() if where.startswith("compose")}
    assert parts <= {module for where, module in started.items() if where.endswith(".service")}


def test_every_variable_exists():
    known = _known_variables()
    assert set(environment(EXAMPLE)) <= known
    for file in UNITS:
        named = {value.split("=")[0] for name, value in unit(file) if name == "Environment"}
        assert named <= known, file
    for name, service in compose()["services"].items():
        assert set(service.get("environment", {})) <= known, name
    assert set(_VARIABLE.findall((DEPLOY / "compose.yml").read_text())) <= known


def test_the_example_once_filled_in_is_all_that_production_asks_for(monkeypatch):
    for name in (*SECRETS, *OPTIONAL_SECRETS, "CLOCK_FIXED_AT", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(EXAMPLE).items():
        monkeypatch.setenv(name, value or "preenchido")
    assert load_settings().production
    monkeypatch.setenv("DESK_SECRET_KEY", "")
    with pytest.raises(SettingsError, match="DESK_SECRET_KEY"):
        load_settings()


def test_no_secret_is_written_in_deploy():
    filled = environment(EXAMPLE)
    assert [name for name in (*SECRETS, *OPTIONAL_SECRETS) if filled[name]] == []


def test_the_endpoints_of_production_are_those_of_development_with_a_token():
    ours, production = (yaml.safe_load(file.read_text()) for file in (ROOT / "endpoints.yml", DEPLOY / "endpoints.yml"))
    assert production.pop("action_endpoint")["headers"] == {"Authorization": "Bearer ${RASA_TOKEN}"}
    ours.pop("action_endpoint")
    assert production == ours


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_every_unit_is_shut_in(file):
    told = unit(file)
    for wanted in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "User=defensoria",
        "CapabilityBoundingSet=",
        "UMask=0077",
    ):
        assert tuple(wanted.split("=", 1)) in told, wanted


def test_every_timer_has_its_service():
    timers = list((DEPLOY / "systemd").glob("*.timer"))
    assert {timer.stem for timer in timers} == {"defensoria-purge", "defensoria-backup"}
    assert all(timer.with_suffix(".service").is_file() for timer in timers)


def test_in_containers_only_nginx_has_a_way_in_and_what_it_is_given_exists():
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    for mounted in services["nginx"]["volumes"]:
        source = mounted.split(":")[0]
        assert source.startswith("/etc/ssl") or (DEPLOY / source).is_file(), source
    named = re.findall(r"server ([\w-]+):(\d+)", (DEPLOY / "nginx" / "defensoria-partes-compose.conf").read_text())
    assert {name for name, _ in named} == {"webhook", "rasa-1", "rasa-2", "desk"} <= set(services)


def test_every_metric_of_an_alert_exists(database):
    with database.transaction() as session:
        written = metrics.of_the_store(read_store(session)) + metrics.of_this_process()
    existing = {sample.name for family in text_string_to_metric_families(written.decode()) for sample in family.samples}
    rules = [rule for group in _alerts()["groups"] for rule in group["rules"]]
    named = {name for rule in rules for name in _METRIC.findall(rule["expr"])}
    assert named, "no metric at all"
    assert named <= existing
    outcomes = {value for rule in rules for value in re.findall(r'outcome="(\w+)"', rule["expr"])}
    answers = {value for rule in rules for value in re.findall(r'answer="(\w+)"', rule["expr"])}
    assert outcomes <= set(metrics.OUTCOMES)
    assert answers <= set(metrics.ANSWERS)
    jobs = {
        job["job_name"]
        for job in yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    }
    assert {value for rule in rules for value in re.findall(r'job="([\w-]+)"', rule["expr"])} <= jobs


def test_every_alert_says_what_happened_and_the_guide_says_what_to_do():
    guide = (ROOT / "docs" / "operacao.md").read_text()
    told = set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE))
    rules = [rule for group in _alerts()["groups"] for rule in group["rules"]]
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
    assert {rule["alert"] for rule in rules} == told


def test_what_is_scraped_is_where_it_is_told(monkeypatch):
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    assert {job["metrics_path"] for job in scraped} == {"/webhooks/whatsapp/metrics", "/metrics"}
    targets = {target for job in scraped for group in job["static_configs"] for target in group["targets"]}
    partes = (DEPLOY / "nginx" / "defensoria-partes.conf").read_text()
    assert targets == set(re.findall(r"127\.0\.0\.1:\d+", partes))
    assert settings().metrics_token == ""


def _alerts() -> dict:
    return yaml.safe_load((DEPLOY / "prometheus" / "alertas.yml").read_text())

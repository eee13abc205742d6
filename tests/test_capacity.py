"""How many cores so many citizens need: the sum itself, and the guide that shows it."""

import re

import pytest

from bench import capacity
from bench.capacity import Cost
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "operacao.md").read_text()


def test_the_worst_afternoon_by_hand():
    asked = capacity.need(11_429)
    assert asked.per_second == pytest.approx(38.1, abs=0.01)
    assert (asked.cores, asked.workers) == (3, 2)


def test_half_the_cost_needs_half_the_cores():
    half = Cost(capacity.CPU_OF_RASA / 2, capacity.CPU_OF_WEBHOOK / 2, capacity.CPU_OF_DESK / 2)
    assert capacity.need(114_290, half).cores == pytest.approx(capacity.need(114_290).cores / 2, abs=1)


def test_the_guide_shows_the_table_of_its_own_figures():
    for line in capacity.table():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert any([cell.strip() for cell in shown.strip("|").split("|")] == cells for shown in GUIDE.splitlines()), (
            line
        )


def test_the_guide_names_the_figures_it_reckons_with():
    costs = (capacity.CPU_OF_RASA, capacity.CPU_OF_WEBHOOK, capacity.CPU_OF_DESK)
    assert "{:.0f} ms no Rasa, {:.0f} ms no webhook, {:.0f} ms na mesa".format(*costs) in GUIDE
    measured = (ROOT / "docs" / "desempenho.md").read_text()
    told = re.search(r"(\d+) ms de CPU por mensagem no Rasa, (\d+) no webhook e (\d+) na mesa", measured)
    assert told
    assert tuple(map(float, told.groups())) == costs


def test_what_the_guide_tells_to_run_and_to_copy_exists():
    for file in re.findall(r"`deploy/([\w./-]+)`", GUIDE):
        assert (ROOT / "deploy" / file).exists(), file
    for file in re.findall(r"`([\w-]+\.(?:conf|timer|service))`", GUIDE):
        assert list((ROOT / "deploy").rglob(file)), file
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:`|^|&& )make ([\w-]+)", GUIDE, re.MULTILINE)):
        assert f"\n{target}: " in makefile, target

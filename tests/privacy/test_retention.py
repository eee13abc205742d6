"""The terms as the office writes them."""

from pathlib import Path

import pytest
import yaml

from defensoria.privacy.retention import FILE, DataClass, RetentionError, load_retention


def _written(tmp_path: Path, change) -> Path:
    terms = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(terms)
    file = tmp_path / "retencao.yml"
    file.write_text(yaml.safe_dump(terms, allow_unicode=True), encoding="utf-8")
    return file


def test_every_class_has_a_term_with_its_purpose_ground_and_source():
    terms = load_retention()
    assert set(terms.rules) == set(DataClass)
    assert all(rule.source.startswith("proposta") or "art." in rule.source for rule in terms.rules.values())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda terms: terms["classes"].pop("mensagens"), "mensagens"),
        (lambda terms: terms["classes"]["arquivos"].update(dias=0), "arquivos > dias"),
        (lambda terms: terms["classes"]["arquivos"].pop("base"), "arquivos > base"),
        (lambda terms: terms["classes"].update(outra={"dias": 1}), "classes"),
        (lambda terms: terms.update(hora=24), "hora"),
        (lambda terms: terms.update(menor_contagem=1), "menor_contagem"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, change, named: str):
    with pytest.raises(RetentionError, match=named):
        load_retention(_written(tmp_path, change))

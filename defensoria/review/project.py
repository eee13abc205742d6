"""What is reviewed, read from the project's files: domain, examples with their lines, rules, stories and the code."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from defensoria.review.code_names import CodeNames, read_code

Domain = Mapping[str, Any]
"""A Rasa domain as it is written."""

_ANNOTATION = re.compile(
    r'\[(?P<words>[^\]]+)\](?:\((?P<name>[^):]+)[^)]*\)|\{[^}]*"entity":\s*"(?P<key>[^"]+)"[^}]*\})'
)
# The linter's own tables name responses that nothing says; the simulator knows nothing of the dialogue.
_NOT_THE_DIALOGUE = frozenset({"review", "simulator"})


class ReviewError(Exception):
    """A file cannot be read; the message says which, where and what to do."""


@dataclass(frozen=True)
class Example:
    """One line of the training data: what someone writes, and the intent it stands for."""

    text: str
    intent: str
    file: str = "data/nlu"
    line: int = 0

    @property
    def where(self) -> str:
        """The file and the line, for an editor to jump to."""
        return f"{self.file}:{self.line}"

    @property
    def words(self) -> str:
        """The text without the marks of its entities."""
        return _ANNOTATION.sub(lambda mark: mark["words"], self.text)

    @property
    def entities(self) -> list[str]:
        """The names of the entities marked in it."""
        return [mark["name"] or mark["key"] for mark in _ANNOTATION.finditer(self.text)]


@dataclass(frozen=True)
class Script:
    """A rule or a story: its name, the loop that must be open (`""`: none may be; None: no matter), and its steps."""

    name: str
    file: str
    steps: tuple[Mapping[str, Any], ...]
    open_loop: str | None = None
    is_rule: bool = False

    def values_of(self, key: str) -> Iterator[Any]:
        """What the steps say under `key`, alternatives included."""
        for step in self.steps:
            for one in step.get("or") or (step,):
                if key in one:
                    yield one[key]


@dataclass(frozen=True)
class Project:
    """Everything the review looks at."""

    domain: Domain
    examples: tuple[Example, ...] = ()
    scripts: tuple[Script, ...] = ()
    code: CodeNames = field(default_factory=CodeNames)


def read_project(root: Path) -> Project:
    """The project whose `domain.yml`, `data/` and code are under `root`.

    Raises:
        ReviewError: a file is missing or is not YAML.
    """
    examples: list[Example] = []
    scripts: list[Script] = []
    for file in sorted((root / "data").rglob("*.yml")):
        name = file.relative_to(root).as_posix()
        node = _composed(file)
        examples += _examples(node, name)
        scripts += _scripts(_constructed(node), name)
    domain = _constructed(_composed(root / "domain.yml"))
    parts = [part for part in (root / "defensoria").iterdir() if part.name not in _NOT_THE_DIALOGUE]
    code = read_code(root / "actions", *sorted(part for part in parts if part.is_dir() or part.suffix == ".py"))
    return Project(domain=domain, examples=tuple(examples), scripts=tuple(scripts), code=code)


def _composed(file: Path) -> yaml.Node:
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise ReviewError(f"{file}: o arquivo não existe. Rode o comando na pasta do projeto.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"linha {mark.line + 1}, " if mark else ""
        raise ReviewError(f"{file}: {line}não é YAML válido. Confira recuos, aspas e colchetes ali.") from error
    return node if node is not None else yaml.MappingNode("tag:yaml.org,2002:map", [])


def _constructed(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()  # type: ignore[no-untyped-call]


def _examples(document: yaml.Node, file: str) -> Iterator[Example]:
    for entry in _children(document, "nlu"):
        intents = [str(node.value) for node in _children(entry, "intent")]
        for node in _children(entry, "examples"):
            if intents and isinstance(node, yaml.ScalarNode):
                yield from _lines(node, intents[0], file)
            elif intents:
                for text in _children(node, "text"):
                    yield Example(str(text.value).strip(), intents[0], file, text.start_mark.line + 1)


def _children(node: yaml.Node, key: str) -> list[yaml.Node]:
    """What a mapping holds under a key, or the items of a list that is there."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = [value for name, value in pairs if name.value == key]
    return [item for value in found for item in (value.value if isinstance(value, yaml.SequenceNode) else [value])]


def _lines(block: yaml.ScalarNode, intent: str, file: str) -> Iterator[Example]:
    # The text of a `|` block begins on the line after the sign.
    first = block.start_mark.line + 2
    for number, line in enumerate(str(block.value).splitlines(), start=first):
        if line.strip():
            yield Example(line.strip().removeprefix("-").strip(), intent, file, number)


def _scripts(document: Any, file: str) -> Iterator[Script]:
    for kind, key in (("rules", "rule"), ("stories", "story")):
        for entry in (document or {}).get(kind) or ():
            loops = [one["active_loop"] or "" for one in entry.get("condition") or () if "active_loop" in one]
            yield Script(
                str(entry.get(key)), file, tuple(entry.get("steps") or ()), loops[0] if loops else None, kind == "rules"
            )

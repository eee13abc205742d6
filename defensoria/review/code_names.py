"""What the code says by name, read from its source: responses, the values they are given, actions and slots."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

_NOT_VALUES = frozenset({"response", "text", "buttons", "json_message", "image", "attachment", "elements", "template"})
_SLOT_CALLS = frozenset({"SlotSet", "get_slot"})


@dataclass(frozen=True)
class CodeNames:
    """Names found in the code.

    Args:
        strings: every text constant.
        patterns: every text with values in it, each of them as `*`: `utter_urgencia_*`.
        values: response, or a pattern of responses → the names of the values it is given.
        actions: action → the responses it may say, in the order of the source.
        followups: action → the actions and forms it goes on to by itself.
        slots: names by which slots are read or set.
    """

    strings: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    followups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slots: frozenset[str] = frozenset()

    def says(self, name: str) -> bool:
        """Whether the code speaks of `name`; a pattern counts when more than `utter_` of it is written out."""
        return name in self.strings or any(
            fnmatchcase(name, pattern) for pattern in self.patterns if len(pattern.split("*")[0]) > len("utter_")
        )

    def given_to(self, response: str) -> frozenset[str]:
        """The names of the values that the code gives a response."""
        found = (names for pattern, names in self.values.items() if fnmatchcase(response, pattern))
        return frozenset[str]().union(*found)


def read_code(*sources: Path) -> CodeNames:
    """The names in Python files, with those in folders.

    Raises:
        SyntaxError: a file is not Python.
    """
    files = [file for source in sources for file in (sorted(source.rglob("*.py")) if source.is_dir() else [source])]
    trees = [ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    values: dict[str, frozenset[str]] = {}
    for response, names in (given for tree in trees for given in _given(tree)):
        values[response] = values.get(response, frozenset()) | names
    actions = [action for tree in trees for action in _actions(tree)]
    return CodeNames(
        strings=frozenset(filter(None, map(_text, nodes))),
        patterns=frozenset(_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)),
        values=values,
        actions={name: _said(parts) for name, parts in actions},
        followups={name: _followups(parts) for name, parts in actions},
        slots=frozenset(filter(None, map(_slot, nodes))),
    )


def _given(tree: ast.AST) -> Iterator[tuple[str, frozenset[str]]]:
    """The responses said in each function, with the names of their values."""
    for function in (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))):
        said_there = _responses(function)
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            names = _value_names(call)
            if names:
                # A response kept in a variable may be any that the function names.
                for response in _response_of(call) or said_there:
                    yield response, names


def _value_names(call: ast.Call) -> frozenset[str]:
    called = _called(call)
    if called == "utter_message":
        return frozenset(keyword.arg for keyword in call.keywords if keyword.arg) - _NOT_VALUES
    if called == "Say":
        parts = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        keys = [key for part in parts if isinstance(part, ast.Dict) for key in part.keys if key is not None]
        return frozenset(filter(None, map(_text, keys)))
    return frozenset()


def _response_of(call: ast.Call) -> tuple[str, ...]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "response"] or call.args[:1]
    return _responses(named[0]) if named and not isinstance(named[0], ast.Name) else ()


def _responses(node: ast.AST) -> tuple[str, ...]:
    """The responses named anywhere under a node, in the order of the source."""
    parts = {part for joined in ast.walk(node) if isinstance(joined, ast.JoinedStr) for part in joined.values}
    found = [
        (part.lineno, part.col_offset, _pattern(part) if isinstance(part, ast.JoinedStr) else _text(part))
        for part in ast.walk(node)
        if isinstance(part, (ast.Constant, ast.JoinedStr)) and part not in parts
    ]
    return tuple(dict.fromkeys(name for _, _, name in sorted(found, key=lambda at: at[:2]) if _is_response(name)))


def _is_response(name: str) -> bool:
    return name.startswith("utter_") and name.replace("_", "").replace("*", "").isalnum() and not name.endswith("_")


def _actions(tree: ast.Module) -> Iterator[tuple[str, Sequence[ast.AST]]]:
    """Every action by its name, with its class and the functions of the module that it calls."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for action in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        name = next(
            filter(None, map(_returned, (part for part in action.body if isinstance(part, ast.FunctionDef)))), ""
        )
        if name:
            called = dict.fromkeys(_called(node) for node in ast.walk(action) if isinstance(node, ast.Call))
            yield name, [action, *(functions[helper] for helper in called if helper in functions)]


def _said(parts: Sequence[ast.AST]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(response for part in parts for response in _responses(part)))


def _followups(parts: Sequence[ast.AST]) -> tuple[str, ...]:
    calls = (node for part in parts for node in ast.walk(part) if isinstance(node, ast.Call))
    return tuple(_text(call.args[0]) for call in calls if _called(call) == "FollowupAction" and call.args)


def _returned(function: ast.FunctionDef) -> str:
    """The name that an action's `name()` gives."""
    last = function.body[-1]
    return _text(last.value) if function.name == "name" and isinstance(last, ast.Return) and last.value else ""


def _slot(node: ast.AST) -> str:
    is_call = isinstance(node, ast.Call) and _called(node) in _SLOT_CALLS and node.args
    return _text(node.args[0]) if is_call and isinstance(node, ast.Call) else ""


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(_text(part) or "*" for part in node.values)

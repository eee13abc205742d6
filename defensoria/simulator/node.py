"""Reading a request body piece by piece, so that every refusal names the field the way Meta's errors do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from defensoria.simulator.graph_errors import VALUE_NOT_VALID, GraphError, invalid_parameter, value_not_valid


@dataclass(frozen=True)
class Node:
    """A JSON value and its path, as in `interactive['body']['text']`; every reader raises `GraphError`."""

    path: str
    value: object

    def get(self, key: str) -> Node | None:
        """The member `key` of this object, or None when it is absent or null."""
        value = self._members().get(key)
        return None if value is None else Node(self._path_of(key), value)

    def need(self, key: str) -> Node:
        """The member `key` of this object, which must be there."""
        child = self.get(key)
        if child is None:
            raise invalid_parameter(f"The parameter {self._path_of(key)} is required.")
        return child

    def only(self, *keys: str) -> Node:
        """This object, which may have no other members than `keys`."""
        for key in self._members():
            if key not in keys:
                raise invalid_parameter(f'Unexpected key "{key[:60]}" on param "{self.path}".')
        return self

    def items(self, *, most: int) -> list[Node]:
        """The elements of this list, from one to `most`."""
        if not isinstance(self.value, list):
            raise invalid_parameter(f"Param {self.path} must be an array.")
        if not 1 <= len(self.value) <= most:
            raise value_not_valid(f"{self.path} has {len(self.value)} elements. Min count: 1, max count: {most}.")
        return [Node(f"{self.path}[{index}]", value) for index, value in enumerate(self.value)]

    def text(self, *, most: int, least: int = 1, code: int = VALUE_NOT_VALID) -> str:
        """This string, of `least` to `most` characters; blanks alone do not count as text."""
        if not isinstance(self.value, str):
            raise invalid_parameter(f"Param {self.path} must be a string.")
        length = len(self.value) if self.value.strip() else 0
        if not least <= length <= most:
            details = f"{self.path} has {length} characters. Min length: {least}, max length: {most}."
            raise GraphError(code, value_not_valid(details).message, details)
        return self.value

    def one_of(self, *choices: str) -> str:
        """This string, which must be one of `choices`."""
        if not isinstance(self.value, str) or self.value not in choices:
            raise invalid_parameter(f"Param {self.path} must be one of {{{', '.join(choices)}}}.")
        return self.value

    def flag(self) -> bool:
        """This boolean."""
        if not isinstance(self.value, bool):
            raise invalid_parameter(f"Param {self.path} must be a boolean.")
        return self.value

    def number(self, *, least: float, most: float) -> float:
        """This number, also when written as a string, from `least` to `most`."""
        try:
            number = float(cast(str, self.value)) if isinstance(self.value, (int, float, str)) else None
        except (ValueError, OverflowError):
            number = None
        if number is None or isinstance(self.value, bool):
            raise invalid_parameter(f"Param {self.path} must be a number.")
        if not least <= number <= most:
            raise value_not_valid(f"{self.path} must be between {least} and {most}.")
        return number

    def _members(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise invalid_parameter(f"Param {self.path or 'request body'} must be a JSON object.")
        return self.value

    def _path_of(self, key: str) -> str:
        return f"{self.path}['{key}']" if self.path else key


def read_json(raw: bytes) -> object:
    """Parse a request body.

    Raises:
        ValueError: it is not JSON in UTF-8, or holds what no answer could repeat (NaN, half a surrogate pair).
    """
    try:
        value: object = json.loads(raw, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

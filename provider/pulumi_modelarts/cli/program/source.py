"""How Python is written: values and calls, on one line where they fit, and else an item to a line."""

from __future__ import annotations

import json
import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WIDTH: Final = 100
INDENT: Final = "    "


@dataclass(frozen=True)
class Call:
    """A call, such as `modelarts.Driver(gpu_version="515.65.01")`.

    Attributes:
        name: what is called.
        first: its positional arguments.
        named: its keyword arguments.
        open: whether it takes an argument to a line even where it would fit on one.
    """

    name: str
    first: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    open: bool = False


def written(value: Any, before: str = "", indent: str = "") -> str:
    """A value as Python.

    Args:
        value: texts, numbers, lists, maps and calls of these.
        before: what stands before it on its line.
        indent: of the line that it stands on.
    """
    flat = _flat(value)
    if not _is_open(value) and len(indent) + len(before) + len(flat) < WIDTH:
        return flat
    deeper = indent + INDENT
    start, items, end = _parts(value)
    if not items:
        return flat
    lines = (f"{deeper}{label}{written(item, label, deeper)},\n" for label, item in items)
    return f"{start}\n{''.join(lines)}{indent}{end}"


def comment(text: str) -> str:
    """A text as comment lines."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(f"# {word}")
    return "\n".join(lines)


class Names:
    """Gives names that are nobody else's yet."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def of(self, wanted: str) -> str:
        """The name that is wanted, with a number behind it where somebody has it; its variable is free as well."""
        number, name = 1, wanted
        while {name, variable(name)} & self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken |= {name, variable(name)}
        return name


def variable(name: str) -> str:
    """The variable for a resource of that name."""
    found = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not found or found[0].isdigit():
        found = f"pool_{found}".rstrip("_")
    return f"{found}_" if keyword.iskeyword(found) or keyword.issoftkeyword(found) else found


def _is_open(value: Any) -> bool:
    return isinstance(value, Call) and value.open


def _flat(value: Any) -> str:
    if not isinstance(value, dict | list | Call):
        return _text(value) if isinstance(value, str) else repr(value)
    start, items, end = _parts(value)
    return start + ", ".join(f"{label}{_flat(item)}" for label, item in items) + end


def _parts(value: Any) -> tuple[str, list[tuple[str, Any]], str]:
    """What stands before the items, each item with its label, and what stands behind them."""
    if isinstance(value, Call):
        first = [("", item) for item in value.first]
        return f"{value.name}(", [*first, *((f"{name}=", item) for name, item in value.named)], ")"
    if isinstance(value, list):
        return "[", [("", item) for item in value], "]"
    entries: Mapping[str, Any] = value if isinstance(value, dict) else {}
    return "{", [(f"{_text(key)}: ", item) for key, item in entries.items()], "}"


def _text(value: str) -> str:
    """A text in double quotes; JSON's escapes are Python's too."""
    return json.dumps(value, ensure_ascii=not value.isprintable())

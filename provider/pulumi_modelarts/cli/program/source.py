"""How Python is written: values and calls, on one line where they fit, and else an item to a line."""

from __future__ import annotations

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
        remarks: what stands above it, as comments, where it is an item of something open.
    """

    name: str
    first: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    open: bool = False
    remarks: tuple[str, ...] = ()


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
    lines = (f"{_above(item, deeper)}{deeper}{label}{written(item, label, deeper)},\n" for label, item in items)
    return f"{start}\n{''.join(lines)}{indent}{end}"


def comments(texts: Iterable[str], indent: str = "") -> str:
    """Texts as comment lines, whatever is in them."""
    return "".join(f"{line}\n" for text in texts for line in _comment(text, indent))


def _comment(text: str, indent: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        seen = "".join(map(_seen, word))
        if lines and len(lines[-1]) + len(seen) < WIDTH:
            lines[-1] += f" {seen}"
        else:
            lines.append(f"{indent}# {seen}")
    return lines


def _above(value: Any, indent: str) -> str:
    return comments(value.remarks, indent) if isinstance(value, Call) else ""


def _is_open(value: Any) -> bool:
    if isinstance(value, Call) and (value.open or value.remarks):
        return True
    return isinstance(value, dict | list | Call) and any(_is_open(item) for _, item in _parts(value)[1])


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
    """A text in double quotes; what cannot be seen, and what turns the letters behind it round, is escaped."""
    return '"{}"'.format("".join(f"\\{each}" if each in '"\\' else _seen(each) for each in value))


def _seen(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")

"""YAML that says what JSON can say: maps with text as keys, lists, text, numbers, true, false and null.

What YAML takes for something else than it looks like (dates, `on`, `off`, `0123`, `1:30`) is refused with its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

try:
    from yaml import CSafeLoader as _InC
except ImportError:  # not in every build of the library
    from yaml import SafeLoader as _InC  # type: ignore[assignment] # likewise

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST_VALUES = 5_000_000
"""Values of one document, with aliases written out."""

MOST_LAYERS = 1_000
"""Lists and maps inside each other; the parser reads no more of them, so that only aliases that never end have more."""

_LOOKS = {
    "bool": (re.compile("true|false"), "true or false"),
    "int": (re.compile("[-+]?(0|[1-9][0-9]*)"), "a number without leading zeros, colons and underscores"),
    "float": (re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?"), "a plain number"),
}
"""What values of these kinds look like here, and what to write instead of what YAML takes for them as well."""


class NotPlainError(ValueError):
    """The text is no such YAML.

    Attributes:
        place: Line and column as `:3:5`; empty where they are not known.
    """

    def __init__(self, reason: str, mark: yaml.Mark | None = None) -> None:
        super().__init__(reason)
        self.place = "" if mark is None else f":{mark.line + 1}:{mark.column + 1}"


def load(text: str, *, ours: bool = False) -> Any:
    """Parse one document.

    Args:
        text: The document.
        ours: Whether it comes with the package. The parser in C, seven times as quick, is for those alone: what is
            nested too deeply ends its process, and it words what is wrong in other ways.

    Raises:
        NotPlainError: It is not plain, has a key twice, or is not YAML.
    """
    try:
        document = yaml.load(text, Loader=_QuickLoader if ours else _Loader)  # noqa: S506 - made of the safe one
        _measure(document)
    except yaml.MarkedYAMLError as error:
        raise NotPlainError(str(error.problem), error.problem_mark or error.context_mark) from error
    except RecursionError as error:
        raise NotPlainError("lists and maps are nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:
        raise NotPlainError(str(error)) from error
    return document


class _Strict(yaml.constructor.SafeConstructor):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the library's signature
        _check_keys(node)
        return super().construct_mapping(node, deep=deep)


class _Loader(_Strict, yaml.SafeLoader):
    pass


class _QuickLoader(_Strict, _InC):
    pass


def _check_keys(node: yaml.MappingNode) -> None:
    """Refuse keys that are no text, or stand twice; a merge (`<<`) may bring in what is then given anew."""
    seen = set()
    for key, _ in node.value:
        if key.tag == _tag("merge"):
            continue
        if key.tag != _tag("str"):
            raise ConstructorError(None, None, f"the key {key.value!r} is not text: put it in quotes", key.start_mark)
        if key.value in seen:
            raise ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
        seen.add(key.value)


def _strictly(kind: str) -> Callable[[Any, Any], Any]:
    pattern, instead = _LOOKS[kind]
    build = getattr(yaml.SafeLoader, f"construct_yaml_{kind}")

    def construct(loader: Any, node: yaml.ScalarNode) -> Any:
        if not pattern.fullmatch(node.value):
            reason = f"{node.value!r} is read as {kind} by YAML: write {instead}, or put it in quotes"
            raise ConstructorError(None, None, reason, node.start_mark)
        return build(loader, node)

    return construct


def _refuse(_: Any, node: yaml.Node) -> Any:
    raise ConstructorError(
        None, None, f"a {node.tag.rpartition(':')[2]} is not plain: put it in quotes", node.start_mark
    )


def _tag(kind: str) -> str:
    return f"tag:yaml.org,2002:{kind}"


for _loader in (_Loader, _QuickLoader):
    for _kind in _LOOKS:
        _loader.add_constructor(_tag(_kind), _strictly(_kind))
    for _kind in ("timestamp", "binary", "set", "omap", "pairs"):
        _loader.add_constructor(_tag(_kind), _refuse)


def _measure(document: object) -> None:
    """Refuse what aliases make huge or endless."""
    total, layers, layer = 0, 0, [document]
    while layer:
        total, layers = total + len(layer), layers + 1
        if total > MOST_VALUES or layers > MOST_LAYERS:
            raise NotPlainError("too many values, aliases written out")
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]

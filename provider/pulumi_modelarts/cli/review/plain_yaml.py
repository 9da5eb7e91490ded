"""Reads YAML as texts, lists and maps; a key that stands twice is refused, as YAML would drop what it said before."""

from __future__ import annotations

from typing import Any

import yaml


class _Loader(yaml.BaseLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's own
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"{', '.join(twice)} stands there more than once; say it once")
        return super().construct_mapping(node, deep=deep)


def load(text: str) -> object:
    """Returns what a text says.

    Raises:
        ValueError: A key stands twice in a map, or the text is nested too deeply.
        yaml.YAMLError: It is no YAML.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - it makes texts, lists and maps
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error

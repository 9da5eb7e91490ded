"""From a program's arguments to properties: camelCase names, nothing for what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pulumi
from pulumi import Output, Resource


def properties(**arguments: Any) -> dict[str, Any]:
    """Returns arguments as properties; groups of arguments such as `Driver` become maps, inside outputs too."""
    return {_camel(name): _property(value) for name, value in arguments.items() if value is not None}


def output(resource: Resource, name: str) -> Output[Any]:
    """Returns an output of a resource by its name on the wire."""
    value: Output[Any] = pulumi.get(resource, name)
    return value


def _camel(name: str) -> str:
    """Returns an argument's name as a property's: `gpu_version` is `gpuVersion`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _property(value: Any) -> Any:
    if isinstance(value, Output):
        return value.apply(_property)
    if is_dataclass(value) and not isinstance(value, type):
        return properties(**{field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return {key: _property(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_property(item) for item in value]
    return value

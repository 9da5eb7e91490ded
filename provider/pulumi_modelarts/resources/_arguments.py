"""From a program's arguments to properties: camelCase names, nothing for what was left out."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import Output, Resource

from pulumi_modelarts.specs.paths import property_name

if TYPE_CHECKING:
    from collections.abc import Callable

TELLS_CHANGE = "tells_change"
"""Attribute of a resource class: the output, by its name on the wire, that is unknown in the preview of a change."""

Inputs = Mapping[str, Any]
"""Names of inputs, each with those inside; `*` stands for keys of the program's choice."""


def properties(**arguments: Any) -> dict[str, Any]:
    """Returns arguments as properties; groups of arguments such as `Driver` become maps, inside outputs too."""
    return {property_name(name): _property(value) for name, value in arguments.items() if value is not None}


def output(resource: Resource, name: str) -> Output[Any]:
    """Returns an output of a resource by its name on the wire."""
    value: Output[Any] = pulumi.get(resource, name)
    return value


def output_map(resource: Resource, name: str) -> Output[Any]:
    """Returns an output that is a map; an empty one where there is none, as under mocks that echo the inputs."""
    return output(resource, name).apply(lambda value: value or {})


def inputs(init: Callable[..., None], **parts: Inputs) -> Inputs:
    """Returns the inputs of a resource, or of a group of arguments, by its constructor.

    Args:
        init: The constructor.
        parts: The inputs inside those that have some.
    """
    names = [name for name in inspect.signature(init).parameters if name not in {"self", "resource_name", "opts"}]
    return {property_name(name): parts.get(name, {}) for name in names}


def _property(value: Any) -> Any:
    if isinstance(value, Output):
        return value.apply(_property)
    if inspect.isawaitable(value):
        return Output.from_input(value).apply(_property)
    if is_dataclass(value) and not isinstance(value, type):
        return properties(**{field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return {key: _property(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_property(item) for item in value]
    return value

"""The route table: every operation that is served, gathered from the functions that answer them."""

from __future__ import annotations

from modelarts_emulator.service.operation import Operation, declared_in
from modelarts_emulator.service.responses import (
    event,
    identity,
    job,
    network,
    node,
    node_lock,
    node_migration,
    node_pool,
    node_reboot,
    order,
    pool_tag,
    resource_flavor,
    resource_pool,
    training_job,
    training_job_search,
    workload,
    workspace,
)

NOUNS = (
    resource_pool,
    pool_tag,
    node,
    node_migration,
    node_reboot,
    node_lock,
    node_pool,
    job,
    order,
    training_job_search,
    training_job,
    workload,
    resource_flavor,
    event,
    network,
    workspace,
    identity,
)
"""Modules with operations, in the order in which tables and documents list them."""

ROUTES = tuple(operation for noun in NOUNS for operation in declared_in(noun))
"""All operations."""

OPERATIONS = {operation.name: operation for operation in ROUTES}
"""Operations by operation id."""


def resolve(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Operation and path parameters of a request; None when it is served nowhere."""
    given = path.removesuffix("/").split("/")
    for operation, segments in _BY_SHAPE.get((method, len(given)), ()):
        parameters = _match(segments, given)
        if parameters is not None:
            return operation, parameters
    return None


def _match(segments: list[str], given: list[str]) -> dict[str, str] | None:
    """Path parameters of a path of as many segments; None when it is another one. A parameter is never empty."""
    parameters = {}
    for segment, text in zip(segments, given, strict=True):
        if segment.startswith("{") and text:
            parameters[segment[1:-1]] = text
        elif segment != text:
            return None
    return parameters


def _by_shape() -> dict[tuple[str, int], list[tuple[Operation, list[str]]]]:
    shapes: dict[tuple[str, int], list[tuple[Operation, list[str]]]] = {}
    for operation in ROUTES:
        segments = operation.path.split("/")
        shapes.setdefault((operation.method, len(segments)), []).append((operation, segments))
    return shapes


_BY_SHAPE = _by_shape()
"""Operations with the segments of their paths, by method and number of segments."""

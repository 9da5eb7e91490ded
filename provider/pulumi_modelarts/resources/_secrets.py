"""Which inputs of a resource are secret: their names go to the provider, which sees every value in plain.

The engine keeps such an input secret in the state by itself. What is computed from it, and said about it, is up to the
provider, and only the program knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi import Output

from pulumi_modelarts.specs.paths import written

if TYPE_CHECKING:
    from pulumi_modelarts.specs.paths import Steps


def secret_inputs(props: Mapping[str, Any]) -> Output[list[str] | None] | None:
    """Returns the property paths of the secret inputs, None where there are none; nothing inside a list is told apart.

    Args:
        props: The properties of a resource.
    """
    if not _may_be_secret(props):
        return None
    names: Output[list[str] | None] = Output.from_input(_names(props))
    return names


def _may_be_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_may_be_secret, value.values()))
    if isinstance(value, list):
        return any(map(_may_be_secret, value))
    return isinstance(value, Output)


async def _names(props: Mapping[str, Any]) -> list[str] | None:
    try:
        return sorted(written(steps) for steps in await _secret_in(props, ())) or None
    except Exception:  # noqa: BLE001 - the failed output is an input too, and Pulumi reports it there
        return None


async def _secret_in(value: object, place: Steps) -> list[Steps]:
    """Returns the places that are secret, the outermost ones."""
    if isinstance(value, Output):
        known = await value.future(with_unknowns=True)
        if await value.is_secret():
            return [] if known is None else [place]
        return await _secret_in(known, place)
    if isinstance(value, Mapping):
        return [found for key, item in value.items() for found in await _secret_in(item, (*place, str(key)))]
    if isinstance(value, (list, tuple)):
        return [place] if [found for item in value for found in await _secret_in(item, place)] else []
    return []

"""How the official SDK's models fit the answers that they are made from."""

import re
from collections.abc import Iterator
from typing import Any

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types

from modelarts_emulator.service.evidence.clients import DEVIATIONS

NATIVE = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object}
EXCEPTED = {(item.model, item.field) for item in DEVIATIONS}
FOR_THE_CLIENTS_SAKE = re.compile(r"future\w+")
"""Fields of the documented world that no page names, so that clients are seen to keep what they do not know."""


def misread(model: str, data: Any, where: tuple[str, str] = ("", "")) -> Iterator[tuple[str, str]]:
    """Model and field of everything in an answer that has no field in the SDK's model, or one of another type.

    A null is what the SDK leaves out.
    """
    if data is None:
        return
    if model.startswith("list[") and isinstance(data, list):
        for item in data:
            yield from misread(model[5:-1], item, where)
    elif model.startswith("dict(") and isinstance(data, dict):
        for item in data.values():
            yield from misread(model[5:-1].partition(", ")[2], item, where)
    elif hasattr(sdk, model) and isinstance(data, dict):
        kind = getattr(sdk, model)
        types = {field: kind.openapi_types[name] for name, field in kind.attribute_map.items()}
        for field, value in data.items():
            if field not in types:
                yield model, field
            else:
                yield from misread(types[field], value, (model, field))
    elif not isinstance(data, NATIVE.get(model, ())):  # type: ignore[arg-type] # a tuple of types is one to isinstance
        yield where


def without_deviations(model: str, data: Any) -> Any:
    """An answer without nulls, the fields that the table of deviations names, and those for the clients' sake."""
    if isinstance(data, list):
        return [without_deviations(model[5:-1], item) for item in data]
    if not isinstance(data, dict) or not hasattr(sdk, model):
        return data
    kind = getattr(sdk, model)
    types = {field: kind.openapi_types[name] for name, field in kind.attribute_map.items()}
    return {
        field: without_deviations(types.get(field, "object"), value)
        for field, value in data.items()
        if value is not None and (model, field) not in EXCEPTED and not FOR_THE_CLIENTS_SAKE.fullmatch(field)
    }

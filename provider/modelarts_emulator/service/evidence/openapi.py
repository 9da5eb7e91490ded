"""The OpenAPI document of the emulated service, made from the operations as they are declared."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Literal

from modelarts_emulator.messages import JSON, MERGE_PATCH
from modelarts_emulator.service.contract import PARTS
from modelarts_emulator.service.documents.shapes import ErrorBody
from modelarts_emulator.service.shape import adapter
from modelarts_emulator.service.urls import OPERATIONS, ROUTES

if TYPE_CHECKING:
    from modelarts_emulator.service.operation import Operation

_REFERENCE = "#/components/schemas/{prefix}{model}"
_NULL = {"type": "null"}
_REQUEST_ID = {
    "X-Request-Id": {"description": "Id of the request, to be named to support.", "schema": {"type": "string"}}
}
_INFO = {
    "title": "ModelArts resource pools, emulated",
    "version": "2",
    "summary": "Pools, nodes, orders, jobs, networks and training jobs as modelarts_emulator serves them.",
    "description": (
        "Made from the emulator's route table. Each operation says where it is taken from; what is assumed stands in"
        " the emulator's table of behaviours."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
_SECURITY = {
    "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token", "description": "A token of the project."},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "SDK-HMAC-SHA256 signature with AK/SK, dated by X-Sdk-Date.",
    },
}


def document() -> dict[str, Any]:
    """The document as plain data, OpenAPI 3.1."""
    schemas, shared = _schemas()
    schemas = {key: _inlined(schema, shared) if key[1] == "query" else schema for key, schema in schemas.items()}
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"signature": []}, {}],
        "paths": paths,
        "components": {"schemas": shared, "securitySchemes": _SECURITY},
    }


def _schemas() -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """Schema by operation and part (body, query, answer), and those that they refer to."""
    parts: dict[tuple[str, str], Any] = {
        (route.name, part): kind
        for route in ROUTES
        for part in PARTS
        if (kind := route.contract.shape(part)) is not None
    }
    parts["", "error"] = ErrorBody
    given: dict[str, dict[tuple[str, str], Any]] = {"": {}, "Sent": {}, "Merged": {}}
    for key, kind in parts.items():
        given[_prefix(*key)][key] = kind
    found: dict[tuple[str, str], Any] = {}
    shared: dict[str, Any] = {}
    for prefix, kinds in given.items():
        schemas, models = _generated(kinds, prefix)
        for schema in schemas.values() if prefix else ():
            _let_be_null(schema, models, may=prefix == "Sent")
        found, shared = {**found, **schemas}, {**shared, **models}
    return found, shared


def _prefix(operation: str, part: str) -> str:
    """What the names of schemas begin with: in what is sent more may be null than in what is answered."""
    if part != "body":
        return ""
    return "Merged" if OPERATIONS[operation].contract.media_type == MERGE_PATCH else "Sent"


def _generated(parts: dict[tuple[str, str], Any], prefix: str) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """Schemas of shapes, and those that they refer to, whose names begin with a prefix."""
    mode: Literal["validation"] = "validation"
    given = [(key, mode, adapter(kind)) for key, kind in parts.items()]
    found, shared = adapter(ErrorBody).json_schemas(
        given, ref_template=_REFERENCE.format(prefix=prefix, model="{model}")
    )
    models = {f"{prefix}{name}": schema for name, schema in shared.get("$defs", {}).items()}
    return {key: schema for (key, _), schema in found.items()}, models


def _let_be_null(schema: dict[str, Any], models: dict[str, Any], *, may: bool) -> None:
    """Let fields of a body be null that may be left out, as the two mean the same; in a merge patch those of lists."""
    name = schema.pop("$ref", "")
    if name:
        _let_be_null(models[name.rpartition("/")[2]], models, may=may)
        schema["$ref"] = name
    for option in schema.get("anyOf", ()):
        _let_be_null(option, models, may=may)
    if "items" in schema:
        _let_be_null(schema["items"], models, may=True)
    fields = schema.get("properties", {})
    for field, inner in fields.items():
        _let_be_null(inner, models, may=may)
        if may and field not in schema.get("required", ()) and _NULL not in inner.get("anyOf", ()):
            fields[field] = {"anyOf": [inner, _NULL]}


def _inlined(schema: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """A map of query parameters, which are shown one by one and referred to by nobody else."""
    found: dict[str, Any] = shared.pop(schema["$ref"].rpartition("/")[2], None) or {}
    return found


def _operation(route: Operation, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
    contract = route.contract
    summary, _, more = (inspect.getdoc(route.handler) or "").partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": " ".join(summary.split()),
        "description": f"{' '.join(more.split())}\n\nKnown from: {route.source}.".strip(),
        "tags": [contract.noun],
        "parameters": [*_path_parameters(route), *_query_parameters(route, schemas)],
        "responses": _responses(route, schemas),
    }
    if contract.body:
        content = {contract.media_type: {"schema": schemas[route.name, "body"]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(route: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[^/]+$"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _query_parameters(route: Operation, schemas: dict[tuple[str, str], Any]) -> list[dict[str, Any]]:
    schema = schemas.get((route.name, "query"), {})
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": item}
        for name, item in schema.get("properties", {}).items()
    ]


def _responses(route: Operation, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "It is so.", "headers": _REQUEST_ID}
    if route.contract.answer:
        good["content"] = {JSON: {"schema": schemas[route.name, "answer"]}}
    error = {"content": {JSON: {"schema": schemas["", "error"]}}, "headers": _REQUEST_ID}
    return {
        str(route.contract.status): good,
        "4XX": {"description": "The request was refused.", **error},
        "5XX": {"description": "The service failed, or an armed fault says so.", **error},
    }

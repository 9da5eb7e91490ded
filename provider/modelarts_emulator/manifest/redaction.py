"""What may be shown of an exchange: what is known as harmless. Everything else is replaced, or left out.

Harmless are the fields and words of the operations' contracts, small numbers, codes of errors, flavors, and versions of
drivers. Names and ids become `{kind_1}`, the same one for the same thing, so that it is seen what belongs together; any
other text or large number says only that there was one. Fields and headers that nobody knows are left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from modelarts_emulator.messages import JSON, MERGE_PATCH
from modelarts_emulator.service.contract import PARTS
from modelarts_emulator.service.documents.shapes import ErrorBody
from modelarts_emulator.service.shape import adapter
from modelarts_emulator.service.urls import ROUTES, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.messages import Request, Response

IDENTITY = re.compile(r".*(name|names|id|ids|uid|uuid|ip|ips|continue|parent|root)", re.IGNORECASE)
"""Fields that say which thing is meant."""

DEFAULT_WORKSPACE = "0"
"""The one that is in every project."""

GIVEN = frozenset({"os.modelarts/name", "metadata.name"})
"""Fields in which a client names what it makes."""

REFUSALS = range(400, 500)
LARGEST_NUMBER = 10_000
SYSTEM_LABEL = re.compile(r"os\.modelarts[a-z.]*/[a-z0-9.\-]+")
_HARMLESS = {
    "flavor": re.compile(r"modelarts\.[a-z0-9.]+"),
    "error_code": re.compile(r"[A-Za-z]+\.[0-9]{1,8}"),
    "version": re.compile(r"[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4})?"),
    "cidr": re.compile(r"172\.16\.0\.0/12|192\.168\.0\.0/16"),
}
"""What texts of these fields may look like to be shown; the blocks are the ones that the service offers."""

_LIKE = {"gpuVersion": "version", "npuVersion": "version", "networkCidrs": "cidr"}
_QUANTITY = re.compile(r"[0-9]{1,4}(m|Mi|Gi)?")
_QUANTITIES = frozenset({"cpu", "memory", "size", "quota", "used", "huawei.com/ascend-1980", "nvidia.com/gpu"})


class Shown(NamedTuple):
    """What may be shown of an exchange.

    Attributes:
        operation: Id of the operation.
        ask: Method and target.
        type: Content type of the request's body where it is another one than usual; empty otherwise.
        send: Body of the request.
        answer: What was answered, as a case expects it.
        names: Made-up values of the names that the client brought.
    """

    operation: str
    ask: str
    type: str
    send: Any
    answer: dict[str, Any]
    names: dict[str, str]


class Redactor:
    """Replaces what must not be shown, the same thing always by the same name.

    Args:
        project: Id of the project.
        region: Name of its region.
    """

    def __init__(self, project: str, region: str) -> None:
        self._names = {project: "project", region: "region"}
        self._counts: dict[str, int] = {}
        self._given: set[str] = set()
        _vocabulary()  # which takes a while, and longer than the first client waits

    def shown(self, request: Request, response: Response) -> Shown | None:
        """What may be shown of an exchange; None for one of which nothing is known, or that asks for a token.

        Raises:
            ValueError: The answer is not JSON.
        """
        found = resolve(request.method, request.path)
        if found is None or found[0].gives_token:
            return None
        operation, parameters = found
        before = set(self._names.values())
        path = operation.path.format(**{name: self._in_path(name, value) for name, value in parameters.items()})
        query = self._query(request.query)
        self._given = set()
        body = self._clean("", request.json(), asked=True) if request.body else None
        # What is refused can be about anything; what is granted is about what was there, but for names that are given.
        made_up = set(self._names.values()) - before if response.status in REFUSALS else self._given
        answer: dict[str, Any] = {"status": response.status}
        if response.body:
            answer["body"] = self._clean("", response.json(), asked=False)
        if "retry-after" in response.headers:
            answer["headers"] = {"retry-after": _any_text()}
        names = {name: name.replace("_", "-") for name in sorted(made_up)}
        return Shown(operation.name, f"{request.method} {path}{query}", _unusual(request), body, answer, names)

    def _query(self, given: Mapping[str, str]) -> str:
        shown = {key: self._text(key, value, asked=True) for key, value in given.items() if _is_known(key)}
        return f"?{urlencode(shown, safe='{}')}" if shown else ""

    def _clean(self, key: str, value: Any, *, asked: bool) -> Any:
        """A value of a field, or of a list of it."""
        if isinstance(value, dict):
            known = {name: item for name, item in value.items() if _is_known(name)}
            inner = {name: f"{key}.{name}" if f"{key}.{name}" in GIVEN else name for name in known}
            return {name: self._clean(inner[name], item, asked=asked) for name, item in known.items()}
        if isinstance(value, list):
            return [self._clean(key, item, asked=asked) for item in value]
        if isinstance(value, str):
            return self._text(key, value, asked=asked)
        if value is None or isinstance(value, bool) or abs(value) < LARGEST_NUMBER:
            return value
        return LARGEST_NUMBER if asked else {"$least": 0}

    def _text(self, key: str, value: str, *, asked: bool) -> Any:
        if value in self._names:
            return f"{{{self._names[value]}}}"
        if _is_harmless(key, value):
            return value
        if IDENTITY.fullmatch(key):
            name = self._name(key, value)
            self._given |= {self._names[value]} if asked and key in GIVEN else set()
            return name
        return "text" if asked else _any_text()

    def _in_path(self, key: str, value: str) -> str:
        return value if value == DEFAULT_WORKSPACE else self._name(key, value)

    def _name(self, key: str, value: str) -> str:
        if value not in self._names:
            kind = re.sub("[^a-z]", "", re.split("[/.]", key)[-1].lower())
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[value] = f"{kind}_{self._counts[kind]}"
        return f"{{{self._names[value]}}}"


def _unusual(request: Request) -> str:
    """Content type of a body where it is not the one that goes with the method, and is one that may be shown."""
    usual = MERGE_PATCH if request.method == "PATCH" else JSON
    return request.content_type if request.body and request.content_type in {JSON, MERGE_PATCH} - {usual} else ""


def _any_text() -> dict[str, str]:
    """What matches any text; one of its own each time, as YAML would write the same one as a reference."""
    return {"$text": ".*"}


def _is_known(key: str) -> bool:
    return key in _vocabulary()[0] or bool(SYSTEM_LABEL.fullmatch(key))


def _is_harmless(key: str, value: str) -> bool:
    pattern = _HARMLESS.get(_LIKE.get(key, key))
    if pattern is not None and pattern.fullmatch(value):
        return True
    if key in _QUANTITIES and _QUANTITY.fullmatch(value):
        return True
    return value in _vocabulary()[1] or (key in {"limit", "offset"} and value.isdecimal())


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Fields and words of all contracts."""
    fields, words = {"continue", "limit", "offset"}, set[str]()
    kinds = [kind for route in ROUTES for part in PARTS if (kind := route.contract.shape(part)) is not None]
    for kind in (*kinds, ErrorBody):
        _gather(adapter(kind).json_schema(), fields, words)
    return frozenset(fields), frozenset(words)


def _gather(schema: Any, fields: set[str], words: set[str]) -> None:
    if isinstance(schema, dict):
        fields.update(schema.get("properties", {}))
        words.update(word for word in (*schema.get("enum", ()), schema.get("const")) if isinstance(word, str))
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _gather(inner, fields, words)

"""Documents as they should not be: what `tools.breaks` does to answers."""

import re
from collections.abc import Callable
from typing import Any

from pydantic_core import from_json, to_json

from modelarts_emulator.messages import Request, Response, is_control

Answer = Callable[[Request], Response]
PHASES = frozenset({"phase", "state", "status", "secondary_phase"})
OTHER = {
    "Running": "Creating",
    "Creating": "Running",
    "Available": "Checking",
    "Checking": "Available",
    "Abnormal": "Available",
    "Deleting": "Abnormal",
    "Success": "Failed",
    "Failed": "Success",
    "Active": "Creating",
    "Enabled": "Disabled",
    "Enabling": "Enabled",
    "Disabling": "Enabling",
    "Upgrading": "Running",
    "Pending": "Running",
    "Terminated": "Completed",
    "Completed": "Terminated",
    "Terminating": "Terminated",
    "successed": "failed",
    "failed": "successed",
    "pending": "processing",
    "processing": "pending",
    "success": "failed",
    "partialSuccessed": "failed",
    "succeed": "failed",
    "normal": "soldout",
    "Updating": "Running",
    "CreationFailed": "Running",
    "": "Active",
}
"""A phase in place of each, that the service has too."""


def document_changed(change: Callable[[Any], Any]) -> Callable[[Answer, Request], Response]:
    """A break that changes the documents of answers of the service."""

    def answer(right: Answer, request: Request) -> Response:
        response = right(request)
        if is_control(request.path) or not response.body:
            return response
        return response._replace(body=to_json(change(from_json(response.body))))

    return answer


def each(change: Callable[[str, Any], Any]) -> Callable[[Any], Any]:
    """A change of every value that is no map and no list, with the field that it is of."""

    def of(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: of(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [of(item, key) for item in value]
        return change(key, value)

    return of


def lists(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], Any]:
    """A change of every list."""

    def of(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: of(item) for name, item in value.items()}
        return change([of(item) for item in value]) if isinstance(value, list) else value

    return of


def without_last(document: Any) -> Any:
    """A document without the last field of each map."""
    if isinstance(document, dict):
        return {name: without_last(item) for name, item in list(document.items())[:-1]}
    return [without_last(item) for item in document] if isinstance(document, list) else document


def another_text(_key: str, value: Any) -> Any:
    """A longer text in place of each."""
    return f"{value}~" if isinstance(value, str) else value


def plain_number(key: str, value: Any) -> Any:
    """A number in place of a text that holds one, in fields that say how much there is of something."""
    return int(value) if key in {"size", "quota", "used"} and isinstance(value, str) else value


def matched(pattern: str, change: Callable[[str], Any]) -> Callable[[str, Any], Any]:
    """A change of every text that matches."""
    return lambda _, value: change(value) if isinstance(value, str) and re.fullmatch(pattern, value) else value


def labelled(document: Any) -> Any:
    """A document of one thing with a label more."""
    if isinstance(document, dict) and isinstance(labels := document.get("metadata", {}).get("labels"), dict):
        return {**document, "metadata": {**document["metadata"], "labels": {**labels, "colour": "red"}}}
    return document

"""Tags of resource pools: what they are read from, add and delete.

They are read for nothing: every listing of pools has them, as a text in an annotation (client: the official SDK).

Documented: BatchCreatePoolTags, BatchDeletePoolTags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.service import Service

ANNOTATION: Final = "os.modelarts/tms.tags"

MOST: Final = 20
"""Tags of one pool, the most there can be (observed by others)."""

BATCH_CREATE_POOL_TAGS: Final = Operation(
    "BatchCreatePoolTags", "to mark a pool as this stack's: where `modelarts:claim` is true", stated=Stated.AS_NONE
)
BATCH_DELETE_POOL_TAGS: Final = Operation(
    "BatchDeletePoolTags",
    "to take a mark off a pool: where `modelarts:claim` is true, or a pool is taken over",
    stated=Stated.AS_NONE,
)


def parse(text: str) -> dict[str, str] | None:
    """Values by key of the annotation's text; None for a text that is not understood.

    It is a JSON list of objects with `key` and `value` (observed by others, of nodes); ShowPoolTags, which is
    documented, has a list of `values` instead, so either is read.
    """
    if not text.strip():
        return {}
    try:
        found = from_json(text)
    except ValueError:
        return None
    pairs = [_pair(item) for item in found] if isinstance(found, list) else [None]
    tags = {pair[0]: pair[1] for pair in pairs if pair is not None}
    return tags if len(tags) == len(pairs) else None


def _pair(item: Any) -> tuple[str, str] | None:
    """Key and value of a tag; None for what is no tag."""
    if not isinstance(item, dict):
        return None
    key, value, values = item.get("key"), item.get("value"), item.get("values")
    if value is None and isinstance(values, list) and len(values) == 1:
        value = values[0]
    if not isinstance(key, str) or not key or not isinstance(value, str | None):
        return None
    return key, value or ""


class PoolTags:
    """Tags of the pools of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def add(self, pool: str, tags: Mapping[str, str]) -> Accepted[Any]:
        """Add tags to a pool; one whose key it has takes the place of that.

        What is answered is not read: an answer means that it was accepted.

        Raises:
            NotFoundError: there is no such pool.
            TransportError: no answer; whether it has them shows in the list of pools.
        """
        attempting = f"add {_words(tags)} to resource pool {pool}"
        path = f"{_path(pool)}/create"
        return self._service.write(
            "POST", path, operation=BATCH_CREATE_POOL_TAGS, attempting=attempting, json=_document(tags)
        )

    def delete(self, pool: str, tags: Mapping[str, str]) -> Accepted[Any]:
        """Delete tags of a pool that have these values.

        What is answered is not read: an answer means that it was accepted. A tag that the pool lacks is refused
        (documented: BatchDeletePoolTags), and whether a value is heeded is not.

        Raises:
            NotFoundError: there is no such pool.
            BadRequestError: the pool lacks one of them.
            TransportError: no answer; whether it has them still shows in the list of pools.
        """
        attempting = f"delete {_words(tags)} of resource pool {pool}"
        path = f"{_path(pool)}/delete"
        return self._service.write(
            "DELETE", path, operation=BATCH_DELETE_POOL_TAGS, attempting=attempting, json=_document(tags)
        )


def _document(tags: Mapping[str, str]) -> dict[str, Any]:
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


def _words(tags: Mapping[str, str]) -> str:
    return f"{'tag' if len(tags) == 1 else 'tags'} {', '.join(f'{key}={value}' for key, value in tags.items())}"


def _path(pool: str) -> str:
    return f"/v1/{{project_id}}/pools/{segment(pool)}/tags"

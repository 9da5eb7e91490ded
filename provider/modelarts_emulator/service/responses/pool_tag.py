"""Tags of resource pools: of one pool, of all, add, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import pool_tag, resource_pool
from modelarts_emulator.service.operation import NONE_NEEDED, operation

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call

PAGE = 200
"""Keys of a page, where a request names no number (documented: ListPoolTags)."""

LARGEST_PAGE = 1000
LARGEST_OFFSET = 10**9
"""Limits of the emulator; the page names none."""

DONE = 204


@operation(
    "showPoolTags",
    "GET",
    "/v1/{project}/pools/{pool}/tags",
    source="documented: ShowPoolTags",
    permission=NONE_NEEDED,
    answer="PoolTags",
    still=True,  # nobody waits for a tag
)
def show_pool_tags(call: Call) -> Response:
    """Tags of one pool, each key with its one value."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    return _shown(pool_tag.values([pool]))


@operation(
    "listPoolTags",
    "GET",
    "/v1/{project}/pools/tags",
    source="documented: ListPoolTags",
    permission=NONE_NEEDED,
    query="ListPoolTags",
    answer="PoolTags",
    still=True,
)
def list_pool_tags(call: Call) -> Response:
    """One page of the tags of all pools, by key."""
    limit = call.integer("limit", PAGE, LARGEST_PAGE)
    begin = call.integer("offset", 0, LARGEST_OFFSET) * limit
    found = pool_tag.values(resource_pool.every(call.tenant))
    return _shown(dict(list(found.items())[begin : begin + limit]))


@operation(
    "batchCreatePoolTags",
    "POST",
    "/v1/{project}/pools/{pool}/tags/create",
    source="documented: BatchCreatePoolTags",
    permission=NONE_NEEDED,
    body="AddedTags",
    status=DONE,
)
def batch_create_pool_tags(call: Call) -> Response:
    """Add tags to a pool; one whose key it has takes the place of that."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    pool_tag.add(call.tenant, pool, _by_key(call))
    return Response(DONE)


@operation(
    "batchDeletePoolTags",
    "DELETE",
    "/v1/{project}/pools/{pool}/tags/delete",
    source="documented: BatchDeletePoolTags",
    permission=NONE_NEEDED,
    body="RemovedTags",
    status=DONE,
)
def batch_delete_pool_tags(call: Call) -> Response:
    """Remove tags from a pool; all of them or none."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    pool_tag.remove(call.tenant, pool, _by_key(call))
    return Response(DONE)


def _by_key(call: Call) -> dict[str, Any]:
    """Values by key, which stands once."""
    tags = call.body()["tags"]
    found = {tag["key"]: tag.get("value") for tag in tags}
    if len(found) != len(tags):
        raise bad_request("tags names a key twice")
    return found


def _shown(values: dict[str, list[str]]) -> Response:
    return Response.of_json(200, {"tags": [{"key": key, "values": values[key]} for key in values]})

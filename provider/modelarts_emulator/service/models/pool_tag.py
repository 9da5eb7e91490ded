"""Tags of resource pools: texts by key, which stand in an annotation of the pool and change nothing of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import resource_pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

MOST_TAGS = 20
"""Tags of one pool (observed: third-party notes)."""

LONGEST_KEY = 128
LONGEST_VALUE = 255
"""Characters (documented: CreatePoolTag, 2024)."""

KEY = re.compile(r"(?!_sys_)(?! )[\w .:=+\-@]*(?<! )")
VALUE = re.compile(r"[\w .:/=+\-@]*")
"""Letters and digits of any language and a few characters (client: official SDK, of tags of other resources)."""


def of(pool: Pool) -> dict[str, str]:
    """Tags of a pool in the order in which they came."""
    text = pool.annotations.get(resource_pool.TAGS)
    return {tag["key"]: tag["value"] for tag in from_json(text)} if text else {}


def put(pool: Pool, tags: Mapping[str, str]) -> None:
    """Let a pool have these tags and no others."""
    pool.annotations.pop(resource_pool.TAGS, None)
    if tags:
        document = [{"key": key, "value": value} for key, value in tags.items()]
        pool.annotations[resource_pool.TAGS] = to_json(document).decode()


def add(tenant: Tenant, pool: Pool, tags: Mapping[str, str]) -> None:
    """Add tags; one whose key the pool has takes the place of that.

    Raises:
        ApiError: 400 for a tag that cannot be, or for too many of them.
    """
    for key, value in tags.items():
        check(key, value)
    put(pool, check_number({**of(pool), **tags}))
    resource_pool.save(tenant, pool)


def remove(tenant: Tenant, pool: Pool, tags: Mapping[str, str | None]) -> None:
    """Remove tags; one that names a value only if it has that.

    Raises:
        ApiError: 400 when the pool lacks one of them (documented: BatchDeletePoolTags); then it keeps all.
    """
    left = of(pool)
    for key, value in tags.items():
        if key not in left or value not in {None, left[key]}:
            raise bad_request(f"the pool {pool.name} has no tag {key if value is None else f'{key}={value}'}")
        del left[key]
    put(pool, left)
    resource_pool.save(tenant, pool)


def values(pools: Iterable[Pool]) -> dict[str, list[str]]:
    """All values that a key has in any of these pools, by key, both sorted."""
    found: dict[str, set[str]] = {}
    for pool in pools:
        for key, value in of(pool).items():
            found.setdefault(key, set()).add(value)
    return {key: sorted(found[key]) for key in sorted(found)}


def check(key: str, value: str) -> None:
    """Refuse a tag that cannot be.

    Raises:
        ApiError: 400 with what is wrong; wording assumed.
    """
    if not key or len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise bad_request(
            f"the key {key!r} of a tag must be 1 to {LONGEST_KEY} letters, digits, spaces within and _.:=+-@, and not"
            " begin with _sys_"
        )
    if len(value) > LONGEST_VALUE or not VALUE.fullmatch(value):
        raise bad_request(
            f"the value {value!r} of tag {key} must be up to {LONGEST_VALUE} letters, digits, spaces and _.:/=+-@"
        )


def check_number(tags: dict[str, str]) -> dict[str, str]:
    """The tags, of which there are not too many.

    Raises:
        ApiError: 400 when there are; wording assumed.
    """
    if len(tags) > MOST_TAGS:
        raise bad_request(f"a pool has at most {MOST_TAGS} tags, these would be {len(tags)}")
    return tags

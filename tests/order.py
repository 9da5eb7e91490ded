"""The order of the tests: what takes long begins early, so that no worker is left alone with it at the end."""

from collections.abc import Sequence
from itertools import islice
from typing import TypeVar

import pytest

T = TypeVar("T")

EXPENSIVE = {"cli", "browser"}
"""Fixtures whose tests take seconds or minutes each."""


def ordered(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests with those first that take long, in each of the parts that workers begin with.

    Those that share what is made for a module or a package stay together, so that it is made once.
    """
    groups: dict[str, list[pytest.Item]] = {}
    light: list[pytest.Item] = []
    for item in items:
        if _is_heavy(item):
            groups.setdefault(_group(item), []).append(item)
        else:
            light.append(item)
    return interleaved(list(groups.values()), light, workers)


def interleaved(groups: Sequence[Sequence[T]], light: Sequence[T], workers: int) -> list[T]:
    """Return everything in as many parts as there are workers, of the sizes that xdist deals out, groups first.

    Where a part has no room for all of its groups, the last of them reach into the next part.
    """
    heads: list[list[T]] = [[] for _ in range(workers)]
    for group in groups:
        min(heads, key=len).extend(group)
    rest, made = iter(light), list[T]()
    for head, size in zip(heads, _sizes(len(light) + sum(map(len, groups)), workers), strict=True):
        made += [*head, *islice(rest, max(size - len(head), 0))]
    return [*made, *rest]


def _sizes(total: int, workers: int) -> list[int]:
    """How many tests each worker begins with under `--dist worksteal`."""
    sizes: list[int] = []
    for left in range(workers, 0, -1):
        sizes.append((total - sum(sizes)) // left)
    return sizes


def _group(item: pytest.Item) -> str:
    known: dict[str, Sequence[pytest.FixtureDef[object]]] = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009 - pytest tells nobody which fixtures a test has
    scopes = {found[-1].scope for found in known.values()}
    if "package" in scopes:
        return str(item.path.parent)
    return item.nodeid.partition("::")[0] if "module" in scopes else item.nodeid


def _is_heavy(item: pytest.Item) -> bool:
    return item.get_closest_marker("heavy") is not None or not EXPENSIVE.isdisjoint(getattr(item, "fixturenames", ()))

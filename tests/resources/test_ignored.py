"""What a transformation ignores, which only `diff` and `update` are told, is hidden from what a run has announced."""

from __future__ import annotations

import pytest

from pulumi_modelarts.handlers._ignored import as_before
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

COUNT, GOLD, ZONE = "flavors.modelarts.vm.cpu.4ud", "nodePools.gold", "nodePools.az.azs.z-1"
DRIVER, NODE = "driver.gpuVersion", "nodes.n1"


def left(entries: dict[str, str], *ignored: str) -> dict[str, str]:
    """Return the announced entries that are not hidden."""
    seen: dict[str, str] = as_before(ResourcePoolSpec, "changes", {}, {"changes": entries}, ignored).get("changes", {})
    return seen


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("*", ()),
        ("flavors", (GOLD, ZONE, DRIVER, NODE)),
        ('flavors["modelarts.vm.cpu.4ud"]', (GOLD, ZONE, DRIVER, NODE)),
        ("flavors[*]", (GOLD, ZONE, DRIVER, NODE)),
        ("nodePools.gold.count", (COUNT, ZONE, DRIVER, NODE)),
        ('nodePools["az"].azs["z-1"]', (COUNT, GOLD, DRIVER, NODE)),
        ("driver", (COUNT, GOLD, ZONE, NODE)),
        ("description", (COUNT, GOLD, ZONE, DRIVER, NODE)),
    ],
)
def test_hides_its_entries_alone(path: str, seen: tuple[str, ...]) -> None:
    """An ignored input hides its entries, in every way of writing its path, and no other."""
    entries = dict.fromkeys((COUNT, GOLD, ZONE, DRIVER, NODE), "1 -> 2")

    found = left(entries, path)

    assert found == dict.fromkeys(seen, "1 -> 2")


def test_hides_nodes_that_go_for_hidden_counts() -> None:
    """A node goes for a count: where every count is hidden, it is too."""
    entries = {COUNT: "2 -> 1", NODE: "removed", "scope": "a -> b"}

    found = left(entries, "flavors", "nodePools")

    assert found == {"scope": "a -> b"}

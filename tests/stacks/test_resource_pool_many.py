from collections import Counter

import pytest

from modelarts_emulator import NETWORK, PROJECT
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, operations

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

POOLS = [f"pool-{number:02}-os-{PROJECT}" for number in range(32)]
SECONDS = 120
"""Virtual seconds in which one pool grows: 60 to make a node, up to 60 more to check it."""
SPEED = 20
"""Virtual seconds in a second. A listing is shared for half a second; a wait looks again after a quarter at first."""

PROGRAM = f"""
for name in {POOLS!r}:
    modelarts.ResourcePool(name[:7], pool_name=name, flavors={{{CPU!r}: 2}})
"""


def test_grow_in_the_time_of_one_with_as_few_calls(project: Project) -> None:
    """32 pools wait together: one listing serves them all, and each costs one look and one patch."""
    emulator = project.emulator()
    pools = {name: {"network": NETWORK, "resources": [{"flavor": CPU, "count": 1}]} for name in POOLS}
    timings = {"creating": 60, "checking": SECONDS - 60, "spread": 0}
    emulator.seed({"timings": timings, "projects": {PROJECT: {"pools": pools}}})
    project.configure({"modelarts:emulatorClock": f"scaled:{SPEED}"})
    project.program(PROGRAM)

    project.up("--parallel", "32")
    exchanges = emulator.journal.exchanges()
    emulator.journal.clear()
    project.refresh("--expect-no-changes")
    refreshing = operations(project)
    emulator.journal.clear()
    project.preview("--expect-no-changes")

    patched = [exchange.at for exchange in exchanges if exchange.operation == "patchPool"]
    counted = Counter(exchange.operation for exchange in exchanges)
    ordering, waiting = ((end - min(patched)) / SPEED for end in (max(patched), exchanges[-1].at))
    once = Counter(("listResourceFlavors", "showNetworkAvailableIp", "showPool"))
    each = Counter(dict.fromkeys(("showPool", "patchPool", "listPoolNodes"), 32))
    assert counted == each + once + Counter(listPools=counted["listPools"])
    assert counted["listPools"] <= 2 + 4 * ordering + 2 * waiting
    assert waiting * SPEED < 2 * SECONDS
    assert refreshing == operations(project) == ["listPools"]

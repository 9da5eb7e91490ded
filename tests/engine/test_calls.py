"""What is counted in process is what the real host asks for."""

from modelarts_emulator import NODE, Emulator
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.calls.ground import Ground
from tests.calls.operations import BETWEEN, migration_of_one
from tests.engine.engine import Stack
from tests.engine.pools import Hosts
from tests.resources.migrations import placing


def test_a_migration_over_the_host_makes_the_calls_of_the_page(start: Hosts, emulator: Emulator) -> None:
    """Its check and its run, one after the other: of each kind as many as the page says."""
    stack = Stack(start(provider=NodeMigrationProvider()))
    emulator.journal.clear()

    stack.up(placing(NODE))

    check, run, *_ = migration_of_one()
    made = Ground("host", roles=BETWEEN).tally("up", emulator.journal.exchanges())
    assert made.calls == check.calls + run.calls

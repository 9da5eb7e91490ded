"""What a transformation ignores: the engine tells `diff` and `update` of it, and nobody else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.engine.host import CallFailedError, Host
from tests.engine.pools import CALL, FLAVOR, train
from tests.resources.scenario import PROVIDER_KEY, Stack, configured, connect
from tests.resources.service import Hand

CPU_COUNT = f'flavors["{FLAVOR}"]'
IGNORING = replace(CALL, ignore_changes=[CPU_COUNT])


@pytest.fixture
def adopted(emulator: Emulator, request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and outputs of a pool that an earlier command has adopted: in this process, which costs no host."""
    stack = Stack(configured(ResourcePoolProvider(), **connect(emulator, request.node.nodeid)))
    stack.up(train(3, description="ours"))
    assert stack.state is not None
    inputs = {key: value for key, value in stack.state.inputs.items() if key != PROVIDER_KEY}
    return inputs, stack.state.outs


def check(host: Host, program: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """Check a program and return its inputs."""
    inputs, failures = host.check(program, olds, CALL)
    assert failures == []
    return inputs


def test_hides_drift_that_check_has_found(
    own_host: Host, emulator: Emulator, adopted: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """Nodes that somebody took are no difference where their count is ignored; anything else is one."""
    inputs, outs = adopted
    Hand(emulator).scale(TRAIN_POOL, FLAVOR, 2)
    emulator.journal.clear()
    drifted = check(own_host, train(3, description="ours"), inputs)
    edited = check(own_host, train(3, description="theirs"), inputs)

    told = own_host.diff("id", outs, drifted, replace(CALL, old_inputs=inputs))
    ignored = own_host.diff("id", outs, drifted, replace(IGNORING, old_inputs=inputs))
    further = own_host.diff("id", outs, edited, replace(IGNORING, old_inputs=inputs))

    assert (told.changes, ignored.changes, further.changes) == (told.DIFF_UNKNOWN, told.DIFF_NONE, told.DIFF_UNKNOWN)
    assert emulator.journal.writes() == []


@pytest.mark.parametrize("path", [CPU_COUNT, "flavors", "changes", f'changes["flavors.{FLAVOR}"]'])
def test_is_refused_where_a_run_would_do_it_unseen(
    own_host: Host, emulator: Emulator, adopted: tuple[dict[str, Any], dict[str, Any]], path: str
) -> None:
    """A run that has something to do besides does not do what its preview has hidden, and says how it can be had."""
    inputs, outs = adopted
    Hand(emulator).scale(TRAIN_POOL, FLAVOR, 2)
    emulator.journal.clear()
    edited = check(own_host, train(3, description="theirs"), inputs)

    with pytest.raises(CallFailedError) as refused:
        own_host.update("id", outs, edited, replace(CALL, ignore_changes=[path], old_inputs=inputs))

    assert f"{CPU_COUNT}: 2 -> 3" in str(refused.value)
    assert "ResourceOptions(ignore_changes=[…])" in str(refused.value)
    assert emulator.journal.writes() == []


def test_leaves_everything_alone_with_a_star(
    own_host: Host, emulator: Emulator, adopted: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """With `*` there is no difference, and a run that is made all the same, after a failure, sends nothing."""
    inputs, outs = adopted
    Hand(emulator).scale(TRAIN_POOL, FLAVOR, 2)
    emulator.journal.clear()
    star = replace(CALL, ignore_changes=["*"], old_inputs=inputs)
    edited = check(own_host, train(5, description="theirs"), inputs)

    differs = own_host.diff("id", outs, edited, star)
    own_host.update("id", outs, edited, star)

    assert differs.changes == differs.DIFF_NONE
    assert emulator.journal.writes() == []
    assert Hand(emulator).counts(TRAIN_POOL) == {FLAVOR: 2}


def test_of_the_resource_itself_is_no_reason_to_refuse(own_host: Host, emulator: Emulator) -> None:
    """What the resource passes on is not announced, so that its run goes on with the rest."""
    program = train(3, description="ours", ignored=[CPU_COUNT])
    inputs, _ = own_host.check(program, call=CALL)
    _, outs = own_host.create(inputs, CALL)
    emulator.journal.clear()
    edited = check(own_host, {**program, "description": "theirs"}, inputs)

    own_host.update("id", outs, edited, replace(IGNORING, old_inputs=inputs))

    assert inputs["changes"] == {"description": "(none) -> ours"}
    assert edited["changes"] == {"description": "ours -> theirs"}
    assert [write.operation for write in emulator.journal.writes()] == ["patchPool"]
    assert Hand(emulator).counts(TRAIN_POOL) == {FLAVOR: 2}

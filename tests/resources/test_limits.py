"""What whoever starts a run forbids it: a freeze, and bounds on all that the resources of a process buy and remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator
from pulumi_modelarts.api.errors import ConfigurationError, RefusedError
from pulumi_modelarts.handlers._configuration import Configuration
from pulumi_modelarts.plans.footprint import Footprint
from pulumi_modelarts.plans.limits import Limits
from pulumi_modelarts.reconcilers.guard import Guard
from pulumi_modelarts.reconcilers.ledger import Ledger
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.blue import BLUE, QUICK, blue, writes
from tests.resources.limited import anew, program
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack, connect
from tests.resources.subjects import SUBJECTS, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FREEZE = {"MODELARTS_FREEZE": "quarter end, ask ops"}
INFER = {"poolName": INFER_POOL, "flavors": {CPU: 4.0}}
"""Two nodes more than there are."""


@pytest.fixture
def process(emulator: Emulator, request: pytest.FixtureRequest) -> dict[str, str]:
    """What leads to the service: one process for all that have it."""
    return connect(emulator, request.node.nodeid)


def refusals(stack: Stack, inputs: Mapping[str, object]) -> str:
    """Preview a program that is refused, and return why."""
    with pytest.raises(CheckFailedError) as failed:
        stack.preview(inputs)
    return str(failed.value)


def destroyed(stack: Stack) -> str:
    """Destroy what may not be, and return why."""
    with pytest.raises(RefusedError) as refused:
        stack.destroy()
    return str(refused.value)


class TestFreeze:
    @pytest.mark.parametrize("subject", SUBJECTS, ids=str)
    def test_sends_nothing(self, subject: Subject, emulator: Emulator, process: dict[str, str]) -> None:
        """The preview is the same as ever; a run that would send something is refused, any other one passes."""
        free, frozen = (program(subject.provider, process, environ) for environ in ({}, FREEZE))
        shown = free.preview(subject.program)

        seen = frozen.preview(subject.program)
        if subject.acts:
            with pytest.raises(RefusedError, match=r"quarter end, ask ops.*Nothing was sent"):
                frozen.up(subject.program)
        else:
            frozen.up(subject.program)

        assert seen == shown
        assert (frozen.state is None, writes(emulator)) == (subject.acts, [])

    def test_lets_a_pool_be_adopted_that_is_as_declared(self, emulator: Emulator, process: dict[str, str]) -> None:
        """What sends nothing passes."""
        frozen = program(ResourcePoolProvider, process, FREEZE)

        frozen.up(train(2))
        frozen.destroy()

        assert writes(emulator) == []

    def test_holds_where_no_preview_has_looked(self, emulator: Emulator, process: dict[str, str]) -> None:
        """With previews offline it is the first write that is refused."""
        frozen = program(ResourcePoolProvider, {**process, "livePreview": "false"}, FREEZE)

        with pytest.raises(RefusedError, match="this run would\n    change pool auto-pool-"):
            frozen.up(train(3))

        assert writes(emulator) == []

    def test_leaves_a_mark_where_it_is(self, emulator: Emulator, process: dict[str, str]) -> None:
        """To release a pool of a stack that marks its pools is to write to it."""
        marking = {**process, "claim": "true"}
        stack = program(ResourcePoolProvider, marking, {})
        stack.up({**train(2), "organization": "organization"})
        emulator.journal.clear()

        said = destroyed(anew(stack, ResourcePoolProvider, marking, FREEZE))

        assert "take the mark of organization/x/test off pool" in said
        assert writes(emulator) == []

    def test_keeps_a_pool_that_was_made(self, emulator: Emulator, process: dict[str, str]) -> None:
        """A destroy calls nothing but delete, which is refused, and says what would have gone."""
        emulator.seed(QUICK)
        stack = program(ResourcePoolProvider, process, {})
        stack.up(blue())
        emulator.journal.clear()

        said = destroyed(anew(stack, ResourcePoolProvider, process, FREEZE))

        assert f"pool {BLUE}: deleted\n" in said
        assert f"pool {BLUE}: nodes deleted with it 2 -> 0" in said
        assert writes(emulator) == []

    def test_keeps_a_network_that_was_made(self, emulator: Emulator, process: dict[str, str]) -> None:
        """Likewise."""
        stack = program(NetworkProvider, process, {})
        stack.up({"name": "team-net", "cidr": "192.168.0.0/20"})
        emulator.journal.clear()

        said = destroyed(anew(stack, NetworkProvider, process, FREEZE))

        assert "this run would\n    network team-net-" in said
        assert writes(emulator) == []


class TestBounds:
    def test_are_on_all_resources_together(self, emulator: Emulator, process: dict[str, str]) -> None:
        """The one that passes the bound is refused in its preview, with what the others buy; others are not."""
        environ = {"MODELARTS_MAX_BOUGHT": "3"}
        first, second = (program(ResourcePoolProvider, process, environ, name) for name in ("train", "infer"))

        first.preview(train(4))
        said = refusals(second, INFER)
        first.preview(train(4))

        assert said == (
            "MODELARTS_MAX_BOUGHT: allows 3, and 2 nodes would be bought here, beside 2 by other resources of this "
            "run. Buy fewer at once, or raise it where the run is started"
        )
        assert writes(emulator) == []

    def test_count_a_resource_once(self, emulator: Emulator, process: dict[str, str]) -> None:
        """However often it is checked, and when it is run: what it did last is what counts."""
        stack = program(ResourcePoolProvider, process, {"MODELARTS_MAX_BOUGHT": "2"})
        stack.preview(train(4))
        stack.preview(train(4))

        stack.up(train(4))

        assert writes(emulator) == ["patchPool"]

    def test_are_held_at_the_door(self, emulator: Emulator, process: dict[str, str]) -> None:
        """What was checked under a wider bound is refused before the first write."""
        checked = program(ResourcePoolProvider, process, {}).check(train(4))
        stack = program(ResourcePoolProvider, process, {"MODELARTS_MAX_BOUGHT": "1"})

        with pytest.raises(RefusedError, match="MODELARTS_MAX_BOUGHT: allows 1, and 2 nodes would be bought here"):
            stack.run(checked)

        assert (stack.state, writes(emulator)) == (None, [])

    def test_count_nodes_that_are_removed(self, emulator: Emulator, process: dict[str, str]) -> None:
        """By name, and however much the pool itself allows."""
        stack = program(ResourcePoolProvider, process, {"MODELARTS_MAX_REMOVED": "0"})
        stack.up(train(2))

        said = refusals(stack, train(1, maxScaleIn=1.0))

        assert "MODELARTS_MAX_REMOVED: allows 0, and 1 node would be removed here. Remove fewer" in said
        assert writes(emulator) == []

    def test_do_not_count_what_is_moved(self, emulator: Emulator, process: dict[str, str]) -> None:
        """A node that changes its pool is neither bought nor removed."""
        nothing = {"MODELARTS_MAX_BOUGHT": "0", "MODELARTS_MAX_REMOVED": "0"}
        stack = program(NodeMigrationProvider, process, nothing)

        stack.up({"nodes": [NODE], "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL})

        assert writes(emulator) == ["batchDrainPoolNodes", "batchMigratePoolNodes"]

    def test_count_the_nodes_of_a_pool_that_goes(self, emulator: Emulator, process: dict[str, str]) -> None:
        """Its deletion removes them."""
        emulator.seed(QUICK)
        stack = program(ResourcePoolProvider, process, {})
        stack.up(blue())
        emulator.journal.clear()

        said = destroyed(anew(stack, ResourcePoolProvider, process, {"MODELARTS_MAX_REMOVED": "1"}))
        anew(stack, ResourcePoolProvider, process, {"MODELARTS_MAX_REMOVED": "2"}).destroy()

        assert "MODELARTS_MAX_REMOVED: allows 1, and 2 nodes would be removed here" in said
        assert writes(emulator) == ["deletePool"]

    def test_cannot_be_held_for_secret_counts(self, emulator: Emulator, process: dict[str, str]) -> None:
        """Nobody is told how many are bought, so that nothing is."""
        stack = program(ResourcePoolProvider, process, {"MODELARTS_MAX_BOUGHT": "9"})
        secret = [f'flavors["{CPU}"]']

        said = refusals(stack, train(4, secrets=secret))

        assert "MODELARTS_MAX_BOUGHT: cannot be held" in said
        assert writes(emulator) == []


def test_a_bound_is_on_all_resources_though_no_call_tells_them_apart() -> None:
    """Another version of the SDK may hide which resource is asked about; checked twice, each counts once."""
    guard = Guard(Limits(most_bought=3), Ledger())
    one, other = (Footprint({f"pool {name}": {"nodes of f": "1 -> 3"}}) for name in "ab")

    refused = [bool(guard.problems(each)) for each in (one, one, other)]

    assert refused == [False, False, True]


@pytest.mark.parametrize(
    ("environ", "config", "said"),
    [
        ({"MODELARTS_FREEZE": "false"}, {}, "MODELARTS_FREEZE: is 'false', which is no reason; say why"),
        ({"MODELARTS_MAX_BOUGHT": "-1"}, {}, "MODELARTS_MAX_BOUGHT: is '-1'; set it to a whole number of 0 or more"),
        ({"MODELARTS_MAX_REMOVED": "few"}, {}, "MODELARTS_MAX_REMOVED: is 'few'; set it to a whole number of 0"),
        (
            {"MODELARTS_MAX_REMOVED": "1"},
            {"livePreview": "false"},
            "MODELARTS_MAX_REMOVED: holds a run to what its preview finds out, and modelarts:livePreview is false",
        ),
    ],
)
def test_a_wrong_limit_is_refused(
    environ: dict[str, str], config: dict[str, str], said: str, process: dict[str, str]
) -> None:
    """Before anything is asked or sent, with what to do."""
    stack = program(ResourcePoolProvider, {**process, **config}, environ)

    with pytest.raises(ConfigurationError) as refused:
        stack.preview(train(3))

    assert said in str(refused.value)


def test_a_blank_reason_is_no_freeze() -> None:
    """A freeze is lifted by taking its reason away."""
    assert not Configuration(None, {"MODELARTS_FREEZE": " "}).options.limits


@pytest.mark.parametrize("variable", ["MODELARTS_MAX_BOUGHT", "MODELARTS_MAX_REMOVED", "MODELARTS_APPROVED"])
def test_a_blank_limit_is_refused(variable: str, process: dict[str, str]) -> None:
    """A pipeline that did not find its value has not asked for a run without limits."""
    stack = program(ResourcePoolProvider, process, {variable: " "})

    with pytest.raises(ConfigurationError, match=f"{variable}: is set and empty"):
        stack.preview(train(3))


@pytest.mark.parametrize(("file", "said"), [("/dev/zero", "is a folder or a device"), ("words", "is no approval")])
def test_what_is_no_approval_is_refused(file: str, said: str, process: dict[str, str], tmp_path: Path) -> None:
    """A device that never ends, and bytes that are no text."""
    (tmp_path / "words").write_bytes(b"\xff\xfe\x00")
    stack = program(ResourcePoolProvider, process, {"MODELARTS_APPROVED": str(tmp_path / file)})

    with pytest.raises(ConfigurationError, match=said):
        stack.preview(train(3))

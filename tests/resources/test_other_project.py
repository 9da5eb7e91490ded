"""Settings that lead to another project than before: what is in the first one is neither forgotten nor made twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL
from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.blue import BLUE, QUICK, blue, writes
from tests.resources.scenario import CheckFailedError, Stack, configured, connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator import Emulator
    from pulumi_modelarts.resources._provider import Provider

THEIRS = "0123456789abcdef0123456789abcdef"
NET = f"team-net-{PROJECT}"

HELD: dict[str, tuple[type[Provider], Mapping[str, Any], str]] = {
    "a pool that is made": (ResourcePoolProvider, blue(), f"resource pool {BLUE!r}"),
    "a pool that is adopted": (ResourcePoolProvider, {"poolName": TRAIN_POOL}, f"resource pool {TRAIN_POOL!r}"),
    "a network that is made": (NetworkProvider, {"name": "team-net", "cidr": "192.168.0.0/20"}, f"network {NET!r}"),
    "a migration": (
        NodeMigrationProvider,
        {"nodes": [NODE], "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL},
        f"resource pool {INFER_POOL!r}",
    ),
}
"""What a stack holds, with what of it is looked for."""

Lead = Callable[..., Stack]
MADE = [name for name in HELD if name.endswith("made")]


@pytest.fixture
def lead(emulator: Emulator, request: pytest.FixtureRequest) -> Lead:
    """Make what its name says, in a stack that marks its pools, and lead the stack to the other project then."""

    def led(held: str, **config: str) -> Stack:
        kind, program, _ = HELD[held]
        emulator.seed({"projects": {PROJECT: {}, THEIRS: {"region": "cn-north-4", "pools": {}}}, **QUICK})
        ours = connect(emulator, f"{request.node.nodeid} ours", claim="true")
        stack = Stack(configured(kind(), **ours), urn="urn:pulumi:test::x::x::it")
        stack.up(program)
        other = {"projectId": THEIRS, "region": "cn-north-4", "claim": "true", **config}
        configured(stack.provider, **connect(emulator, f"{request.node.nodeid} theirs", **other))
        emulator.journal.clear()
        return stack

    return led


@pytest.mark.parametrize("held", HELD)
def test_a_refresh_does_not_forget_it(held: str, lead: Lead, emulator: Emulator) -> None:
    """What the other project lacks has not been deleted: the refresh fails, and says which project is meant."""
    stack = lead(held)
    before = stack.state

    with pytest.raises(RefusedError) as refused:
        stack.refresh()

    assert str(refused.value) == (
        f"{HELD[held][2]} is not in project {THEIRS}, which is asked, and is not taken for deleted: its id says that "
        f"it is in project {PROJECT}. Nothing was sent. Set the project back (modelarts:projectId, project_id of its "
        "Provider, or HW_PROJECT_ID); if it has been deleted all the same, take it out of the state with `pulumi state "
        "delete`"
    )
    assert stack.state == before
    assert writes(emulator) == []


@pytest.mark.parametrize("held", [*MADE, "a pool that is adopted"])
def test_a_destroy_does_not_forget_it(held: str, lead: Lead, emulator: Emulator) -> None:
    """Nothing is deleted, and neither what was made nor a mark on a pool is left behind unseen."""
    stack = lead(held)

    with pytest.raises(RefusedError, match=rf"^{HELD[held][2]} is not in project {THEIRS}"):
        stack.destroy()

    assert stack.state is not None
    assert writes(emulator) == []


@pytest.mark.parametrize("held", MADE)
@pytest.mark.parametrize("live", ["true", "false"], ids=["live", "offline"])
def test_it_is_not_made_twice(held: str, live: str, lead: Lead, emulator: Emulator) -> None:
    """The preview refuses what would buy a second one and leave the first one behind."""
    stack = lead(held, livePreview=live)

    with pytest.raises(CheckFailedError, match=rf"^name: this resource has made \w+ '.*' in another project.*{THEIRS}"):
        stack.preview(HELD[held][1])

    assert writes(emulator) == []


def test_an_adoption_there_asks_whose_settings_were_meant(lead: Lead) -> None:
    """The pool of one project, declared with the settings of another, tells which provider may be missing."""
    stack = lead("a pool that is adopted")
    stack.state = None

    with pytest.raises(CheckFailedError) as refused:
        stack.preview({"poolName": TRAIN_POOL})

    assert str(refused.value).endswith(
        f". Its id names project {PROJECT}, and project {THEIRS} is asked: is ResourceOptions(provider=…) missing?"
    )

"""What is said of data sources: what is not there, and what nobody tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator import GPU_POOL, TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.queries.catalogue import QUERIES
from pulumi_modelarts.sources._errors import tell_program
from tests.messages.situation import ERROR, SCENES, Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.messages.situation import Situation

DATA = "Data sources"


def asked(when: str, name: str, first: Callable[[Situation], object] = lambda _: None, **given: object) -> None:
    """Add a scene in which a program asks in vain.

    Args:
        when: When its message appears.
        name: The data source.
        first: What happens before.
        given: What it is given, under the names of properties.
    """

    def play(situation: Situation) -> list[str]:
        first(situation)
        try:
            QUERIES[name](situation.session, given)
        except ModelArtsError as error:
            tell_program(name, error)
            return [str(error)]
        raise AssertionError(f"nothing failed: {when}")

    SCENES.append(Scene(DATA, when, ERROR, play))


def not_allowed(*operations: str) -> Callable[[Situation], object]:
    """Begin with a user who is not allowed some operations."""

    def first(situation: Situation) -> None:
        for operation in operations:
            situation.emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0108", message="not authorized"))

    return first


def twins(situation: Situation) -> None:
    """Begin with two pools of one name."""
    listed = situation.hand.listed()
    for pool in listed["items"]:
        pool["metadata"]["labels"]["os.modelarts/name"] = "train"
    listed["items"] = [pool for pool in listed["items"] if pool["metadata"]["name"] in {GPU_POOL, TRAIN_POOL}]
    situation.emulator.faults.arm(Fault("listPools", body=listed))


asked("no pool has the id that a program asks for", "get_resource_pool", poolName="gone")
asked("a program asks for a pool by its display name, as if that were its id", "get_workloads", poolName="auto-pool-os")
asked("no pool has the display name that a program asks for", "get_resource_pool", displayName="blue")
asked("several pools have the display name that a program asks for", "get_resource_pool", twins, displayName="train")
asked(
    "nobody tells what runs on the nodes that a program asks for",
    "get_pool_nodes",
    not_allowed("listWorkloads", "listTrainingJobs"),
    poolName=GPU_POOL,
    workloads=True,
)
asked("a program may not see networks", "get_networks", not_allowed("listNetworks"), freeAddresses=False)
asked("a program may not see quotas", "get_workspaces", not_allowed("showWorkspaceQuotas"), quotas=True)
asked("no training job has the id that a program asks for", "get_training_job", jobId="0" * 32)

"""What is said of rights that are missing, where a run needs them later, and where it goes on without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import TRAIN_POOL, Fault, Outcome
from tests.messages.situation import NOTE, PREVIEW, WARNING, scene
from tests.resources.pools import CPU, train

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.messages.situation import Situation

RIGHTS = "A right that is missing"
SHRUNK = train(1, maxScaleIn=1.0, onRunningJobs="ignore")


def refuse(situation: Situation, *operations: str) -> None:
    """Let the user not be allowed some operations."""
    for operation in operations:
        situation.emulator.faults.arm(
            Fault(operation, status=403, code="ModelArts.0112", message="Policy doesn't allow", times=None)
        )


@scene(RIGHTS, "what a run reads after its preview is not allowed", PREVIEW)
def read_later(situation: Situation) -> Iterator[str]:
    """The pool that is shown before it is changed; the order that is shown while it grows."""
    situation.hand.scale(TRAIN_POOL, CPU, 3)
    refuse(situation, "showPool", "showOrder")
    yield from situation.refusals(train(5))


@scene(RIGHTS, "a policy of the newer kind says in code what was missing")
def in_code(situation: Situation) -> Iterator[str]:
    """Identity policies answer with a text that an administrator can have decoded."""
    answer = {"error_code": "ModelArts.0112", "error_msg": "not allowed", "encoded_authorization_message": "XXXX"}
    situation.emulator.faults.arm(Fault("listPools", status=403, body=answer))
    yield from situation.fails(train(3))


def lost(when: str, kind: str, *operations: str, program: Mapping[str, Any] = SHRUNK) -> None:
    """Add a scene in which a preview goes on without what some operations would tell."""

    @scene(RIGHTS, when, kind)
    def play(situation: Situation) -> list[str]:
        refuse(situation, *operations)
        situation.foreseen(program)
        return situation.losses()


lost("workloads may not be listed", WARNING, "listWorkloads")
lost("workspaces may not be listed either", WARNING, "listWorkloads", "listWorkspaces")
lost("jobs may not be listed", NOTE, "listJobs")
lost("what is offered may not be read", NOTE, "listResourceFlavors", "showNetworkAvailableIp", program=train(3))


@scene(RIGHTS, "something optional is not served, or breaks down", NOTE)
def unserved(situation: Situation) -> list[str]:
    """Some regions lack an operation."""
    situation.emulator.faults.arm(Fault("showNetworkAvailableIp", status=404, code="APIGW.0101", message="no such API"))
    situation.emulator.faults.arm(Fault("listResourceFlavors", status=402, code="", message="no money"))
    situation.foreseen(train(3))
    return situation.losses()


@scene(RIGHTS, "nodes of a pool that is adopted may not be listed", NOTE)
def adopted_unlisted(situation: Situation) -> list[str]:
    """Which of them are spares is not told."""
    refuse(situation, "listPoolNodes")
    situation.runs(train(2))
    return situation.losses()


@scene(RIGHTS, "nodes that came Abnormal may not be listed", NOTE)
def broken_unlisted(situation: Situation) -> list[str]:
    """The run fails for them, and cannot name them."""
    refuse(situation, "listPoolNodes")
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, others="Abnormal")))
    situation.fails(train(4), olds=train(2))
    return situation.losses()

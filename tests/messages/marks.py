"""What is said of the marks by which stacks that share a service know whose a pool is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault
from pulumi_modelarts.plans import marks
from pulumi_modelarts.specs.stack import Stack
from tests.messages.situation import NOTE, PREVIEW, ROW, STACK, WARNING, refused, scene
from tests.resources.migrations import placing
from tests.resources.pools import train
from tests.resources.stacks import mark, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.messages.situation import Situation

OWNERS, MARKING = "A pool of another stack", "A pool that is marked"
PROD, STAGING = "organization/x/prod", "organization/x/staging"


def marked_by(*stacks: str, pool: str = TRAIN_POOL) -> Callable[[Situation], object]:
    """Begin with a pool that other stacks have marked."""

    def first(situation: Situation) -> None:
        for stack in stacks:
            mark(situation.emulator, stack, pool)

    return first


def claiming(situation: Situation) -> Situation:
    """Let the stack mark its pools."""
    situation.set(claim="true")
    return situation


def odd_tags(situation: Situation) -> None:
    """Let the tags of the training pool be no list."""
    listed = situation.hand.listed()
    pool = next(each for each in listed["items"] if each["metadata"]["name"] == TRAIN_POOL)
    pool["metadata"].setdefault("annotations", {})["os.modelarts/tms.tags"] = "team=vision"
    situation.emulator.faults.arm(Fault("listPools", body=listed, times=None))


def without_urn(situation: Situation, program: Mapping[str, object]) -> Iterator[str]:
    """Preview where the call does not tell the resource, and so no stack."""
    for problem in situation.foreseen(program).problems:
        yield f"{problem.path}: {problem.reason}"


refused(OWNERS, "another stack has marked the pool", train(4), marked_by(PROD))
refused(OWNERS, "two other stacks have marked the pool", train(4), marked_by(PROD, STAGING))
refused(OWNERS, "a node is to leave a pool of another stack", placing(NODE), marked_by(PROD))
refused(OWNERS, "a node is to come into a pool of another stack", placing(NODE), marked_by(PROD, pool=INFER_POOL))


@scene(OWNERS, "another stack marks the pool between preview and run")
def since_the_preview(situation: Situation) -> list[str]:
    """Nothing is sent."""
    return situation.fails(train(4), lambda: mark(situation.emulator, PROD))


@scene(OWNERS, "another stack marks the pool at the same moment")
def at_the_same_moment(situation: Situation) -> list[str]:
    """Its mark comes between this stack's own and the next look."""
    situation.once(lambda: situation.asked("batchCreatePoolTags"), lambda: mark(situation.emulator, PROD))
    return claiming(situation).fails(train(4))


@scene(OWNERS, "a refresh finds that another stack has marked the pool", WARNING)
def refreshed(situation: Situation) -> list[str]:
    """Since the last run."""
    mark(situation.emulator, PROD)
    return marks.warnings(situation.client.resource_pools.get(TRAIN_POOL), Stack(STACK))


@scene(OWNERS, "the tags of the pool are not understood", WARNING)
def untold(situation: Situation) -> tuple[str, ...]:
    """This stack marks nothing, so the run goes on."""
    odd_tags(situation)
    return situation.warnings(train(4))


@scene(MARKING, "a pool is marked and grows", ROW)
def row_of_mark(situation: Situation) -> list[str]:
    """The mark comes first."""
    return claiming(situation).runs(train(3))


@scene(MARKING, "a pool is taken over", ROW)
def row_of_taking_over(situation: Situation) -> list[str]:
    """The other stack's mark goes once this one's is there."""
    mark(situation.emulator, PROD)
    return claiming(situation).runs(train(2, takeOver=True))


@scene(MARKING, "the tags of the pool are not understood, and it is to be marked", PREVIEW)
def unreadable(situation: Situation) -> list[str]:
    """Nobody can tell whether a mark is there."""
    odd_tags(situation)
    return claiming(situation).refusals(train(4))


@scene(MARKING, "the pool has as many tags as it can have", PREVIEW)
def full(situation: Situation) -> list[str]:
    """None is a mark."""
    tag(situation.emulator, [{"key": f"team-{number}", "value": ""} for number in range(20)])
    return claiming(situation).refusals(train(4))


@scene(MARKING, "the Pulumi SDK is one that does not tell the stack", PREVIEW)
def nameless(situation: Situation) -> Iterator[str]:
    """Nor anything else about the resource."""
    yield from without_urn(claiming(situation), train(4))


@scene(MARKING, "the user may not change tags")
def forbidden(situation: Situation) -> list[str]:
    """Nothing was sent before."""
    situation.emulator.faults.arm(
        Fault("batchCreatePoolTags", status=403, code="ModelArts.0112", message="Policy doesn't allow")
    )
    return claiming(situation).fails(train(4))


@scene(MARKING, "the service accepts a mark, or its deletion, and nothing comes of it")
def without_effect(situation: Situation) -> Iterator[str]:
    """Again and again."""
    for operation in ("batchCreatePoolTags", "batchDeletePoolTags"):
        mark(situation.emulator, PROD)
        situation.emulator.faults.arm(Fault(operation, body={}, times=None))
        yield from claiming(situation).fails(train(4, takeOver=True))
        situation.emulator.faults.clear()


@scene(MARKING, "the run is stopped while it waits for its mark")
def stopped(situation: Situation) -> list[str]:
    """The service has accepted it, and does not show it yet."""
    situation.emulator.faults.arm(Fault("batchCreatePoolTags", body={}))
    situation.once(lambda: situation.asked("batchCreatePoolTags"), situation.cancellation.request)
    return claiming(situation).fails(train(4))


@scene(MARKING, "a marked pool is taken out of the program", NOTE)
def let_go(_: Situation) -> Iterator[str]:
    """It stays."""
    yield marks.released(TRAIN_POOL)

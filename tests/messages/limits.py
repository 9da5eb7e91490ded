"""What whoever starts a run forbids it: a freeze, bounds, and what was approved."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans.approval import Approval, written
from pulumi_modelarts.plans.effect import Kind
from pulumi_modelarts.plans.footprint import Footprint, footprint, of_deletion
from tests.messages.situation import ERROR, PREVIEW, WARNING, scene
from tests.resources.pools import CPU, train

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.messages.situation import Situation

FREEZE, BOUNDS, APPROVED = "A freeze", "Bounds of a run", "What was approved"

FROZEN = {"MODELARTS_FREEZE": "quarter end, ask ops"}
LONG_AGO, LONG_AFTER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
WHERE = "/run/approval.json"
"""Where the page says that approvals are."""


@scene(FREEZE, "a preview is made meanwhile", WARNING)
def seen(situation: Situation) -> tuple[str, ...]:
    """It shows what it always shows, and says this beside it."""
    situation.set(FROZEN)
    changes = situation.foreseen(train(3)).changes
    return situation.guard.warnings(footprint(Kind.POOL, train(3), changes))


@scene(FREEZE, "a run begins meanwhile", ERROR)
def begun(situation: Situation) -> list[str]:
    """It would buy a node."""
    return situation.begun(train(3), FROZEN)


@scene(FREEZE, "the reason is none", ERROR)
def no_reason(situation: Situation) -> Iterator[str]:
    """Somebody has meant to lift the freeze."""
    yield from wrong(situation, {"MODELARTS_FREEZE": "false"})


@scene(BOUNDS, "resources would buy more together than the run may", PREVIEW)
def together(situation: Situation) -> list[str]:
    """Each by itself buys less."""
    situation.set({"MODELARTS_MAX_BOUGHT": "3"})
    situation.refusals(train(4))
    return situation.refusals({"poolName": INFER_POOL, "flavors": {CPU: 4.0}}, "infer")


@scene(BOUNDS, "more nodes would be removed than the run may remove", PREVIEW)
def removed(situation: Situation) -> list[str]:
    """Whatever the pool allows."""
    situation.set({"MODELARTS_MAX_REMOVED": "0"})
    return situation.refusals(train(1, maxScaleIn=1.0))


@scene(BOUNDS, "a count is secret", PREVIEW)
def secret(situation: Situation) -> list[str]:
    """Nobody is told how many nodes that are."""
    situation.set({"MODELARTS_MAX_BOUGHT": "3"})
    return situation.refusals(train(4, secrets=[f'flavors["{CPU}"]']))


@scene(BOUNDS, "previews are offline", ERROR)
def blind(situation: Situation) -> Iterator[str]:
    """Nobody knows what a run does before it does it."""
    yield from wrong(situation, {"MODELARTS_MAX_BOUGHT": "3"}, livePreview="false")


@scene(APPROVED, "a run would do more than was approved", PREVIEW)
def more(situation: Situation) -> list[str]:
    """Three nodes were approved, and somebody wants five and another scope."""
    with approving(situation, train(3)) as environ:
        situation.set(environ)
        return told(situation.refusals(train(5, scope=["Train", "Notebook"])), environ)


@scene(APPROVED, "it would do more only by the time it begins", ERROR)
def later(situation: Situation) -> list[str]:
    """The same, at the door."""
    with approving(situation, train(3)) as environ:
        return told(situation.begun(train(5), environ), environ)


@scene(APPROVED, "it would do what it may, in another manner", PREVIEW)
def manners(_: Situation) -> Iterator[str]:
    """Work is ignored or drivers are forced; nodes have other disks, or move without a drain; a pool goes."""
    nothing = Approval({PROJECT: Footprint()}, LONG_AGO, LONG_AFTER)
    disk = {"flavor": CPU, "rootVolume": {"type": "SSD", "size": 500.0}}
    pool = {"poolName": TRAIN_POOL, "onRunningJobs": "ignore", "nodePools": {"gold": disk}}
    pool["driver"] = {"gpuVersion": "515.65.01", "updateStrategy": "force"}
    network = {"networkName": "team-net", "cidr": "192.168.0.0/20"}
    entries = {f"nodes.{NODE}": "removed", "driver.gpuVersion": "440.33 -> 515.65.01", "nodePools.gold": "0 -> 1"}
    move = {"sourcePool": TRAIN_POOL, "targetPool": INFER_POOL, "onRunningJobs": "ignore", "strategy": {"drain": False}}
    for done in (
        footprint(Kind.POOL, pool, entries),
        footprint(Kind.MIGRATION, move, {NODE: f"{TRAIN_POOL} -> {INFER_POOL}"}),
        footprint(Kind.NETWORK, network, {"network": "(none) -> created"}),
        of_deletion(Kind.POOL, TRAIN_POOL, 2),
    ):
        yield nothing.refusal(done, PROJECT, 0, WHERE)


@scene(APPROVED, "the approval has expired", PREVIEW)
def expired(situation: Situation) -> list[str]:
    """It held until a moment ago."""
    with approving(situation, train(3), expires=datetime(2026, 11, 1, tzinfo=UTC)) as environ:
        situation.set(environ)
        return told(situation.refusals(train(3)), environ)


@scene(APPROVED, "it is about another project", PREVIEW)
def foreign(situation: Situation) -> Iterator[str]:
    """Of the same account, perhaps; or about none, as nothing was to be done."""
    for project in ("0123456789abcdef0123456789abcdef", ""):
        with approving(situation, train(3), project=project) as environ:
            situation.set(environ)
            yield from told(situation.refusals(train(3)), environ)


@scene(APPROVED, "the file cannot be used", ERROR)
def unusable(situation: Situation) -> Iterator[str]:
    """It is not named, or from somewhere, is not there, is a folder, is something else, was edited, or is huge."""
    yield from wrong(situation, {"MODELARTS_APPROVED": ""})
    yield from wrong(situation, {"MODELARTS_APPROVED": "approval.json"})
    yield from wrong(situation, {"MODELARTS_APPROVED": WHERE})
    with approving(situation, train(3)) as environ:
        file = Path(environ["MODELARTS_APPROVED"])
        folder = {"MODELARTS_APPROVED": str(file.parent)}
        yield from told(wrong(situation, folder), folder)
        good = file.read_text(encoding="utf-8")
        for text in ("{}", good.replace("2 -> 3", "2 -> 9")):
            file.write_text(text, encoding="utf-8")
            yield from told(wrong(situation, environ), environ)
        with file.open("wb") as large:
            large.truncate(65 * 1024 * 1024)
        yield from told(wrong(situation, environ), environ)


def wrong(situation: Situation, environ: Mapping[str, str], **settings: str) -> list[str]:
    """Return what is said of an environment that cannot be used."""
    situation.set(environ, **settings)
    try:
        situation.refusals(train(3))
    except ModelArtsError as error:
        return [str(error)]
    raise AssertionError(environ)


@contextmanager
def approving(
    situation: Situation, program: Mapping[str, Any], project: str = PROJECT, expires: datetime = LONG_AFTER
) -> Iterator[dict[str, str]]:
    """Have what a program does now approved, and give the environment of a run that is held to it."""
    situation.set({})
    made = footprint(Kind.POOL, program, situation.foreseen(program).changes)
    approval = Approval({project: made} if project else {}, LONG_AGO, expires)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "approval.json"
        file.write_text(written(approval), encoding="utf-8")
        yield {"MODELARTS_APPROVED": str(file)}


def told(texts: list[str], environ: Mapping[str, str]) -> list[str]:
    """Return texts in which the file is where the page says that it is."""
    return [text.replace(environ["MODELARTS_APPROVED"], WHERE) for text in texts]

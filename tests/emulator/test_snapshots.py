"""A snapshot is the whole world: what is made of it goes on exactly like the world it was taken from."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from modelarts_emulator import (
    GPU_POOL,
    INFER_POOL,
    NODE,
    PROJECT,
    TRAIN_POOL,
    TRAINING_JOB,
    Emulator,
    Fault,
    Outcome,
    Request,
    Throttle,
    UnsupportedSnapshotError,
)
from modelarts_emulator.clock import EPOCH
from modelarts_emulator.store import FORMAT
from tests.emulator.migrations import OTHER, body
from tests.emulator.test_impossible_worlds import places
from tests.emulator.wire import cpu, world

POOLS = f"/v2/{PROJECT}/pools"
DRIVER = {"gpuVersion": "515.65.01", "updateStrategy": "idle"}


def scaled(count: int) -> Request:
    """A request for so many nodes in the training pool."""
    return Request.of_json("PATCH", f"{POOLS}/{TRAIN_POOL}", {"spec": {"resources": [cpu(count)]}})


TOKEN = {"auth": {"identity": {"password": {"user": {"name": "a", "password": "secret-1", "domain": {"name": "d"}}}}}}
REQUESTS = {
    "grow": scaled(4),
    "shrink": scaled(1),
    "move": Request.of_json("POST", f"{POOLS}/{TRAIN_POOL}/nodes/batch-migrate", body(OTHER)),
    "delete": Request.of_json(
        "POST", f"{POOLS}/{INFER_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-b7f3q"]}
    ),
    "lock": Request.of_json(
        "POST", f"{POOLS}/{TRAIN_POOL}/nodes/batch-lock", {"nodeNames": [NODE], "actions": ["delete"]}
    ),
    "drain": Request.of_json("POST", f"{POOLS}/{GPU_POOL}/nodes/batch-drain", {"nodeNames": ["os-node-created-72w8d"]}),
    "upgrade": Request.of_json("PATCH", f"{POOLS}/{GPU_POOL}", {"spec": {"driver": DRIVER}}),
    "scope": Request.of_json("PATCH", f"{POOLS}/{INFER_POOL}", {"spec": {"scope": ["Infer", "Notebook"]}}),
    "token": Request.of_json("POST", "/v3/auth/tokens", TOKEN),
    "pools": Request("GET", POOLS),
    "nodes": Request("GET", f"{POOLS}/{TRAIN_POOL}/nodes"),
    "orders": Request("GET", f"/v1/{PROJECT}/orders"),
    "jobs": Request("GET", f"/v2/{PROJECT}/jobs"),
    "nothing": Request("GET", "/v2"),
}
FAULTS = (
    Fault("patchPool", outcome=Outcome(nodes=1, spec="real")),
    Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0, job="stuck")),
    Fault("listPools", status=429, retry_after=1, after=1),
    Fault("listJobs", throttle=Throttle(rate=0.01, burst=2, per_scope=True)),
)


class Twins(RuleBasedStateMachine):
    """A world, and one that was made of its snapshot at some moment; both are asked the same from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.emulators = [Emulator(), Emulator(world=world(other={"resources": [cpu(1)]}))]
        self.emulators[1].restore(self.emulators[0].snapshot())

    def teardown(self) -> None:
        """Whatever happened, both are the same world at the same time, and stay so."""
        for seconds in (0, 30, 10_000):
            for emulator in self.emulators:
                emulator.clock.advance(seconds)
            one, other = [(item.world(), item.clock.state.virtual, item.snapshot()) for item in self.emulators]
            assert one == other
        for emulator in self.emulators:
            emulator.close()

    @rule(through_text=st.booleans())
    def take_a_snapshot(self, through_text: bool) -> None:  # noqa: FBT001 - given by name
        """Begin the other world anew from what this one is now, written down or not."""
        snapshot = self.emulators[0].snapshot()
        self.emulators[1].restore(json.loads(json.dumps(snapshot)) if through_text else snapshot)
        assert self.emulators[1].snapshot() == snapshot

    @rule(name=st.sampled_from(sorted(REQUESTS)))
    def ask(self, name: str) -> None:
        """Both give the same answer to a byte, the id of the request included."""
        one, other = [emulator.handle(REQUESTS[name]) for emulator in self.emulators]
        assert one == other

    @rule(fault=st.sampled_from(FAULTS))
    def arm(self, fault: Fault) -> None:
        """Arm a fault in both."""
        assert len({emulator.faults.arm(fault) for emulator in self.emulators}) == 1

    @rule(seconds=st.sampled_from([1.0, 7.25, 60.0, 500.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass in both."""
        for emulator in self.emulators:
            emulator.clock.advance(seconds)

    @rule(setting=st.sampled_from(["auto", "frozen"]))
    def set_clock(self, setting: str) -> None:
        """Change how time runs in both."""
        for emulator in self.emulators:
            emulator.clock.set_mode(setting)

    @rule()
    def end_what_runs(self) -> None:
        """End the training job and the stuck migrations of both."""
        for emulator in self.emulators:
            emulator.finish_training_job(TRAINING_JOB)
            for job_id in emulator.world()["jobs"]:
                emulator.fail_job(job_id)

    @rule(project=st.sampled_from([None, PROJECT]))
    def reset(self, project: str | None) -> None:
        """Go back to the world last seeded in both."""
        for emulator in self.emulators:
            emulator.reset(project)


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def busy() -> Emulator:
    """A world in which everything is under way."""
    emulator = Emulator()
    for fault in FAULTS:
        emulator.faults.arm(fault)
    for name in ("grow", "move", "upgrade", "scope", "token", "delete", "pools", "lock"):
        emulator.handle(REQUESTS[name])
    emulator.clock.advance(12.5)
    return emulator


def test_snapshot_is_plain_and_says_what_it_is() -> None:
    """A snapshot is JSON with format, version and time at its head, and holds no secret."""
    with busy() as emulator:
        snapshot = emulator.snapshot(journal=True)

    text = json.dumps(snapshot)
    assert json.loads(text) == snapshot
    assert {name: snapshot[name] for name in ("format", "version", "clock")} == {
        "format": "modelarts-emulator snapshot",
        "version": FORMAT,
        "clock": {"mode": "frozen", "now": EPOCH + 12.5, "time": "2026-01-01T00:00:12Z"},
    }
    assert "secret-1" not in text
    assert "emulated-" not in text


def test_restoring_turns_time_back() -> None:
    """Time is what it was when the snapshot was taken, in the same mode, and runs on from there."""
    wall = Wall()
    with Emulator(clock="scaled:60.5", wall=wall) as emulator:
        wall.now += 2
        snapshot = emulator.snapshot()
        wall.now += 1000

        emulator.restore(snapshot)

        assert (emulator.clock.mode, emulator.clock.now()) == ("scaled:60.5", EPOCH + 121)
        wall.now += 1
        assert emulator.clock.now() == EPOCH + 181.5


class Wall:
    """A wall clock that a test sets."""

    now = 5_000.0

    def __call__(self) -> float:
        """The time set."""
        return self.now


def test_restoring_replaces_everything(tmp_path: Path) -> None:
    """World, faults and the world that a reset goes back to are those of the snapshot; the journal begins anew."""
    content = world(pool={"resources": [cpu(2)]})
    with busy() as one, Emulator.open(tmp_path / "world.db") as other:
        other.seed(content)
        other.handle(scaled(3))

        other.restore(one.snapshot())

        assert (other.world(), other.faults.armed(), other.clock.now()) == (
            one.world(),
            one.faults.armed(),
            EPOCH + 12.5,
        )
        assert other.journal.exchanges() == []
        one.reset()
        other.reset()
        assert (other.world(), other.seeded()) == (one.world(), one.seeded())


def test_journal_can_come_along() -> None:
    """With its journal, a snapshot brings every exchange, bodies that are no text included."""
    with busy() as one, Emulator() as other:
        one.handle(Request("POST", POOLS, {"content-type": "application/json"}, b"\xff\x00{"))

        other.restore(one.snapshot(journal=True))

        assert other.journal.exchanges() == one.journal.exchanges()
        assert other.handle(REQUESTS["nodes"]) == one.handle(REQUESTS["nodes"])


def test_other_processes_see_a_restored_world(tmp_path: Path) -> None:
    """Whoever has the file open sees the restored world at once, its time included."""
    with busy() as source, Emulator.open(tmp_path / "w.db") as one, Emulator.open(tmp_path / "w.db") as other:
        other.world()

        one.restore(source.snapshot())

        assert (other.world(), other.clock.now(), other.seeded()) == (source.world(), EPOCH + 12.5, source.seeded())


def test_saved_and_loaded(tmp_path: Path) -> None:
    """A snapshot in a file is as good as one in hand, and nothing is left beside it."""
    with busy() as one, Emulator() as other:
        one.save(tmp_path / "deep" / "s.json")
        one.save(tmp_path / "deep" / "s.json", journal=True)

        other.load(tmp_path / "deep" / "s.json")

        assert other.snapshot(journal=True) == one.snapshot(journal=True)
        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["s.json"]


@pytest.mark.parametrize("in_memory", [True, False])
def test_copied_as_a_database(tmp_path: Path, in_memory: bool) -> None:  # noqa: FBT001 - given by name
    """A world in memory or in a file is copied into a new world file, journal and all, and the two part ways."""
    with Emulator(None if in_memory else tmp_path / "world.db") as one:
        one.handle(scaled(3))

        one.copy_to(tmp_path / "deep" / "copy.db")
        one.clock.advance(5)

        with Emulator.open(tmp_path / "deep" / "copy.db") as other:
            assert (other.world(), other.clock.now()) != (one.world(), one.clock.now())
            other.clock.advance(5)
            assert other.snapshot(journal=True) == one.snapshot(journal=True)
        with pytest.raises(FileExistsError, match="a world is copied into a new file"):
            one.copy_to(tmp_path / "deep" / "copy.db")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "x"}, 'this is no snapshot: its "format" must be'),
        ({"version": FORMAT + 1}, f"has version {FORMAT + 1}, this package reads {FORMAT}; upgrade the package"),
        ({"version": FORMAT - 1}, "take it anew with this version"),
        ({"version": None}, "has version None"),
        ({"clock": {"mode": "fast", "now": 0}}, "unknown clock setting 'fast'"),
        ({"clock": {"mode": "auto", "now": -1}}, "-1 is no moment of virtual time"),
        ({"tables": {}}, "tables: a snapshot has settings, "),
        ({"numbers": {"exchanges": "1"}}, "numbers: something is not of the right kind"),
    ],
)
def test_other_snapshots_are_refused(change: dict[str, Any], reason: str) -> None:
    """A snapshot of another version, or none at all, is refused with the reason, and the old world stays."""
    with busy() as emulator:
        before = emulator.snapshot(journal=True)

        with pytest.raises(UnsupportedSnapshotError, match=reason):
            emulator.restore(emulator.snapshot() | change)

        assert emulator.snapshot(journal=True) == before


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("pools", "document", {}),
        ("pools", "number", 2**70),
        ("nodes", "ready_at", "soon"),
        ("nodes", "created_at", float("inf")),
        ("nodes", "name", None),
        ("orders", "document", {}),
        ("jobs", "document", []),
        ("training_jobs", "document", "\ud800"),
        ("faults", "rule", {"operation": "patchPool", "colour": "red"}),
        ("exchanges", "response", "no base64"),
        ("settings", "value", {"projects": []}),
    ],
)
def test_damaged_rows_are_refused(table: str, column: str, value: object) -> None:
    """A snapshot with rows that nothing can be made of is refused, and the old world stays."""
    with busy() as emulator, Emulator() as other:
        damaged, before = emulator.snapshot(journal=True), other.snapshot(journal=True)
        at = damaged["tables"][table]["columns"].index(column)
        for row in damaged["tables"][table]["rows"]:
            row[at] = value

        with pytest.raises(UnsupportedSnapshotError):
            other.restore(damaged)

        assert other.snapshot(journal=True) == before


@pytest.mark.parametrize("text", ["", "[]", "7", '{"format": ', "null", "\xff"])
def test_files_that_are_no_snapshots(tmp_path: Path, text: str) -> None:
    """A file that holds something else is refused."""
    (tmp_path / "s.json").write_text(text, encoding="latin-1")

    with Emulator() as emulator, pytest.raises(UnsupportedSnapshotError):
        emulator.load(tmp_path / "s.json")


JUNK: list[Any] = [None, True, -1, 1.5, 10**30, float("nan"), "", "x", "\ud800", [], {}, [1], {"x": 1}, b"x", object()]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_snapshot_is_no_world(data: st.DataObject) -> None:
    """With something in it replaced or removed, a snapshot makes a world that can be shown, or is refused whole."""
    with busy() as emulator, Emulator() as other:
        damaged = copy.deepcopy(emulator.snapshot(journal=True))
        before = other.snapshot(journal=True)
        for _ in range(data.draw(st.integers(1, 2))):
            damage(damaged, data)

        try:
            other.restore(damaged)
        except UnsupportedSnapshotError:
            assert other.snapshot(journal=True) == before
        else:
            for project in other.projects():
                other.world(project)


def damage(snapshot: dict[str, Any], data: st.DataObject) -> None:
    """Replace or remove something somewhere inside, in a small part of it as likely as in a large one."""
    part: Any = snapshot
    if data.draw(st.integers(0, 4)):
        tables = [
            table for table in snapshot.get("tables", {}).values() if isinstance(table, dict) and table.get("rows")
        ]
        part = data.draw(st.sampled_from(tables or [snapshot]))
    found = list(places(part))
    if found:
        holder, key = data.draw(st.sampled_from(found))
        if data.draw(st.booleans()):
            holder[key] = data.draw(st.sampled_from(JUNK))
        else:
            del holder[key]


def test_many_nodes() -> None:
    """A large world is taken and restored."""
    with Emulator(world=world(pool={"resources": [cpu(10_000)]})) as one, Emulator() as other:
        other.restore(one.snapshot())

        assert other.handle(pool_request()).body == one.handle(pool_request()).body


def pool_request() -> Request:
    """A look at the pool of the large world."""
    return Request("GET", f"{POOLS}/pool-{PROJECT}")

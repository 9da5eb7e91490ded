import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, INFER_POOL, NETWORK, NODE, PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.state.clock import EPOCH, ClockState
from tests.emulator.wire import GPU, Wire, cpu, world


class Wall:
    """A wall clock that a test sets."""

    def __init__(self) -> None:
        self.now = 5_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The time set."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Note it and let it pass at once."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def wall() -> Wall:
    """A wall clock long before the beginning of virtual time."""
    return Wall()


def emulator(wall: Wall, clock: str | None = None) -> Emulator:
    """A new world under this wall clock."""
    return Emulator(clock=clock, wall=wall, sleep=wall.sleep)


def test_frozen_time_stands_still(wall: Wall) -> None:
    """A frozen clock moves when it is advanced and at no other time."""
    frozen = emulator(wall)

    wall.now += 3600
    frozen.clock.advance(7.5)

    assert (frozen.clock.mode, frozen.clock.now()) == ("frozen", EPOCH + 7.5)


def test_scaled_time_runs_faster(wall: Wall) -> None:
    """At `scaled:60` a wall second is a virtual minute."""
    scaled = emulator(wall, "scaled:60")

    wall.now += 2

    assert (scaled.clock.mode, scaled.clock.now()) == ("scaled:60", EPOCH + 120)


def test_real_time_is_the_wall_clock(wall: Wall) -> None:
    """A real clock follows a wall clock that is ahead of the beginning of time."""
    wall.now = EPOCH + 1_000_000

    real = emulator(wall, "real")
    wall.now += 3

    assert real.clock.now() == EPOCH + 1_000_003


def test_time_goes_forward_through_every_change(wall: Wall) -> None:
    """Changing the mode goes on from the moment reached, even when the wall clock is set back."""
    clock = emulator(wall, "scaled:60").clock
    wall.now += 10

    moments = [clock.now()]
    for mode in ("real", "frozen", "scaled:3600", "auto"):
        clock.set_mode(mode)
        wall.now -= 5
        moments.append(clock.now())

    assert moments == [EPOCH + 600] * 5


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_time_cannot_be_turned_back(wall: Wall, seconds: float) -> None:
    """Advancing by less than nothing is refused and changes nothing."""
    clock = emulator(wall).clock

    with pytest.raises(ValueError, match="time only goes forward"):
        clock.advance(seconds)

    assert clock.now() == EPOCH


@pytest.mark.parametrize(
    "setting", ["", "fast", "scaled", "scaled:0", "scaled:-1", "scaled:inf", "scaled:x", "frozen:1"]
)
def test_unknown_settings_are_refused(wall: Wall, setting: str) -> None:
    """A misspelt clock setting is an error that lists the settings there are."""
    clock = emulator(wall).clock

    with pytest.raises(ValueError, match="use real, frozen, auto or scaled:N"):
        clock.set_mode(setting)

    assert clock.mode == "frozen"


def test_waiting_sleeps_where_time_runs(wall: Wall) -> None:
    """Virtual seconds are waited for in wall time on a running clock, and skipped on a standing one."""
    running, standing = emulator(wall, "scaled:60"), emulator(wall)

    running.clock.wait(30)
    standing.clock.wait(30)

    assert wall.slept == [0.5]
    assert (running.clock.now(), standing.clock.now()) == (EPOCH + 30, EPOCH + 30)


@given(st.floats(0, 1e6), st.floats(0, 1e4), st.lists(st.floats(0, 1e9), min_size=2))
def test_a_reading_never_decreases(virtual: float, rate: float, walls: list[float]) -> None:
    """Whatever the rate, a later wall time never gives an earlier virtual time."""
    state = ClockState("scaled", rate, virtual, 500.0)

    readings = [state.at(wall) for wall in sorted(walls)]

    assert readings == sorted(readings)


@pytest.mark.loopback
def test_auto_time_jumps_when_somebody_looks(wire: Wire) -> None:
    """On an `auto` clock each look at something under way is followed by the jump to what happens next."""
    wire.emulator.clock.set_mode("auto")
    wire.scale(cpu(3))

    seen = [wire.order()["phase"], *(wire.status() for _ in range(3)), wire.order()["phase"]]

    under_way = {"available": {"modelarts.vm.cpu.4ud": 2}, "creating": {"modelarts.vm.cpu.4ud": 1}}
    assert seen == ["pending", under_way, under_way, {"available": {"modelarts.vm.cpu.4ud": 3}}, "successed"]


def test_auto_time_ends_what_a_driver_waits_for(wire: Wire) -> None:
    """On an `auto` clock a client that polls sees an idle upgrade through: the job ends, then the upgrade."""
    pool = {"resources": [{"flavor": GPU, "count": 1}], "driver": {"gpuVersion": "440.33"}, "nodes": [NODE]}
    content = world(**{"gpu-pool-os": pool})
    content["projects"][PROJECT]["training_jobs"] = {"job-1": {"pool": GPU_POOL, "nodes": [NODE], "ends_in": 300}}
    wire.emulator.seed(content)
    wire.emulator.clock.set_mode("auto")
    wire.patch({"spec": {"driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"}}}, GPU_POOL)

    versions = [wire.pool(GPU_POOL)["status"]["driver"]["gpu"]["version"] for _ in range(3)]

    assert (versions, wire.emulator.clock.now()) == (["440.33", "440.33", "515.65.01"], EPOCH + 420)


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/resourceflavors", "/v1/quotas", f"/v1/networks/{NETWORK}"),
        *(f"/pools/{INFER_POOL}", f"/pools/{INFER_POOL}/nodes"),
    ],
)
def test_auto_time_rests_when_somebody_looks_elsewhere(wire: Wire, path: str) -> None:
    """On an `auto` clock nothing passes while clients look at what is not under way, though something else is."""
    wire.emulator.clock.set_mode("auto")
    wire.scale(cpu(3))

    wire.get(path).raise_for_status()

    assert wire.emulator.clock.now() == EPOCH


@pytest.mark.parametrize("pool", [TRAIN_POOL, INFER_POOL])
def test_auto_time_brings_a_node_that_moves(wire: Wire, pool: str) -> None:
    """On an `auto` clock either end of a migration is pending while it is under way."""
    wire.emulator.clock.set_mode("auto")
    move = {
        "migrateNodeNames": [NODE],
        "fromClusterName": TRAIN_POOL,
        "toClusterName": INFER_POOL,
        "toPoolName": INFER_POOL,
        "resourceSpec": {"flavor": "modelarts.vm.cpu.4ud"},
    }
    wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", move)

    for _ in range(3):
        wire.get(f"/pools/{pool}/nodes").raise_for_status()

    assert NODE in wire.emulator.world()["pools"][INFER_POOL]["nodes"]


@pytest.mark.loopback
def test_auto_time_rests_when_nothing_is_under_way(wire: Wire) -> None:
    """On an `auto` clock nothing passes while nothing is pending."""
    wire.emulator.clock.set_mode("auto")

    wire.pool()

    assert wire.emulator.clock.now() == EPOCH


def test_a_new_world_begins_with_the_clock_that_is_named_for_it(tmp_path: Path) -> None:
    """One that is there already keeps its own; a clock that is asked for outright beats both."""
    modes = []
    for clock, new_clock in [(None, "auto"), (None, "real"), ("frozen", "real")]:
        with Emulator(tmp_path / "world.db", clock=clock, new_clock=new_clock) as emulator:
            modes.append(emulator.clock.mode)

    assert modes == ["auto", "auto", "frozen"]


@contextmanager
def another_time(moment: float) -> Iterator[None]:
    """Another time in the place of the system's, put there as tools for tests do that replace it."""
    original = time.time
    setattr(time, "time", lambda: moment)  # noqa: B010 - a function of a module cannot be assigned to
    try:
        yield
    finally:
        setattr(time, "time", original)  # noqa: B010 - likewise


def test_another_time_in_the_place_of_the_system_s() -> None:
    """A tool that replaces the time replaces it here too, whether the emulator was there before or not."""
    seen = []
    with Emulator(clock="real") as before, another_time(EPOCH + 5e8), Emulator(clock="real") as within:
        seen += [before.clock.now(), within.clock.now()]

    assert seen == [EPOCH + 5e8] * 2


def test_time_begins_where_it_is_told_to(wall: Wall, tmp_path: Path) -> None:
    """A world begins where it is told to, also after a reset; one that exists keeps its own beginning."""
    seen = []
    for begins in (EPOCH + 7, "2026-01-01T01:00:00Z", "now"):
        with Emulator(wall=wall, begins=begins) as emulator:
            seen.append(emulator.clock.now())
            emulator.clock.advance(60)
            wall.now += 1000
            emulator.reset()
            seen.append(emulator.clock.now())
    assert seen == [EPOCH + 7, EPOCH + 7, EPOCH + 3600, EPOCH + 3600, 7_000.0, 8_000.0]

    Emulator(tmp_path / "world.db").close()
    with Emulator(tmp_path / "world.db", begins="now") as emulator:
        assert emulator.clock.now() == EPOCH


@pytest.mark.parametrize("begins", ["soon", "", -1, float("nan"), "9999-01-01T00:00:00Z"])
def test_a_beginning_that_is_none(begins: float | str) -> None:
    """What is no moment is refused, and no world begins."""
    with pytest.raises(ValueError, match=r"moment|cannot begin"):
        Emulator(begins=begins)

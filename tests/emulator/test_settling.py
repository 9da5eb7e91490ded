"""What falls due by itself has the protection of what is asked: nothing of it makes a world unreadable."""

import json
import warnings

import pytest

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, DefectWarning, Emulator, Fault, Outcome
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.test_independent_clients import new_pool
from tests.emulator.training import created
from tests.emulator.wire import Wire, cpu, world

HALF = Fault("patchPool", outcome=Outcome(nodes=1, spec="real"))


def is_readable(wire: Wire) -> bool:
    """Whether the project and its control API can be looked at."""
    paths = ["/pools", "/jobs", "/v1/orders", f"/pools/{INFER_POOL}/nodes"]
    statuses = {wire.get(path).status_code for path in paths}
    statuses.add(wire.client.get(f"{wire.base}/_emulator/world").status_code)
    statuses.add(wire.client.get(f"{wire.base}/_emulator/snapshot").status_code)
    return statuses == {200}


@pytest.mark.loopback
def test_an_order_of_a_pool_that_is_deleted(wire: Wire) -> None:
    """An order that would adjust a pool's counts at its end finds no pool any more, and the rest goes on."""
    wire.emulator.faults.arm(HALF)
    wire.scale(cpu(6)).raise_for_status()
    wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).raise_for_status()

    wire.emulator.clock.advance(600)

    assert is_readable(wire)
    assert wire.get(f"/pools/{TRAIN_POOL}").status_code == 404
    assert wire.emulator.set_aside() == []


def test_an_order_of_another_pool_of_the_same_name(wire: Wire) -> None:
    """A pool that was made anew is not adjusted by what an earlier one of its name had under way."""
    wire.emulator.seed({**world(team={"resources": [cpu(1)]}), "timings": {"creating": 500, "deleting": 10}})
    wire.emulator.faults.arm(HALF)
    wire.scale(cpu(6), pool=f"team-{PROJECT}").raise_for_status()
    wire.client.delete(wire.url(f"/pools/team-{PROJECT}")).raise_for_status()
    wire.emulator.clock.advance(10)
    wire.emulator.faults.arm(Fault("createPool", outcome=Outcome(nodes=2)))
    made = new_pool(resources=[cpu(4)], network={"name": "network-a"})
    made["metadata"]["labels"]["os.modelarts/name"] = "team"
    wire.post("/pools", made).raise_for_status()

    wire.emulator.clock.advance(600)

    assert wire.pool(f"team-{PROJECT}")["spec"]["resources"] == [cpu(4, maxCount=4)]


def test_a_replacement_in_a_pool_that_is_deleted(wire: Wire) -> None:
    """A node that is being replaced goes with its pool."""
    wire.emulator.replace_node(TRAIN_POOL, NODE)
    wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).raise_for_status()

    wire.emulator.clock.advance(600)

    assert is_readable(wire)
    assert wire.emulator.set_aside() == []


ODD = {
    "unknown": ("fly_away", {"to": "the moon"}, "NotImplementedError: nobody knows how to do that"),
    "lacking": ("arrive", {"node": NODE}, "TypeError: Arrival.__new__() missing 4 required positional arguments"),
}


def note(emulator: Emulator, after: float, kind: str, payload: dict[str, str]) -> None:
    """Write something down that no emulator of this version would."""
    with emulator._store.transaction() as connection:
        connection.execute(
            "INSERT INTO agenda (at, project, kind, payload) VALUES (?, ?, ?, ?)",
            (EPOCH + after, PROJECT, kind, json.dumps(payload)),
        )


class TestDefects:
    @pytest.mark.parametrize(("kind", "payload", "reason"), ODD.values(), ids=ODD)
    def test_set_aside(self, wire: Wire, kind: str, payload: dict[str, str], reason: str) -> None:
        """What cannot happen is told once, with what and where, and is kept aside; everything else happens."""
        wire.scale(cpu(3)).raise_for_status()
        note(wire.emulator, 30, kind, payload)
        wire.emulator.clock.advance(100)

        with pytest.warns(DefectWarning, match=rf"{kind} .* due at 2026-01-01T00:00:30Z in project {PROJECT}, failed"):
            seen = wire.pool()

        assert seen["status"]["resources"]["available"][0]["count"] == 3
        (kept,) = wire.client.get(f"{wire.base}/_emulator/health").json()["set_aside"]
        assert (kept["at"], kept["kind"], kept["payload"]) == (EPOCH + 30, kind, payload)
        assert kept["error"].startswith(reason)
        assert is_readable(wire)

    def test_after_a_reset(self, wire: Wire) -> None:
        """A reset, of the project too, forgets what is set aside."""
        for project in (None, PROJECT):
            note(wire.emulator, 0, "fly_away", {})
            with pytest.warns(DefectWarning):
                wire.emulator.world()
            assert len(wire.emulator.set_aside()) == 1

            wire.emulator.reset(project)

            assert wire.emulator.set_aside() == []

    def test_where_warnings_are_errors(self, wire: Wire) -> None:
        """Whoever makes errors of warnings hears of it once, and the world is well all the same."""
        note(wire.emulator, 0, "fly_away", {})

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(DefectWarning, match="please report it"):
                wire.get("/pools")
            assert is_readable(wire)

    def test_jobs_that_wait(self, wire: Wire) -> None:
        """A training job that cannot be started keeps nobody from looking; it is told once, though tried each time."""
        job = created(wire)
        with wire.emulator._store.transaction() as connection:
            connection.execute(
                "UPDATE training_jobs SET document = json_remove(document, '$.spec') WHERE id = ?", (job,)
            )
        wire.emulator.clock.advance(60)

        with pytest.warns(DefectWarning, match="start_training_jobs") as told:
            answers = [wire.get("/pools").status_code for _ in range(3)]

        assert (answers, len(told)) == ([200] * 3, 1)

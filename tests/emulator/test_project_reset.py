"""One project can go back to its beginning while the others go on."""

from typing import Any

from modelarts_emulator import PROJECT, Emulator, Fault, Request
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import cpu, world

OTHER = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
POOL = f"pool-{PROJECT}"
ELSEWHERE = f"elsewhere-{OTHER}"


def two_projects() -> Emulator:
    """A world of two projects, the first of which has a training job."""
    content = world(pool={"resources": [cpu(2)], "nodes": ["os-node-created-aaaaa"]})
    content["projects"][PROJECT]["training_jobs"] = {"job-1": {"pool": POOL, "nodes": ["os-node-created-aaaaa"]}}
    pools = {ELSEWHERE: {"network": "network-a", "resources": [cpu(3)]}}
    content["projects"] = {OTHER: {"pools": pools}, **content["projects"]}
    return Emulator(world=content)


def patch(project: str, pool: str, count: int) -> Request:
    """A request for so many nodes."""
    return Request.of_json("PATCH", f"/v2/{project}/pools/{pool}", {"spec": {"resources": [cpu(count)]}})


def grow(emulator: Emulator) -> None:
    """Order nodes in both projects, and let them come."""
    for project, pool in ((PROJECT, POOL), (OTHER, ELSEWHERE)):
        assert emulator.handle(patch(project, pool, 5)).status == 200
    emulator.clock.advance(200)


def test_one_project_begins_anew() -> None:
    """Pools, nodes with their addresses, orders and jobs of the project are as seeded; all else is as it was."""
    with two_projects() as emulator:
        seeded = emulator.world()
        grow(emulator)
        emulator.finish_training_job("job-1")
        emulator.faults.arm(Fault("showPool", status=500))
        others = (emulator.world(OTHER), emulator.faults.armed(), emulator.journal.exchanges())

        emulator.reset(PROJECT)

        assert emulator.world() == seeded
        assert (emulator.world(OTHER), emulator.faults.armed(), emulator.journal.exchanges()) == others
        assert emulator.clock.now() == EPOCH + 200


def test_it_goes_on_as_from_the_beginning() -> None:
    """After a reset the same requests give the same names and addresses as they did at first, again and again."""
    with two_projects() as emulator:
        grow(emulator)
        names, order = list(emulator.world()["pools"][POOL]["nodes"]), list(emulator.world()["orders"])

        for _ in range(3):
            emulator.reset(PROJECT)
            emulator.handle(patch(PROJECT, POOL, 5))
            emulator.clock.advance(200)

            shown = emulator.world()
            assert (list(shown["pools"][POOL]["nodes"]), list(shown["orders"])) == (names, order)
            assert len({node["private_ip"] for node in shown["pools"][POOL]["nodes"].values()}) == 5


def test_a_project_that_was_not_seeded_is_emptied() -> None:
    """What came into being in another project is gone, and nobody else notices."""
    with two_projects() as emulator:
        before: dict[str, Any] = emulator.world()
        body = {"metadata": {"labels": {"os.modelarts/name": "net-1"}}, "spec": {"cidr": "192.168.0.0/16"}}
        document = {"apiVersion": "v1", "kind": "Network", **body}
        made = emulator.handle(Request.of_json("POST", "/v1/unheard-of/networks", document))
        assert made.status == 200

        emulator.reset("unheard-of")

        assert emulator.handle(Request("GET", "/v1/unheard-of/networks")).json()["items"] == []
        assert emulator.world() == before

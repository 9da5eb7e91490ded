"""How long a world remembers: all that can be asked for, and no more."""

from typing import Any

from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, Emulator, Fault, Throttle
from modelarts_emulator.state.tables import WORLD_TABLES
from tests.emulator.migrations import OTHER, body
from tests.emulator.test_independent_clients import new_pool
from tests.emulator.training import created
from tests.emulator.wire import CPU, Wire, cpu

DAY = 86_400.0
TEAM = f"team-a-{PROJECT}"
AROUND = (*WORLD_TABLES, "settings", "buckets", "faults")


def rows(emulator: Emulator) -> dict[str, int]:
    """Rows of each table."""
    with emulator._store.transaction() as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in AROUND}  # noqa: S608 - constants


def ask(wire: Wire, method: str, path: str, document: Any = None) -> Any:
    """Ask for something that is granted."""
    answer = wire.client.request(method, wire.url(path), json=document)
    return answer.raise_for_status().json() if answer.content else None


def go_on(wire: Wire, course: int) -> None:
    """Whatever a project can go through: nodes, pools, networks, jobs, workloads and tokens come and go."""
    wire.scale(cpu(4)).raise_for_status()
    ask(wire, "POST", "/pools", new_pool())
    network = {"metadata": {"labels": {"os.modelarts/name": "net-a"}}, "spec": {"cidr": "192.168.128.0/17"}}
    ask(wire, "POST", "/v1/networks", {"apiVersion": "v1", "kind": "Network", **network})
    job = created(wire, f"job-{course}")
    service = wire.emulator.start_workload(TRAIN_POOL, [NODE])
    login = {"user": {"name": "ann", "password": "x", "domain": {"name": "acme"}}}
    identity = {"auth": {"identity": {"methods": ["password"], "password": login}}}
    wire.client.post(f"{wire.base}/v3/auth/tokens", json=identity).raise_for_status()
    wire.client.get(wire.url("/pools"), headers={"x-emulator-scope": str(course)}).raise_for_status()
    wire.emulator.clock.advance(DAY)
    ask(wire, "POST", f"/training-jobs/{job}/actions", {"action_type": "terminate"})
    wire.emulator.set_workload_status(service, "Terminated")
    wire.emulator.clock.advance(DAY)
    ask(wire, "DELETE", f"/training-jobs/{job}")
    idle = next(name for name in wire.nodes() if name != NODE)
    ask(wire, "POST", f"/pools/{TRAIN_POOL}/nodes/batch-reboot", {"nodeNames": [idle]})
    wire.emulator.clock.advance(DAY)
    wire.scale(cpu(2)).raise_for_status()
    ask(wire, "DELETE", f"/pools/{TEAM}")
    ask(wire, "DELETE", f"/v1/networks/net-a-{PROJECT}")
    wire.emulator.clock.advance(DAY)


def test_a_long_time(wire: Wire) -> None:
    """However long a world goes on, it has no more rows than those of one month."""
    wire.emulator.faults.arm(Fault("listPools", throttle=Throttle(rate=1, burst=9, per_scope=True)))
    seen = []

    for course in range(20):
        go_on(wire, course)
        seen.append(rows(wire.emulator))

    assert seen[19] == seen[16] == seen[13]
    assert seen[5]["nodes"] > seen[0]["nodes"]


def test_what_is_over_is_told_of_for_a_month(wire: Wire) -> None:
    """An order, a job and a node that is gone are told of for 31 days after their end, and then no more."""
    wire.scale(cpu(3)).raise_for_status()
    order = wire.pool()["metadata"]["labels"]["os.modelarts/order.name"]
    wire.emulator.clock.advance(600)
    job = wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE)).raise_for_status().json()["job_id"]
    wire.emulator.clock.advance(600)
    wire.scale(cpu(1)).raise_for_status()
    later = wire.pool()["metadata"]["labels"]["os.modelarts/order.name"]
    wire.post(
        f"/pools/{INFER_POOL}/nodes/batch-migrate", body(NODE, source=INFER_POOL, target=TRAIN_POOL)
    ).raise_for_status()
    paths = [f"/v1/orders/{order}", f"/v1/orders/{later}", f"/jobs/{job}"]
    seen = []

    for days in (30, 3):
        wire.emulator.clock.advance(days * DAY)
        wire.get("/pools")
        seen.append([wire.get(path).status_code for path in paths])

    assert seen == [[200, 200, 200], [404, 200, 404]]
    assert wire.get(f"/v1/orders/{later}").json()["items"] == [IsPartialDict(action="deleteNode", status="succeed")]


def test_names_and_ids_are_not_given_again(wire: Wire) -> None:
    """What has been forgotten leaves its names and ids behind."""
    given: list[str] = []

    for _ in range(4):
        for count in (3, 2):
            wire.scale(cpu(count)).raise_for_status()
            given.append(wire.pool()["metadata"]["labels"]["os.modelarts/order.name"])
            wire.emulator.clock.advance(600)
        idle = next(name for name in wire.nodes() if name != NODE)
        reboot = wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-reboot", {"nodeNames": [idle]})
        given.append(reboot.json()["job_id"])
        wire.emulator.clock.advance(40 * DAY)
        wire.get("/pools")

    assert len(set(given)) == len(given)
    assert rows(wire.emulator)["orders"] <= 3


def test_a_project_at_which_nobody_looked(wire: Wire) -> None:
    """What fell due long ago happens before anything of it is forgotten, whoever asks for whatever."""
    job = created(wire)
    wire.emulator.clock.advance(60)
    wire.emulator.break_node(TRAIN_POOL, OTHER, after=600)
    wire.emulator.clock.advance(100 * DAY)

    wire.client.get(wire.url("/pools").replace(PROJECT, "other")).raise_for_status()

    assert wire.get(f"/training-jobs/{job}").json()["status"]["phase"] == "Failed"


def test_events_are_those_of_a_month(wire: Wire) -> None:
    """Events are listed as far back as the nodes are known that they tell of, so that none tells half of it."""
    for count in (3, 2, 3):
        wire.scale(cpu(count)).raise_for_status()
        wire.emulator.clock.advance(20 * DAY)
        wire.get("/pools")

    texts = [item["message"] for item in wire.get("/v1/events", resource="pools", name=TRAIN_POOL).json()["items"]]

    counts = [text.partition("count ")[2].partition(",")[0] for text in texts]
    assert counts == ["from 2/0/1/0 to 3/0/0/0", "from 2/0/0/0 to 2/0/1/0"]


def test_a_moment_of_another_world(wire: Wire) -> None:
    """A world that is taken back in time is not pruned until a day of its own has passed."""
    snapshot = wire.emulator.snapshot()
    wire.emulator.clock.advance(100 * DAY)
    wire.get("/pools")

    wire.emulator.restore(snapshot)
    wire.get("/pools")

    assert wire.status() == {"available": {CPU: 2}}

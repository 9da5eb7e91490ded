"""The emulator's server beside moto's: a list of 10 objects, and 1,000 objects made and listed.

Each side runs in a process of its own and is asked by the same client, which keeps its connection where the server
does; moto's closes it after every answer, so that the emulator is also asked to do so. For the list, ten ECS clusters
with tags stand against ten pools: JSON documents of about the same size, nested alike. Of a thousand objects, EC2
instances stand against nodes. Those are three times as long, and in XML: nothing that moto makes in thousands at one
request is nearer to a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from bench.figures import Figure, Ground, interleaved, ratios, seconds
from bench.loopback import Client, Question, ask_all, running
from bench.worlds import FLAVOR, pool_name, world
from modelarts_emulator import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CALLS = 200
CLIENTS = 4
REPETITIONS = 7
OBJECTS = 10
THOUSAND = 1000
REPETITIONS_OF_THOUSAND = 3
TAGS = 7
"""Tags of a cluster, which bring its document to the size of a pool's."""

LIST_POOLS = Question("GET", f"/v2/{PROJECT}/pools")
LIST_POOLS_ONCE = LIST_POOLS._replace(headers={"connection": "close"})
POOL = f"/v2/{PROJECT}/pools/{pool_name(0)}"


def measure(ground: Ground) -> Iterator[Figure]:
    """Start both, then list from one client and from several, then make and list a thousand."""
    del ground
    with (
        running("modelarts_emulator", "serve", "--clock", "frozen", "--port") as ours,
        running("moto.server", "-H", "127.0.0.1", "-p") as motos,
    ):
        yield from _listings(ours, motos)
        yield from _thousands(ours, motos)


def _listings(ours: int, motos: int) -> Iterator[Figure]:
    _seed(Client(ours), OBJECTS)
    clusters = _make_clusters(Client(motos))
    for who, port, question in (("the emulator", ours, LIST_POOLS), ("moto", motos, clusters)):
        yield Figure(f"answer with {OBJECTS} objects, {who}", [len(Client(port).ask(question))], "bytes")
    for how, question, clients in (
        ("one client", LIST_POOLS, 1),
        ("one client, each connection closed", LIST_POOLS_ONCE, 1),
        (f"{CLIENTS} clients", LIST_POOLS, CLIENTS),
    ):
        pairs = interleaved(
            REPETITIONS, _milliseconds(ours, question, clients), _milliseconds(motos, clusters, clients)
        )
        yield from _compared(f"listing {OBJECTS} objects, {how}", pairs)


def _thousands(ours: int, motos: int) -> Iterator[Figure]:
    made, listed = [], []
    for sides in zip(_ours_in_turn(Client(ours)), _motos_in_turn(Client(motos)), strict=True):
        made.append((sides[0][0], sides[1][0]))
        listed.append((sides[0][1], sides[1][1]))
    yield from _compared(f"{THOUSAND:,} nodes or instances made", made)
    yield from _compared(f"{THOUSAND:,} nodes or instances listed", listed)


def _compared(what: str, pairs: Sequence[Sequence[float]]) -> Iterator[Figure]:
    yield Figure(f"{what}: the emulator", [pair[0] for pair in pairs], "ms")
    yield Figure(f"{what}: moto", [pair[1] for pair in pairs], "ms")
    yield Figure(f"{what}: the emulator over moto", ratios(pairs), "x", 1)


def _milliseconds(port: int, question: Question, clients: int) -> Callable[[], float]:
    """Return what measures the time for an answer while so many clients ask at once."""
    share = [question] * (CALLS // clients)
    return lambda: 1000 * seconds(lambda: ask_all(port, share, clients)) / CALLS


def _seed(client: Client, pools: int) -> None:
    client.ask(Question("PUT", "/_emulator/world", to_json(world(pools, 1)), {"content-type": "application/json"}))


def _make_clusters(client: Client) -> Question:
    """Make clusters and return the question that lists them."""
    names = [pool_name(number) for number in range(OBJECTS)]
    tags = [{"key": f"os.modelarts/label.{number}", "value": pool_name(number)[:16]} for number in range(TAGS)]
    for name in names:
        client.ask(_ecs("CreateCluster", {"clusterName": name, "tags": tags}))
    return _ecs("DescribeClusters", {"clusters": names, "include": ["TAGS"]})


def _ecs(action: str, document: dict[str, Any]) -> Question:
    target = {"x-amz-target": f"AmazonEC2ContainerServiceV20141113.{action}"}
    return Question("POST", "/", to_json(document), _signed("ecs", "application/x-amz-json-1.1") | target)


def _ec2(action: str) -> Question:
    body = f"Action={action}&Version=2016-11-15".encode()
    return Question("POST", "/", body, _signed("ec2", "application/x-www-form-urlencoded"))


def _signed(service: str, content_type: str) -> dict[str, str]:
    """Return header fields that lead to a service of moto, which looks at the scope of a signature only."""
    scope = f"Credential=nobody/20260101/us-east-1/{service}/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"
    return {"authorization": authorization, "content-type": content_type}


def _ours_in_turn(client: Client) -> Iterator[tuple[float, float]]:
    """Yield how long making and listing a thousand nodes take, each time in a fresh world."""
    body = {"spec": {"resources": [{"flavor": FLAVOR, "count": THOUSAND}]}}
    grow = Question("PATCH", POOL, to_json(body), {"content-type": "application/merge-patch+json"})
    for _ in range(REPETITIONS_OF_THOUSAND):
        _seed(client, 1)
        yield 1000 * seconds(lambda: client.ask(grow)), 1000 * seconds(lambda: _list_nodes(client))


def _list_nodes(client: Client) -> None:
    found, mark = 0, ""
    while found == 0 or mark:
        answer = from_json(client.ask(Question("GET", f"{POOL}/nodes?limit=500&continue={mark}")))
        found += len(answer["items"])
        mark = answer["metadata"].get("continue", "")
    _require(found, THOUSAND)


def _motos_in_turn(client: Client) -> Iterator[tuple[float, float]]:
    """Yield how long making and listing a thousand instances take, each time in a fresh account.

    One instance is made first, as the images that moto knows are read by then.
    """
    run = f"RunInstances&ImageId=ami-12c6146b&MinCount={THOUSAND}&MaxCount={THOUSAND}"
    for _ in range(REPETITIONS_OF_THOUSAND):
        client.ask(Question("POST", "/moto-api/reset"))
        client.ask(_ec2("RunInstances&ImageId=ami-12c6146b&MinCount=1&MaxCount=1"))
        yield 1000 * seconds(lambda: client.ask(_ec2(run))), 1000 * seconds(lambda: _list_instances(client))


def _list_instances(client: Client) -> None:
    _require(client.ask(_ec2("DescribeInstances")).count(b"<instanceId>"), THOUSAND + 1)


def _require(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} objects were listed in place of {wanted}")

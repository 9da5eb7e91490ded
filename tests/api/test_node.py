from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, NODE, TRAIN_POOL, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import BadRequestError, ModelArtsError, NotFoundError, UnreadableError
from pulumi_modelarts.api.node import Node, Supernode
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def page(*names: str, mark: str | None = None) -> dict[str, Any]:
    """A page of nodes, and where the next one begins."""
    return {"items": [{"metadata": {"name": name}} for name in names], "metadata": {"continue": mark} if mark else {}}


class TestNode:
    def test_the_documented_node(self, client: Client) -> None:
        """What the pages show is found under the names used here."""
        node = client.nodes.get(TRAIN_POOL, NODE)

        assert (node.name, node.phase, node.available) == (NODE, "Available", True)
        assert (node.flavor, node.node_pool) == ("modelarts.vm.cpu.4ud", "modelarts.vm.cpu.4ud-default")
        assert (node.cluster, node.az, bool(node.private_ip)) == (TRAIN_POOL, "cn-north-7c", True)
        assert (node.locked, node.drained, node.prepaid, node.driver_phase) == (False, False, False, "")

    def test_marks(self) -> None:
        """Lock, drain and billing are annotations, each empty or absent when it does not hold."""
        annotations = {
            "os.modelarts.node/lock.action": "delete",
            "os.modelarts.node/drain": "true",
            "os.modelarts/billing.mode": "1",
        }
        marked = Node.model_validate({"metadata": {"name": "n", "annotations": annotations}})
        plain = Node.model_validate({"metadata": {"name": "n", "annotations": dict.fromkeys(annotations, "")}})

        assert (marked.locked, marked.drained, marked.prepaid) == (True, True, True)
        assert (plain.locked, plain.drained, plain.prepaid) == (False, False, False)

    @pytest.mark.parametrize(("label", "spare"), [("true", True), ("false", False), ("", False), (None, False)])
    def test_spares(self, label: object, spare: bool) -> None:  # noqa: FBT001 - a value of the table
        """A node that stands by for others says so."""
        labels = {"os.modelarts.node/ha.redundant.enabled": label}

        assert Node.model_validate({"metadata": {"name": "n", "labels": labels}}).spare is spare

    @pytest.mark.parametrize(("count", "nodes"), [("8", 8), ("", None), ("many", None), (8, 8), ("9" * 5000, None)])
    def test_supernodes(self, count: object, nodes: int | None) -> None:
        """A node of a supernode names it; one without an id is a node by itself."""
        labels = {"batch.uid": "u-1", "batch.name": "s-1", "batch.type": "hyperinstance", "batch.count": count}
        wire = {"metadata": {"name": "n", "labels": {f"os.modelarts.node/{name}": v for name, v in labels.items()}}}

        assert Node.model_validate(wire).supernode == Supernode("u-1", "s-1", "hyperinstance", nodes)
        assert Node.model_validate({"metadata": {"name": "n"}}).supernode is None

    def test_a_node_that_says_little(self) -> None:
        """A node being made has neither address nor labels; the node pool is then that of its flavor."""
        node = Node.model_validate({"metadata": {"name": "n", "labels": None}, "spec": {"flavor": "f"}, "status": None})

        assert (node.phase, node.private_ip, node.az, node.node_pool) == ("", "", "", "f-default")


class TestList:
    def test_all_pages(self, settings: Settings, clock: FakeClock) -> None:
        """Pages of five hundred, each asked for by the mark of the one before; no node comes twice."""
        wire = Script(
            answer(body=page("a", "b", mark="m 1")), answer(body=page("b", "c", mark="m2")), answer(body=page("d"))
        )
        client = Client(settings, transport=wire, clock=clock)

        nodes = client.nodes.list("train")

        assert [node.name for node in nodes] == ["a", "b", "c", "d"]
        assert [request.url.query.decode() for request in wire.requests] == [
            "limit=500",
            "continue=m%201&limit=500",
            "continue=m2&limit=500",
        ]

    def test_a_service_that_ignores_the_mark(self, settings: Settings, clock: FakeClock) -> None:
        """One that says that more follows, and answers the same page again, is asked twice: what it has is unknown."""
        wire = Script(answer(body=page("a", "b", mark="m1")))
        client = Client(settings, transport=wire, clock=clock)

        with pytest.raises(UnreadableError, match=r"at metadata\.continue: a mark that came before"):
            client.nodes.list("train")

        assert len(wire.requests) == 2

    def test_more_nodes_than_a_page_has(self, client: Client, emulator: Emulator) -> None:
        """Twelve hundred nodes are read in three requests."""
        flavor = "modelarts.vm.gpu.t4u8"
        client.resource_pools.patch(GPU_POOL, {"spec": {"resources": [{"flavor": flavor, "count": 1200}]}})
        emulator.journal.clear()

        names = {node.name for node in client.nodes.list(GPU_POOL)}

        assert (len(names), len(emulator.journal.exchanges())) == (1200, 3)

    def test_a_missing_pool(self, client: Client) -> None:
        """Its nodes are not an empty list."""
        with pytest.raises(NotFoundError, match="list nodes of resource pool gone-pool"):
            client.nodes.list("gone-pool")


class TestDrain:
    def test_a_drained_node_says_so(self, client: Client) -> None:
        """The others do not."""
        client.nodes.drain(TRAIN_POOL, [NODE])

        assert {node.name for node in client.nodes.list(TRAIN_POOL) if node.drained} == {NODE}


class TestDelete:
    def test_exactly_the_named_ones_go(self, client: Client, emulator: Emulator) -> None:
        """The named node is deleted, the others stay available."""
        others = {node.name for node in client.nodes.list(TRAIN_POOL)} - {NODE}

        client.nodes.delete(TRAIN_POOL, [NODE])
        phases = {node.name: node.phase for node in client.nodes.list(TRAIN_POOL)}
        emulator.clock.advance(600)

        assert phases == {NODE: "Deleting", **dict.fromkeys(others, "Available")}
        assert {node.name for node in client.nodes.list(TRAIN_POOL)} == others

    def test_a_pool_keeps_a_node(self, client: Client) -> None:
        """The service refuses to delete the last ones, and its words are passed on."""
        names = [node.name for node in client.nodes.list(TRAIN_POOL)]

        with pytest.raises(BadRequestError, match=f"^delete {', '.join(names)} of resource pool {TRAIN_POOL}: "):
            client.nodes.delete(TRAIN_POOL, names)

        assert [node.phase for node in client.nodes.list(TRAIN_POOL)] == ["Available"] * len(names)

    def test_an_unknown_node_is_an_error(self, client: Client) -> None:
        """Nothing is deleted then."""
        with pytest.raises(ModelArtsError, match="delete nobody of resource pool"):
            client.nodes.delete(TRAIN_POOL, ["nobody"])

        assert len(client.nodes.list(TRAIN_POOL)) == 2


def test_a_missing_node(client: Client) -> None:
    """The node's own address says that it does not exist."""
    with pytest.raises(NotFoundError, match=f"show node nobody of resource pool {TRAIN_POOL}"):
        client.nodes.get(TRAIN_POOL, "nobody")

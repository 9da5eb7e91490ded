import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.order import Order, OrderFailure
from pulumi_modelarts.api.settings import Settings
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


def scale(client: Client, count: int) -> str:
    """Change the number of nodes, and return the order's name."""
    entries = [entry.to_wire() | {"count": count} for entry in client.resource_pools.get(TRAIN_POOL).entries]
    return client.resource_pools.patch(TRAIN_POOL, {"spec": {"resources": entries}}).value.order_name


def outcome(order: Order) -> tuple[bool, bool, bool]:
    """Whether it is finished, failed, partial."""
    return order.finished, order.failed, order.partial


class TestWords:
    @pytest.mark.parametrize(
        ("phase", "expected"),
        [
            ("", (False, False, False)),
            ("pending", (False, False, False)),
            ("processing", (False, False, False)),
            ("running", (False, False, False)),
            ("awaitingApproval", (False, False, False)),
            ("successed", (True, False, False)),
            ("completed", (True, False, False)),
            ("partialSuccessed", (True, True, True)),
            ("failed", (True, True, False)),
            ("Failed", (True, True, False)),
        ],
    )
    def test_each_documented_word_is_understood(self, phase: str, expected: tuple[bool, bool, bool]) -> None:
        """A word nobody documented means unfinished: a wait goes on until its deadline."""
        assert outcome(Order(phase=phase)) == expected

    @pytest.mark.parametrize(
        ("result", "expected"),
        [("successed", (True, False, False)), ("failed", (True, True, False)), ("", (True, False, False))],
    )
    def test_completed_is_explained_by_its_result(self, result: str, expected: tuple[bool, bool, bool]) -> None:
        """One documented example says how it went beside `completed`."""
        assert outcome(Order(phase="completed", result=result)) == expected

    @pytest.mark.parametrize(
        ("statuses", "count", "expected"),
        [
            ([], 0, "processing"),
            (["succeed"], 2, "processing"),
            (["succeed", "processing"], 2, "processing"),
            (["failed", "unheardOf"], 2, "processing"),
            (["succeed", "succeed"], 2, "successed"),
            (["succeed", "failed"], 2, "partialSuccessed"),
            (["failed", "failed"], 2, "failed"),
        ],
    )
    def test_an_order_by_itself_is_judged_by_its_resources(
        self, settings: Settings, clock: FakeClock, statuses: list[str], count: int, expected: str
    ) -> None:
        """It has no word for the whole; all its resources must have come to an end."""
        items = [{"resourceName": f"n{number}", "status": status} for number, status in enumerate(statuses)]
        wire = Script(answer(body={"count": count, "items": items}))

        order = Client(settings, transport=wire, clock=clock).orders.get("order.p-1")

        assert (order.order_name, order.phase) == ("order.p-1", expected)

    def test_reasons_are_collected_once(self) -> None:
        """Each reason is said once, whoever gives it, and what was not delivered is named."""
        items = [
            {"resourceName": "n1", "status": "failed", "message": "sold out"},
            {"resourceName": "n2", "status": "failed", "message": "sold out"},
            {"resourceName": "n3", "status": "succeed", "message": "fine"},
        ]
        order = Order.model_validate({"phase": "partialSuccessed", "failReason": "quota", "items": items})

        assert order.reason == "quota; sold out"
        assert order.failures == (OrderFailure("n1", "sold out"), OrderFailure("n2", "sold out"))


class TestLife:
    def test_from_pending_to_success(self, client: Client, emulator: Emulator) -> None:
        """An order is unfinished until its nodes are there, in the list and by itself."""
        name = scale(client, 3)
        early = client.orders.get(name)

        emulator.clock.advance(600)
        late = client.orders.get(name)

        assert (outcome(early), outcome(late)) == ((False, False, False), (True, False, False))
        assert [(order.order_name, outcome(order)) for order in client.orders.list(TRAIN_POOL)] == [
            (name, (True, False, False))
        ]

    def test_to_partial_success(self, client: Client, emulator: Emulator) -> None:
        """What was not delivered is named, with the service's reason."""
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, reason="sold out")))
        name = scale(client, 4)

        emulator.clock.advance(600)
        order = client.orders.get(name)

        assert outcome(order) == (True, True, True)
        assert "sold out" in order.reason
        assert len(order.failures) == 1

    def test_orders_of_other_pools_are_left_out(self, settings: Settings, clock: FakeClock) -> None:
        """A service that matches names loosely does not mix pools up."""
        items = [{"orderName": "o1", "resourceName": "train"}, {"orderName": "o2", "resourceName": "train-2"}]
        wire = Script(answer(body={"items": items}))

        orders = Client(settings, transport=wire, clock=clock).orders.list("train")

        assert [order.order_name for order in orders] == ["o1"]
        assert wire.requests[0].url.query == b"involvedName=train&limit=500&resource=pools"

    def test_a_missing_order(self, client: Client) -> None:
        """Its own address says that it does not exist."""
        with pytest.raises(NotFoundError, match=r"show order order\.gone"):
            client.orders.get("order.gone")

"""Orders: the asynchronous handle of every change to a pool's nodes.

Documented: ListOrders, ShowOrder. The pages disagree about the words for a phase, and their spelling (`successed`) is
real; a word nobody documented means that the order is not finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pulumi_modelarts.api.listing import Begin, ListOf, by_offset, each
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.resource_pool import FlavorCount  # noqa: TC001 - pydantic reads it at run time
from pulumi_modelarts.api.wire import Wire, expect_same, read, segment, unreadable

if TYPE_CHECKING:
    from pulumi_modelarts.api.service import Service

COMPLETED: Final = frozenset({"completed"})
SUCCEEDED: Final = frozenset({"successed", "succeeded", "succeed", "success"}) | COMPLETED
PARTLY: Final = frozenset({"partialsuccessed", "partialsucceeded"})
FAILED: Final = frozenset({"failed", "fail"})
"""Words for the phase of an order and the status of a resource in it, in lower case."""

PAGE: Final = 500

SHOW_ORDER: Final = Operation(
    "ShowOrder",
    "how the last change of a pool's nodes goes: where nodes are missing, and while a pool grows",
    stated=Stated.AS_NONE,
    only_reads=True,
    previews=True,
)
LIST_ORDERS: Final = Operation("ListOrders", only_reads=True)


@dataclass(frozen=True)
class OrderFailure:
    """A resource an order did not deliver.

    Attributes:
        resource: name of a node or pool.
        reason: what the service says about it; may be empty.
    """

    resource: str
    reason: str


class OrderItem(Wire):
    """A resource in an order.

    Attributes:
        resource_name: name of a node, or of the pool itself.
        action: `createPool`, `deletePool`, `createNode`, `deleteNode`, `renew` or `toPeriodic`.
        status: `processing`, `succeed` or `failed`.
        message: why it failed.
    """

    resource_name: str = ""
    action: str = ""
    status: str = ""
    message: str = ""


class Order(Wire):
    """An order, as a list of orders has it or as it looks by itself: either half of the fields may be empty.

    Attributes:
        order_name: as in the pool's label `os.modelarts/order.name`.
        resource_name: id of the pool.
        operation: `apply`, `modify` or `delete`.
        phase: `pending`, `processing`, `running`, `successed`, `partialSuccessed`, `failed`, `completed`; made of the
            words for its resources when it is read by itself.
        result: says how it went where `phase` says only `completed` (documented: the example of ListOrders).
        fail_reason: why it failed.
        init_count: nodes by flavor before.
        spec_count: nodes by flavor that were wanted.
        result_count: nodes by flavor afterwards.
        count: how many resources `items` has when complete.
        items: the resources in it.
    """

    order_name: str = ""
    resource_name: str = ""
    operation: str = ""
    phase: str = ""
    result: str = ""
    fail_reason: str = ""
    init_count: list[FlavorCount] = Field(default_factory=list)
    spec_count: list[FlavorCount] = Field(default_factory=list)
    result_count: list[FlavorCount] = Field(default_factory=list)
    count: int = 0
    items: list[OrderItem] = Field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether it has ended, well or not."""
        return _is(self._word, SUCCEEDED | PARTLY | FAILED)

    @property
    def failed(self) -> bool:
        """Whether it is finished and did not deliver all, be it nothing or a part."""
        return _is(self._word, PARTLY | FAILED)

    @property
    def partial(self) -> bool:
        """Whether it is finished and delivered a part."""
        return _is(self._word, PARTLY)

    @property
    def failures(self) -> tuple[OrderFailure, ...]:
        """What it did not deliver, as far as the service names it."""
        failed = [item for item in self.items if _is(item.status, FAILED)]
        return tuple(OrderFailure(item.resource_name, item.message) for item in failed)

    @property
    def reason(self) -> str:
        """Why it failed, in whole or in part; empty if the service does not say."""
        said = [self.fail_reason, *(failure.reason for failure in self.failures)]
        return "; ".join(dict.fromkeys(filter(None, said)))

    @property
    def _word(self) -> str:
        """The word for the whole: `completed` says nothing about how, `result` then does."""
        return self.result if self.result and _is(self.phase, COMPLETED) else self.phase

    def word_of_items(self) -> str:
        """The phase that the words for the resources amount to."""
        good = sum(_is(item.status, SUCCEEDED) for item in self.items)
        bad = sum(_is(item.status, FAILED) for item in self.items)
        if good + bad < max(self.count, len(self.items), 1):
            return "processing"
        if not bad:
            return "successed"
        return "partialSuccessed" if good else "failed"


class Orders:
    """Orders of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def get(self, name: str) -> Order:
        """One order, with the resources in it, which the answer must have (documented: ShowOrder), or a phase.

        Raises:
            NotFoundError: there is no such order.
            UnreadableError: the answer is no such order.
        """
        attempting = f"show order {name}"
        path = f"/v1/{{project_id}}/orders/{segment(name)}"
        answer = self._service.request("GET", path, operation=SHOW_ORDER, attempting=attempting)
        order = read(Order, answer, attempting)
        if not order.model_fields_set & {"items", "phase"}:
            raise unreadable(attempting, "items", "nothing, where a list must be")
        expect_same(name, order.order_name or name, attempting, place="orderName")
        phase = order.phase or order.word_of_items()
        return order.model_copy(update={"order_name": name, "phase": phase})

    def list(self, pool: str) -> list[Order]:
        """Orders of a pool in the last month; without the resources in them.

        The list must have `items`, each with a name, and as many as `count` tells where it is there (documented:
        ListOrders).

        Raises:
            UnreadableError: the list is not complete, or an order in it cannot be read.
        """
        attempting = f"list orders of resource pool {pool}"
        same = {
            "resource": "pools",
            "involvedName": pool,
            "limit": PAGE,
            "workspaceId": self._service.settings.workspace_id,
        }

        def page(begin: Begin) -> Any:
            params, path = same | {"offset": begin.item or None}, "/v1/{project_id}/orders"
            return self._service.request("GET", path, operation=LIST_ORDERS, attempting=attempting, params=params)

        shape = ListOf(attempting, key=("orderName",), totals=("count",), page=PAGE)
        orders = [order for _, order in each(Order, by_offset(page, shape), shape)]
        return [order for order in orders if order.resource_name in {"", pool}]


def _is(word: str, words: frozenset[str]) -> bool:
    return word.lower() in words

"""Every write is told once, in a line that stays: what was asked, and the ids by which it can be followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault, Outcome
from tests.messages.situation import Situation
from tests.resources.migrations import EIGHT, nine, placing
from tests.resources.pools import CPU, train
from tests.resources.stacks import mark
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGE = ROOT / "docs" / "support.md"

WRITES = {
    "patchPool",
    "batchDrainPoolNodes",
    "batchDeletePoolNodes",
    "batchMigratePoolNodes",
    "batchCreatePoolTags",
    "batchDeletePoolTags",
}


@pytest.fixture
def situation(request: pytest.FixtureRequest) -> Situation:
    """A world in which everything takes as little time as it can."""
    return Situation(request.node.nodeid)


def written(emulator: Emulator) -> list[str]:
    """Return the ids of the requests that have changed something, in order."""
    exchanges = [exchange for exchange in emulator.journal.exchanges() if exchange.operation in WRITES]
    return [exchange.response_headers["x-request-id"] for exchange in exchanges]


def named(lines: list[str]) -> list[str]:
    """Return the ids of requests that lines name."""
    return [found for line in lines for found in re.findall(r"request (\w+)", line)]


def settled(lines: list[str]) -> list[str]:
    """Return lines without ids of requests and jobs."""
    return [re.sub(r"(request|job) [0-9a-f]{32}", r"\1 …", line) for line in lines]


def nothing(_: Situation) -> None:
    """Begin with the documented world."""


def nine_nodes(situation: Situation) -> None:
    """Begin with a pool of nine nodes."""
    situation.seed(nine())


def of_another_stack(situation: Situation) -> None:
    """Begin with a pool that another stack has marked, in a stack that marks its own."""
    mark(situation.emulator, "organization/x/prod")
    situation.set(claim="true")


@pytest.mark.parametrize(
    ("first", "program", "told"),
    [
        pytest.param(
            nothing,
            train(4, scope=["Train"], description="blue"),
            [
                (
                    f'sent: change pool {TRAIN_POOL}: flavors["{CPU}"] 2 -> 4; scope Infer, Train -> Train; '
                    "description (none) -> blue (order order.auto-pool-os-0v0ib, request …)"
                )
            ],
            id="growth",
        ),
        pytest.param(
            nothing,
            train(2, description="blue"),
            [f"sent: change pool {TRAIN_POOL}: description (none) -> blue (request …)"],
            id="no-order",
        ),
        pytest.param(
            nine_nodes,
            train(7, maxScaleIn=2.0),
            [
                f"sent: drain 2 nodes of pool {TRAIN_POOL}: {EIGHT[0]}, {EIGHT[1]} (request …)",
                f"sent: delete 2 nodes of pool {TRAIN_POOL}: {EIGHT[0]}, {EIGHT[1]} (request …)",
            ],
            id="removal",
        ),
        pytest.param(
            nine_nodes,
            placing(*EIGHT, strategy={"maxUnavailable": 8.0}),
            [
                f"sent: drain 8 nodes of pool {TRAIN_POOL}: {', '.join(EIGHT[:5])} and 3 more (request …)",
                (
                    f"sent: move 8 nodes from {TRAIN_POOL} to {INFER_POOL}: {', '.join(EIGHT[:5])} and 3 more "
                    "(job …, request …)"
                ),
            ],
            id="move",
        ),
        pytest.param(
            of_another_stack,
            train(2, takeOver=True),
            [
                f"sent: mark pool {TRAIN_POOL} as that of organization/x/test (request …)",
                f"sent: take the mark of organization/x/prod off pool {TRAIN_POOL} (request …)",
            ],
            id="marks",
        ),
        pytest.param(nothing, train(2), [], id="nothing-to-do"),
    ],
)
def test_a_write_is_told_with_its_ids(
    situation: Situation, first: Callable[[Situation], None], program: Mapping[str, Any], told: list[str]
) -> None:
    """The line says what was asked, of which pool, and names the request; an order or a job where one came of it."""
    first(situation)
    situation.emulator.journal.clear()

    situation.runs(program)

    assert settled(situation.told) == told
    assert named(situation.told) == written(situation.emulator)


def test_the_page_prints_such_lines(situation: Situation) -> None:
    """Those of a move, as a log has them."""
    (shown,) = re.findall(r"^```text\n(sent: .*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)

    situation.runs(placing(NODE))

    assert settled(shown.splitlines()) == settled(situation.told)


def test_twelve_nodes_are_drained_ten_at_a_time(situation: Situation) -> None:
    """Each request takes ten at most (documented: BatchDrainPoolNodes), and each is told."""
    situation.hand.scale(TRAIN_POOL, CPU, 14)

    situation.runs(train(2, maxScaleIn=12.0))

    drains = [exchange.body["nodeNames"] for exchange in situation.emulator.journal.exchanges("batchDrainPoolNodes")]
    assert [len(names) for names in drains] == [10, 2]
    assert [line.split(" of pool")[0] for line in situation.told] == [
        "sent: drain 10 nodes",
        "sent: drain 2 nodes",
        "sent: delete 12 nodes",
    ]


def test_a_lost_answer_is_told_as_such(situation: Situation) -> None:
    """Nobody knows then whether the nodes move; what is found out later is no further write."""
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", drop="reset", when="after"))

    situation.runs(placing(NODE))

    assert settled(situation.told)[1:] == [
        (
            f"sent, and may have taken effect: move 1 node from {TRAIN_POOL} to {INFER_POOL}: {NODE} "
            "(modelarts.cn-north-7.emulator.invalid:443 broke the connection ([Errno 104] Connection reset by peer))"
        )
    ]


def test_a_patch_whose_first_answer_was_lost_is_told_once(situation: Situation) -> None:
    """With the id of the request that was answered."""
    situation.emulator.faults.arm(Fault("patchPool", drop="reset", when="after"))

    situation.runs(train(3))

    assert len(situation.told) == 1
    assert named(situation.told) == written(situation.emulator)[1:]


def test_a_refused_write_is_not_told(situation: Situation) -> None:
    """It was not done; the error says so."""
    situation.emulator.faults.arm(Fault("patchPool", status=400, code="ModelArts.50004000", message="no"))

    situation.fails(train(3))

    assert situation.told == []


def test_a_run_that_goes_on_tells_nothing_again(situation: Situation) -> None:
    """It waits for what the first run has sent, and sends nothing."""
    situation.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))
    situation.fails(train(3), limit=5.0)
    told = list(situation.told)

    situation.fails(train(3), limit=5.0)

    assert (len(told), situation.told) == (1, told)

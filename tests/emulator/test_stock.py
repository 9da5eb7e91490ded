from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Fault, Outcome
from modelarts_emulator.worlds.documented import WORLD
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.emulator.wire import CPU, Wire, cpu, error

ZONE, OTHER_ZONE = "cn-north-7c", "cn-north-7a"


def limited(stock: dict[str, int] | None = None, **zones: str) -> dict[str, Any]:
    """The documented world with stock, or zones in another state, for the training pool's flavor."""
    states = {**FLAVORS[CPU]["zones"], **{name.replace("_", "-"): state for name, state in zones.items()}}
    flavor = {**FLAVORS[CPU], "zones": states, **({"stock": stock} if stock is not None else {})}
    return {**WORLD, "flavors": {**FLAVORS, CPU: flavor}}


def zones(wire: Wire) -> dict[str, str]:
    """State of each zone of the training pool's flavor, as the list of flavors shows it."""
    items = wire.get("/v1/resourceflavors").json()["items"]
    [shown] = [item["status"]["phase"] for item in items if item["metadata"]["name"] == CPU]
    return dict(shown)


class TestSoldOut:
    @pytest.mark.loopback
    def test_growth_is_refused(self, wire: Wire) -> None:
        """A zone that is sold out takes no new nodes, and nothing is ordered."""
        wire.emulator.seed(limited(cn_north_7c="soldout"))
        before = wire.emulator.world()

        answer = wire.scale(cpu(3))

        assert error(answer) == (400, "ModelArts.50004000", f"Bad request. flavor {CPU} is sold out in {ZONE}")
        assert (wire.emulator.world(), zones(wire)[ZONE]) == (before, "soldout")

    def test_another_zone_takes_them(self, wire: Wire) -> None:
        """A request that places its new nodes where there are some is granted."""
        wire.emulator.seed(limited(cn_north_7c="soldout"))

        wire.scale(cpu(3, azs=[{"az": ZONE, "count": 2}, {"az": OTHER_ZONE, "count": 1}])).raise_for_status()

        assert wire.status() == {"available": {CPU: 2}, "creating": {CPU: 1}}

    def test_shrinking_is_not(self, wire: Wire) -> None:
        """Nodes can be given back where none can be had."""
        wire.emulator.seed(limited(cn_north_7c="soldout"))

        assert wire.scale(cpu(1)).status_code == 200


class TestStock:
    def test_order_for_more(self, wire: Wire) -> None:
        """An order for more nodes than there are brings those there are, and the zone has none left."""
        wire.emulator.seed(limited({ZONE: 3}))
        before = zones(wire)[ZONE]

        wire.scale(cpu(7))
        wire.emulator.clock.advance(100)

        assert wire.order() == IsPartialDict(
            phase="partialSuccessed",
            failReason="2 of 5 nodes failed: insufficient resources",
            resultCount=[{"flavor": CPU, "count": 5, "maxCount": 5}],
        )
        assert (before, zones(wire)[ZONE], wire.status()) == ("normal", "soldout", {"available": {CPU: 5}})

    def test_is_reserved_at_once(self, wire: Wire) -> None:
        """Nodes under way are taken: another pool, or another project, does not get them."""
        wire.emulator.seed(limited({ZONE: 3}))
        wire.scale(cpu(4))
        left = zones(wire)[ZONE]

        wire.scale(cpu(4), pool=INFER_POOL)
        wire.emulator.clock.advance(100)

        assert (left, wire.order(INFER_POOL)["phase"], wire.status(INFER_POOL)) == (
            "normal",
            "partialSuccessed",
            {"available": {CPU: 3}},
        )
        assert wire.scale(cpu(5)).status_code == 400

    def test_deleted_nodes_come_back(self, wire: Wire) -> None:
        """A node is in stock again when it is gone, those of the world's beginning too."""
        wire.emulator.seed(limited({ZONE: 0}))
        wire.scale(cpu(1))
        wire.emulator.clock.advance(59)
        going = zones(wire)[ZONE]

        wire.emulator.clock.advance(1)

        assert (going, zones(wire)[ZONE]) == ("soldout", "normal")
        assert wire.scale(cpu(2)).status_code == 200
        assert zones(wire)[ZONE] == "soldout"

    def test_nodes_that_were_never_supplied(self, wire: Wire) -> None:
        """A node that a rule lets vanish takes nothing from the stock."""
        wire.emulator.seed(limited({ZONE: 1}))
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0)))

        wire.scale(cpu(3))
        during = zones(wire)[ZONE]
        wire.emulator.clock.advance(100)

        assert (during, zones(wire)[ZONE], wire.order()["phase"]) == ("normal", "normal", "failed")

    def test_one_order_over_several_entries(self, wire: Wire) -> None:
        """Entries of one flavor share its stock."""
        wire.emulator.seed(limited({ZONE: 3}))

        wire.scale(cpu(4), cpu(2, nodePool="more"))
        wire.emulator.clock.advance(100)

        assert wire.order() == IsPartialDict(failReason="1 of 4 nodes failed: insufficient resources")
        assert list(wire.nodes().values()) == ["Available"] * 5

    def test_rule_cannot_bring_more(self, wire: Wire) -> None:
        """A rule that allows more nodes than there are does not make them."""
        wire.emulator.seed(limited({ZONE: 1}))
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=2, others="Abnormal")))

        wire.scale(cpu(5))
        wire.emulator.clock.advance(100)

        assert wire.status() == {"available": {CPU: 3}}

    def test_reset(self, wire: Wire) -> None:
        """A reset fills the stock again."""
        wire.emulator.seed(limited({ZONE: 1}))
        wire.scale(cpu(3))
        empty = zones(wire)[ZONE]

        wire.emulator.reset()

        assert (empty, zones(wire)[ZONE]) == ("soldout", "normal")

    def test_other_zones_are_without_end(self, wire: Wire) -> None:
        """A zone whose stock is not counted supplies any number."""
        wire.emulator.seed(limited({OTHER_ZONE: 0}))

        wire.scale(cpu(50))
        wire.emulator.clock.advance(100)

        assert (wire.order()["phase"], zones(wire)) == (
            "successed",
            {OTHER_ZONE: "soldout", "cn-north-7b": "normal", ZONE: "normal"},
        )
        assert TRAIN_POOL in wire.emulator.world()["pools"]

from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, NETWORK, PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import quota
from modelarts_emulator.service.models.tenant import Tenant
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.wire import CPU, Wire, cpu, error


def allow(wire: Wire, **quotas: int) -> None:
    """Seed the documented world, which has six nodes, with quotas."""
    project = {**WORLD["projects"][PROJECT], "quotas": quotas}
    wire.emulator.seed({**WORLD, "projects": {PROJECT: project}})


def document(*entries: dict[str, Any]) -> dict[str, Any]:
    """Body of a request for a new pool."""
    spec = {"type": "Dedicate", "scope": ["Train"], "network": {"name": NETWORK}, "resources": list(entries)}
    return {"apiVersion": "v2", "kind": "Pool", "metadata": {"labels": {"os.modelarts/name": "team-a"}}, "spec": spec}


class TestNodes:
    @pytest.mark.loopback
    def test_growth_beyond_it_is_refused(self, wire: Wire) -> None:
        """A patch that would make more nodes than the project may have is refused, and orders nothing."""
        allow(wire, nodes=7)
        before = wire.emulator.world()

        answer = wire.scale(cpu(4))

        text = "The quota is insufficient: the project may have 7 nodes, this would make 8"
        assert error(answer) == (400, "ModelArts.0118", text)
        assert wire.emulator.world() == before

    def test_growth_up_to_it(self, wire: Wire) -> None:
        """The last node of the quota is granted, and counts for all pools of the project from then on."""
        allow(wire, nodes=7)

        assert (wire.scale(cpu(3)).status_code, wire.scale(cpu(3), pool=INFER_POOL).status_code) == (200, 400)

    def test_a_new_pool_counts(self, wire: Wire) -> None:
        """A pool whose nodes are more than the project may have is refused whole."""
        allow(wire, nodes=7)
        before = wire.emulator.world()

        answer = wire.post("/pools", document(cpu(2)))

        assert (error(answer)[:2], wire.emulator.world()) == ((400, "ModelArts.0118"), before)
        assert wire.post("/pools", document(cpu(1))).status_code == 200

    def test_deleting_makes_room(self, wire: Wire) -> None:
        """A node that is being deleted does not count any more."""
        allow(wire, nodes=6)
        wire.scale(cpu(1))

        assert wire.scale(cpu(3), pool=INFER_POOL).status_code == 200

    def test_world_above_it(self, wire: Wire) -> None:
        """A project can have more than its quota; it may shrink, and not grow."""
        allow(wire, nodes=2)

        assert wire.emulator.world()["pools"][TRAIN_POOL] == IsPartialDict(counts={CPU: 2})
        assert (wire.scale(cpu(1)).status_code, wire.scale(cpu(2)).status_code) == (200, 400)

    def test_other_projects_are_free(self, wire: Wire) -> None:
        """A quota is one project's, and where a world says nothing any number of nodes may be had."""
        wire.emulator.seed({**WORLD, "projects": {**WORLD["projects"], "other": {"quotas": {"nodes": 0}}}})

        assert wire.scale(cpu(500)).status_code == 200


def tenant(emulator: Emulator) -> Tenant:
    """The documented project, for rules that no request asks for yet."""
    return emulator._dispatcher.tenant(emulator._store._connection, PROJECT)


class TestShown:
    @pytest.mark.loopback
    def test_in_the_list_of_quotas(self, wire: Wire) -> None:
        """What a world says is what the project is told."""
        allow(wire, pools=4, networks=2)

        shown = wire.get("/v1/quotas").json()["quotas"]["resources"]

        assert {item["type"]: item["quota"] for item in shown} == {"pool": "4", "network": "2"}


class TestOthers:
    @pytest.mark.parametrize(("kind", "most"), [("pools", 15), ("networks", 15), ("nodes", None), ("workspaces", None)])
    def test_defaults(self, modelarts: Emulator, kind: str, most: int | None) -> None:
        """Pools and networks are limited by default, nodes and workspaces are not."""
        assert quota.limit(tenant(modelarts), kind) == most

    def test_limit_of_a_world(self, modelarts: Emulator) -> None:
        """What a world says takes the place of the default."""
        modelarts.seed({"projects": {PROJECT: {"quotas": {"pools": 3}}}})
        quota.require(tenant(modelarts), "pools", 3)

        with pytest.raises(ApiError, match=r"400 ModelArts\.0118.*may have 3 pools, this would make 4"):
            quota.require(tenant(modelarts), "pools", 4)

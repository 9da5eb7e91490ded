from typing import Any

import httpx
import pytest

from modelarts_emulator import PROJECT, Emulator
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import Wire, cpu, error, world

NAMES = {"w1": {"name": "vision", "description": "cameras"}, "w2": {"name": "speech"}}


def workspaces(wire: Wire) -> None:
    """A project with two workspaces beside the default one."""
    given = world(one={"resources": [cpu(1)]})
    given["projects"][PROJECT]["workspaces"] = NAMES
    wire.emulator.seed(given)


REGIONS: dict[str, Any] = {
    "projects": {"north": {"region": "cn-north-4"}, "south": {"region": "cn-south-1"}, "anywhere": {}}
}


class TestWorkspaces:
    @pytest.mark.loopback
    def test_default(self, wire: Wire) -> None:
        """Every project has the default workspace."""
        document = wire.get("/v1/workspaces").json()

        moment = int(EPOCH * 1000)
        only = {
            "id": "0",
            "name": "default",
            "description": "",
            "owner": "",
            "auth_type": "PUBLIC",
            "enterprise_project_id": "0",
            "enterprise_project_name": "default",
            "status": "NORMAL",
            "status_info": "",
            "create_time": moment,
            "update_time": moment,
        }
        assert document == {"total_count": 1, "count": 1, "workspaces": [only]}
        assert wire.get("/v1/workspaces/0").json() == only

    @pytest.mark.parametrize(
        ("query", "names", "total"),
        [
            ({"sort_by": "name", "order": "asc"}, ["default", "speech", "vision"], 3),
            ({"sort_by": "name"}, ["vision", "speech", "default"], 3),
            ({"sort_by": "name", "order": "asc", "offset": "1", "limit": "1"}, ["speech"], 3),
            ({"name": "s", "sort_by": "name", "order": "asc"}, ["speech", "vision"], 2),
        ],
    )
    def test_list(self, wire: Wire, query: dict[str, str], names: list[str], total: int) -> None:
        """Workspaces are found by name, sorted, and given in pages."""
        workspaces(wire)

        document = wire.get("/v1/workspaces", **query).json()

        assert [item["name"] for item in document["workspaces"]] == names
        assert (document["count"], document["total_count"]) == (len(names), total)

    @pytest.mark.parametrize("query", [{"sort_by": "size"}, {"order": "up"}, {"limit": "1001"}, {"offset": "-1"}])
    def test_refusals(self, wire: Wire, query: dict[str, str]) -> None:
        """A list that cannot be is refused."""
        assert error(wire.get("/v1/workspaces", **query))[:2] == (400, "ModelArts.50004000")

    @pytest.mark.loopback
    def test_missing(self, wire: Wire) -> None:
        """A workspace that is not there is missed with the documented code."""
        assert error(wire.get("/v1/workspaces/w9")) == (400, "ModelArts.0102", "The workspace 'w9' does not exist.")


class TestQuotas:
    def test_used(self, wire: Wire) -> None:
        """The quotas say how many pools and networks there may be, and are."""
        document = wire.get("/v1/quotas").json()

        assert document == {
            "quotas": {
                "resources": [
                    {"type": "pool", "quota": "15", "used": "3"},
                    {"type": "network", "quota": "15", "used": "1"},
                ]
            }
        }

    def test_configuration(self, wire: Wire) -> None:
        """The user configuration says the same limits, and which addresses a network may have."""
        assert wire.get("/v1/os-user-config").json() == {
            "networkCidrs": ["172.16.0.0/12", "192.168.0.0/16"],
            "networkQuota": 15,
            "poolQuota": 15,
            "poolHighAvailable": False,
        }


class TestRegions:
    def ask(self, emulator: Emulator, region: str, path: str) -> httpx.Response:
        """GET from the service of a region."""
        with httpx.Client(transport=emulator.transport()) as client:
            return client.get(f"https://modelarts.{region}.myhuaweicloud.com{path}")

    @pytest.mark.parametrize(
        ("query", "projects"),
        [
            ("", {"north": "cn-north-4", "south": "cn-south-1", "anywhere": "cn-north-7"}),
            ("?name=cn-north-4", {"north": "cn-north-4", "anywhere": "cn-north-4"}),
            ("?name=cn-east-3", {"anywhere": "cn-east-3"}),
        ],
    )
    def test_projects_of_a_region(self, modelarts: Emulator, query: str, projects: dict[str, str]) -> None:
        """A project is listed in its region, and in each one when the world names none."""
        modelarts.seed(REGIONS)

        found = self.ask(modelarts, "cn-north-4", f"/v3/projects{query}").json()["projects"]

        assert {item["id"]: item["name"] for item in found} == projects

    def test_other_region(self, modelarts: Emulator) -> None:
        """The service of another region knows nothing of a project."""
        modelarts.seed(REGIONS)

        here, there, anywhere = (
            self.ask(modelarts, "cn-north-4", f"/v2/{project}/pools") for project in ("north", "south", "anywhere")
        )

        text = "The project south is in region cn-south-1, send the request there."
        assert (here.status_code, anywhere.status_code) == (200, 200)
        assert error(there) == (403, "ModelArts.0210", text)


def test_quotas_of_a_workspace(wire: Wire) -> None:
    """A workspace has the quotas that its world gives it, and one without limit, whose use is not told."""
    given = world(one={"resources": [cpu(1)]})
    given["projects"][PROJECT]["workspaces"] = {"w-1": {"quotas": {"trainingJob.num_limit": 7}}}
    wire.emulator.seed(given)

    answers = [wire.get(f"/v1/workspaces/{name}/quotas").json()["quotas"] for name in ("0", "w-1")]

    common = {"min_quota": -1, "max_quota": 60000, "unit_cn": "", "update_time": int(EPOCH * 1000)}
    resource = "exemlProject.gpu_duration"
    free = {"resource": resource, "quota": -1, "used_quota": None, "name_en": resource, "name_cn": resource}
    free |= {**common, "unit_en": "minute"}
    resource = "trainingJob.num_limit"
    limited = {"resource": resource, "quota": 7, "used_quota": 0, "name_en": resource, "name_cn": resource}
    assert answers == [[free], [free, {**limited, **common, "unit_en": ""}]]

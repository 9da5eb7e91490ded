from typing import Any

import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.workload import PAGE, Workload
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

HERE, THERE = "192.168.20.11", "192.168.20.12"


def workload(**fields: Any) -> Workload:
    """A workload with these fields."""
    return Workload.model_validate({"uid": "u-1", **fields})


class TestWorkload:
    @pytest.mark.parametrize(
        ("status", "holds"),
        [(word, False) for word in ("Queue", "Pending", "Completed", "Terminated", "Failed", "queue", "COMPLETED")]
        + [(word, True) for word in ("Creating", "Running", "Abnormal", "Terminating", "Dreaming", "", None)],
    )
    def test_whether_it_holds_nodes(self, status: object, holds: bool) -> None:  # noqa: FBT001 - a value of the table
        """What is queued or over holds none; everything else does, a status nobody knows too."""
        assert workload(status=status).holds_nodes is holds

    @pytest.mark.parametrize(
        ("fields", "hosts"),
        [
            ({"hostIps": f"{HERE},{THERE}"}, {HERE, THERE}),
            ({"hostIps": f" {HERE} ,, "}, {HERE}),
            ({"nodes": [{"hostIp": HERE}, {"hostIp": None}, {}]}, {HERE}),
            ({"hostIps": HERE, "nodes": [{"hostIp": THERE}]}, {HERE, THERE}),
            ({"hostIps": "", "nodes": []}, set()),
            ({"hostIps": None, "nodes": None}, set()),
            ({}, set()),
        ],
    )
    def test_where_it_is(self, fields: dict[str, Any], hosts: set[str]) -> None:
        """Both ways of telling count; nothing in either means that nobody tells."""
        assert workload(**fields).hosts == hosts

    @pytest.mark.parametrize(
        ("fields", "there"),
        [
            ({"status": "Running", "hostIps": HERE}, True),
            ({"status": "Running", "hostIps": THERE}, False),
            ({"status": "Running"}, True),
            ({"status": "Dreaming"}, True),
            ({"status": "Pending"}, False),
            ({"status": "Completed", "hostIps": HERE}, False),
        ],
    )
    def test_where_it_may_be(self, fields: dict[str, Any], there: bool) -> None:  # noqa: FBT001 - a value of the table
        """One that holds nodes which nobody tells may be on any node of its pool."""
        assert workload(**fields).may_be_on(HERE) is there

    @pytest.mark.parametrize(
        ("kind", "word", "ends"),
        [
            ("train", "training job", True),
            ("infer", "inference service", False),
            ("x-infer", "inference service", False),
            ("notebook", "notebook", False),
            ("dream", "dream", False),
            ("", "workload", False),
        ],
    )
    def test_what_it_is_called(self, kind: str, word: str, ends: bool) -> None:  # noqa: FBT001 - a value of the table
        """Only a training job ends by itself."""
        assert (workload(type=kind).word, workload(type=kind).ends_by_itself) == (word, ends)

    def test_how_a_user_knows_it(self) -> None:
        """By the name of the job, else by that in the cluster; whose it is, and fields that nobody knows, are kept."""
        wire = {"uid": "u-1", "name": "job-1-worker", "jobName": "bert", "jobUUID": "j-1", "userName": "ann", "x": [1]}
        shown = Workload.model_validate(wire)

        assert (shown.display_name, shown.owner, shown.job_id, shown.to_wire()) == ("bert", "ann", "j-1", wire)
        assert (workload(name="job-1").display_name, workload().display_name) == ("job-1", "u-1")


class TestList:
    def test_pages_until_one_is_short(self, settings: Settings, clock: FakeClock) -> None:
        """Pages of five hundred from the oldest on, each from behind the last."""
        items = [{"uid": f"u-{number}"} for number in range(PAGE + 2)]
        wire = Script(answer(body={"items": items[:PAGE]}), answer(body={"items": items[PAGE:]}))

        found = Client(settings, transport=wire, clock=clock).workloads.list("train")

        assert [shown.uid for shown in found] == [item["uid"] for item in items]
        path = f"/v2/{settings.project_id}/pools/train/workloads"
        assert [request.url.raw_path.decode() for request in wire.requests] == [
            f"{path}?ascend=true&limit=500&offset={offset}&sort=create_time" for offset in (0, 500)
        ]

    def test_no_workloads(self, settings: Settings, clock: FakeClock) -> None:
        """An empty list is none."""
        assert Client(settings, transport=Script(answer(body={"items": []})), clock=clock).workloads.list("train") == []

    def test_a_service_that_repeats_itself(self, settings: Settings, clock: FakeClock) -> None:
        """A full page that comes again says nothing about what else there is."""
        wire = Script(answer(body={"items": [{"uid": f"u-{number}"} for number in range(PAGE)]}))

        with pytest.raises(
            UnreadableError, match=r"list workloads of resource pool train: .* the same items as before"
        ):
            Client(settings, transport=wire, clock=clock).workloads.list("train")

        assert len(wire.requests) == 2

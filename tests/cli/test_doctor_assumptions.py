"""Each assumption is contradicted by a service that behaves otherwise, and by nothing else."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from modelarts_emulator import PROJECT, Emulator
from pulumi_modelarts.cli.doctor.assumption import Assumption
from pulumi_modelarts.cli.doctor.assumptions import ASSUMPTIONS
from tests.cli.doctor import patient
from tests.cli.test_doctor import busy

Change = Callable[[Any], object]


def of_pools(change: Change) -> tuple[str, Change]:
    """A change of the first pool of the list."""
    return r"/pools(\?.*)?", lambda answer: change(answer["items"][0])


def of_nodes(change: Change) -> tuple[str, Change]:
    """A change of the first node of every list of nodes."""
    return r".*/nodes(\?.*)?", lambda answer: change(answer["items"][0])


def of_jobs(change: Change) -> tuple[str, Change]:
    """A change of the list of jobs."""
    return r"/jobs\?.*", lambda answer: change(answer["items"])


def no_marks(answer: Any) -> None:
    """A list that does not say how it goes on."""
    answer["metadata"] = {}


def another_pool_is_missing(answer: Any) -> None:
    """Another code for a pool that is not there."""
    answer["error_code"] = "ModelArts.1"


def renamed(answer: Any) -> None:
    """A list that lacks a flavor of pools."""
    for flavor in answer["items"]:
        flavor["metadata"]["name"] += ".other"


OTHERWISE: dict[str, tuple[tuple[str, Change], str]] = {
    "missing pool": ((r"/pools/missing-.*", another_pool_is_missing), "HTTP 404 ModelArts.1, request "),
    "ids of pools": (of_pools(lambda pool: pool["metadata"].update(name="pool-of-zenith")), "the id of pool-3"),
    "tags of pools": (
        of_pools(lambda pool: pool["metadata"]["annotations"].update({"os.modelarts/tms.tags": "team=blue"})),
        "a text of another form, of pool-1",
    ),
    "maxCount": (
        of_pools(lambda pool: pool["spec"]["resources"][0].update(maxCount=9)),
        "3 and 9 of modelarts.vm.cpu.4ud",
    ),
    "counts of nodes": (of_nodes(lambda node: node["status"].update(phase="Checking")), "other numbers, of pool-1"),
    "pages of nodes": ((r".*/nodes\?limit=1", no_marks), "no mark behind a page that is not the last"),
    "node pools": (
        of_nodes(lambda node: node["metadata"]["labels"].update({"os.modelarts.node/nodepool": "zenith"})),
        "another node pool, of node-",
    ),
    "phases of nodes": (of_nodes(lambda node: node["status"].update(phase="Dreaming")), "Dreaming"),
    "last order": ((r"/orders/.*", lambda order: order.update(items="none")), "the answer was not understood at items"),
    "phases of orders": (
        (r"/orders\?.*", lambda answer: answer["items"][0].update(phase="Dreaming", result="")),
        "Dreaming",
    ),
    "phases of jobs": (of_jobs(lambda jobs: jobs[0].update(phase="Dreaming")), "Dreaming"),
    "order of jobs": (of_jobs(lambda jobs: jobs.reverse()), "another order"),
    "what runs where": (
        (r".*/workloads\?.*", lambda answer: [each.update(hostIps="10.99.0.1", nodes=[]) for each in answer["items"]]),
        "an address of no node, of a training job",
    ),
    "flavors of pools": (
        (r"/resourceflavors\?.*", renamed),
        "modelarts.vm.cpu.4ud",
    ),
    "default workspace": (
        (r"/workspaces\?.*", lambda answer: answer["workspaces"][0].update(id="other")),
        "a list without it",
    ),
}


def changing(emulator: Emulator, pattern: str, change: Change) -> httpx.BaseTransport:
    """A service that answers some paths otherwise; they are told by what stands behind the project."""
    inner = emulator.transport()

    def otherwise(request: httpx.Request) -> httpx.Response:
        response = inner.handle_request(request)
        answer = json.loads(response.read())
        if re.fullmatch(pattern, str(request.url).partition(PROJECT)[2]) and answer.get("items", True):
            change(answer)
        return httpx.Response(response.status_code, json=answer, headers={"x-request-id": "r-1"})

    return httpx.MockTransport(otherwise)


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda each: each.subject)
def test_a_service_that_behaves_otherwise_contradicts(emulator: Emulator, assumption: Assumption) -> None:
    """The sentence is repeated with what was seen; that is a failure, and shows nothing private."""
    busy(emulator)
    (pattern, change), seen = OTHERWISE[assumption.subject]

    found = assumption.finding(patient(changing(emulator, pattern, change)))

    assert (found.state, found.facts["verdict"]) == ("failed", "contradicts")
    assert seen in found.facts["seen"]
    assert found.text == f"contradicts: {assumption.sentence} ({assumption.known_from}); seen: {found.facts['seen']}"
    assert PROJECT not in found.text

"""Operations that are not served, and why: each answers as the API gateway does for a path that it does not know.

What such a path belongs to, and the reason, stand in a header of the answer: whoever misses it need not search.
"""

from __future__ import annotations

import re
from typing import NamedTuple

HEADER = "x-emulator-declined"
"""Header of the answer that says what is not served, and why; the service itself has none such."""


class Declined(NamedTuple):
    """A part of the service that is not served.

    Attributes:
        what: What it is for.
        paths: Pattern of what follows version and project in its paths.
        reason: Why it is not served.
    """

    what: str
    paths: str
    reason: str


_ONE = "[^/]+"

DECLINED = (
    Declined("changing node pools", rf"pools/{_ONE}/nodepools(/{_ONE})?", "they come and go with the pool's entries"),
    Declined("connecting networks", rf"networks/{_ONE}", "pools only live in them"),
    Declined("updating nodes", rf"pools/{_ONE}/nodes/batch-update", "drivers and tags are the pool's"),
    Declined("resetting nodes", rf"pools/{_ONE}/nodes/batch-reset", "nodes have no operating system"),
    Declined("resizing supernodes", rf"pools/{_ONE}/nodes/batch-resize", "they keep the size that they came with"),
    Declined("binding nodes", rf"pools/{_ONE}/nodes/batch-bind", "there are no logical pools to bind them to"),
    Declined("billing of pools", rf"pools/{_ONE}/orderid", "nothing is paid for"),
    Declined("retrying a job type", rf"pools/{_ONE}/retry-scope", "enabling one does not fail"),
    Declined(
        "plugins of pools, and their templates",
        rf"(pools/{_ONE}/plugins|plugintemplates)(/{_ONE})?",
        "pools run no plugins",
    ),
    Declined("configuration of nodes", rf"(pools/{_ONE}/node-config.*|nodeconfigtemplates/{_ONE})", "nodes have none"),
    Declined("load of pools", rf"(pools/{_ONE}/monitor|metrics/runtime/pools)", "nothing runs that could be measured"),
    Declined("statistics of workloads", "statistics/pools.*", "the list of workloads has what they count"),
    Declined("maintenance announced", "scheduled-events.*", "none is"),
    Declined("changing workspaces", "workspaces.*", "those of the world, and their quotas, are there to be named"),
    Declined("logs, metrics and images of training jobs", "training-jobs/.*", "no code runs in them"),
    Declined(
        "flavors, engines, events, quotas and experiments of training",
        r"training-(job-|pool-|event-|quotas|experiment).*",
        "jobs need none",
    ),
    Declined("tags of training jobs", "modelarts-training-job/.*", "they change nothing that is simulated"),
    Declined("algorithms", "(algorithms|search-algorithms|gallery-algorithm-publication).*", "another part of it"),
    Declined("inference services", "(services|modelarts-service-v2|intranet-connection).*", "another part of it"),
    Declined("notebooks and images", "(notebooks|images|authoring).*", "another part of it"),
    Declined("development servers", "dev-servers.*", "another part of it"),
    Declined("workflows", "workflows.*", "another part of it"),
    Declined("authorization", "(auth-mode|agency|authorizations).*", "permissions are not simulated"),
)
"""What is known and not served; of several that fit a path, the first one counts."""


def why(path: str) -> Declined | None:
    """What a path belongs to that is not served; None for a path that nothing is known of."""
    rest = re.sub(r"^/v[12]/((?!auth-mode)[^/]+/)?", "", path)
    return next((item for item in DECLINED if re.fullmatch(item.paths, rest)), None)


def table() -> str:
    """What is declined as a Markdown table."""
    rows = ["| Not served | Why |", "|---|---|"]
    rows += [f"| {item.what} | {item.reason} |" for item in DECLINED]
    return "\n".join(rows) + "\n"

"""A trace, asked for by the environment that the engine hands on to the host."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import TRAIN_POOL
from tests.engine.engine import Stack
from tests.engine.host import CallFailedError, LogLine
from tests.engine.pools import FLAVOR, URN, Hosts, train


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Return the lines of a trace."""
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def test_has_every_request_of_two_hosts(start: Hosts, tmp_path: Path) -> None:
    """Each is told with its resource and with what was done to it; where the file is, is said once by each host."""
    path = tmp_path / "trace.jsonl"
    hosts = [start(env={"MODELARTS_TRACE": str(path)}) for _ in range(2)]

    Stack(hosts[0]).preview(train(3, description="blue", secrets=["description"]))
    Stack(hosts[1]).up(train(3, description="blue", secrets=["description"]))

    told = list(lines(path))
    (patch,) = (line for line in told if line["operation"] == "PatchPool")
    said = LogLine("", f"trace: requests are written to {path}", "INFO", ephemeral=False)
    assert {line["urn"] for line in told} == {URN}
    assert [line["during"] for line in told] == sorted(line["during"] for line in told)
    assert {line["during"] for line in told} == {"check", "create"}
    assert len({line["process"] for line in told}) == 2
    assert patch["object"] == {"pool": TRAIN_POOL}
    assert {entry["count"] for entry in patch["sent"]["spec"]["resources"]} == {"[hidden]"}
    assert f"request {patch['request_id']})" in next(line.text for line in hosts[1].lines if line.text[:5] == "sent:")
    assert [host.lines.count(said) for host in hosts] == [1, 1]
    assert "blue" not in path.read_text(encoding="utf-8")
    assert FLAVOR not in json.dumps(patch["sent"])


def test_that_cannot_be_written_is_refused_before_anything_is_asked(start: Hosts) -> None:
    """The error names the variable."""
    host = start(env={"MODELARTS_TRACE": "/proc/no-such/trace.jsonl"})

    with pytest.raises(CallFailedError, match=r"ConfigurationError: .*\n  MODELARTS_TRACE: "):
        Stack(host).preview(train(3))

    assert host.lines == []

"""What a program tells of its own stack, which the provider process is not told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

DECLARED = """
import json, sys
import pulumi
import pulumi_modelarts as modelarts
from pulumi_modelarts.resources._stack import claims
from tests.resources.registrations import Registrations

organization, setting, options = json.loads(sys.argv[1])
engine = Registrations()
pulumi.runtime.set_mocks(engine, organization=organization)
pulumi.runtime.set_all_config({"modelarts:claim": setting} if setting else {})

def declare():
    own = {"marking": True, "silent": False}.get(options.rpartition(" ")[2])
    provider = None if own is None else modelarts.Provider("own", region="r", claim=own)
    given = {"provider": provider} if provider else {}
    if options.startswith("parent"):
        opts = pulumi.ResourceOptions(providers=[provider])
        given = {"parent": pulumi.ComponentResource("x:y:Z", "parent", opts=opts)}
    opts = pulumi.ResourceOptions(**given) if given else None
    print(json.dumps(claims(opts)))
    return modelarts.ResourcePool("pool", pool_name="a", opts=opts).urn

pulumi.runtime.test(declare)()
print(json.dumps([each.inputs.get("organization") for each in engine.seen if each.name == "pool"]))
"""
"""It runs under Pulumi's mocks, in a process of its own."""


def declared(organization: str | None = None, setting: str = "", options: str = "") -> tuple[Any, Any]:
    """Whether the program's pool is to be marked, and the organization that it passes on."""
    given = json.dumps([organization, setting, options])
    done = subprocess.run([sys.executable, "-c", DECLARED, given], capture_output=True, text=True, check=True)
    marked, (passed_on,) = map(json.loads, done.stdout.splitlines())
    return marked, passed_on


@pytest.mark.parametrize(("organization", "passed_on"), [("acme", "acme"), ("organization", None), (None, None)])
def test_organization(organization: str | None, passed_on: str | None) -> None:
    """The organization is passed on, where the backend has any."""
    assert declared(organization) == (False, passed_on)


@pytest.mark.parametrize(
    ("setting", "options", "marked"),
    [
        ("true", "", True),
        ("false", "", False),
        ("true", "provider silent", False),
        ("", "provider marking", True),
        ("", "parent marking", True),
        ("true", "parent silent", False),
    ],
)
def test_whether_pools_are_marked(setting: str, options: str, *, marked: bool) -> None:
    """The stack says it, or the provider of the pool in its place, that of a parent included."""
    assert declared(setting=setting, options=options)[0] is marked

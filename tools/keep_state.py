"""Keeps the state that a version of this package writes, for the tests that open it with every later one.

`python -m tools.keep_state v0.2.0` runs the programs of `tests/states/programs.py` twice with that version, on its own
emulator, and writes into `tests/states` the state, and what the service had when that was done.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from modelarts_emulator.service.models.resource_pool import TAGS
from tests.stacks.harness import Project
from tests.states.kept import EMULATOR_FILE, Kept
from tests.states.programs import PARTS, WORLD, program
from tools import pulumi_cli
from tools.paths import ROOT

PLACES = ("sourcePosition", "stackTrace")
"""Fields of a resource that name files of the machine where it was declared."""
PRIVATE = re.compile(r'"[^" ]*/(?:home|root|tmp|Users|usr)\b[^"]*"')

SEED = """
import json, sys
from modelarts_emulator import Emulator

with Emulator.open(sys.argv[1]) as emulator:
    emulator.seed(json.load(sys.stdin))
"""
LOOK = """
import json, sys, httpx
from modelarts_emulator import PROJECT, Emulator

def items(path):
    answer = client.get(path)
    return answer.json()["items"] if answer.is_success else []  # an early version has no networks

with Emulator.open(sys.argv[1]) as emulator:
    client = httpx.Client(transport=emulator.transport(), base_url="https://console.invalid")
    pools = {pool["metadata"]["name"]: pool for pool in items(f"/v2/{PROJECT}/pools")}
    nodes = {name: items(f"/v2/{PROJECT}/pools/{name}/nodes?limit=500") for name in pools}
    seen = {"project": PROJECT, "pools": pools, "nodes": nodes, "networks": items(f"/v1/{PROJECT}/networks")}
    print(json.dumps(seen))
"""
"""Run in that version, as its emulator alone can read its file; what the service answers is the same in all of them."""


def main() -> None:
    """Keep the state of one version."""
    parser = argparse.ArgumentParser(prog="python -m tools.keep_state", description=__doc__)
    parser.add_argument("version", help="a tag or commit")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what it knows (default: all)")
    parser.add_argument("--no-claim", action="store_true", help="do not let the stack mark its pools")
    arguments = parser.parse_args()
    config = {} if arguments.no_claim else {"modelarts:claim": True}
    with tempfile.TemporaryDirectory(prefix="keep-state-") as folder:
        tree = Path(folder) / "tree"
        tree.mkdir()
        subprocess.run(["tar", "-x", "-C", tree], input=_git("archive", arguments.version), check=True)
        kept = keep(Path(folder) / "project", tree / "provider", arguments.parts, config)
    if private := sorted(set(PRIVATE.findall(json.dumps(vars(kept))))):
        sys.exit(f"not kept, as it names places of this machine: {', '.join(private)}")
    day = _git("log", "-1", "--format=%cs", arguments.version).decode().strip()
    kept.write(f"{day}-{arguments.version}")


def keep(folder: Path, source: Path, parts: list[str], config: dict[str, Any]) -> Kept:
    """Return what the version in `source` leaves of the programs."""
    cli = pulumi_cli.find([])
    if cli is None:
        sys.exit("there is no Pulumi CLI; run `make setup`")
    project = Project(folder, cli, config=config, env={"PYTHONPATH": str(source)})
    _run(SEED, project, source, json.dumps(WORLD))
    first, last = (program(parts, count) for count in (4, 5))
    for text in (first, last):
        project.program(text)
        project.up()
    state = json.loads(json.dumps(project.export()).replace(str(project.emulator_file), EMULATOR_FILE))
    for resource in state["resources"]:
        for place in PLACES:
            resource.pop(place, None)
    return Kept(last, config, as_world(json.loads(_run(LOOK, project, source))), state)


def as_world(seen: dict[str, Any]) -> dict[str, Any]:
    """Return what the service has shown as a world of today's emulator."""
    pools = {name: _pool(pool, seen["nodes"][name]) for name, pool in seen["pools"].items()}
    networks = {each["metadata"]["name"]: _network(each) for each in seen["networks"]}
    return {"projects": {seen["project"]: {"networks": networks, "pools": pools}}}


def _network(document: dict[str, Any]) -> dict[str, Any]:
    return {"cidr": document["spec"]["cidr"], "labels": document["metadata"]["labels"]}


def _pool(document: dict[str, Any], nodes: list[dict[str, Any]]) -> dict[str, Any]:
    metadata, spec = document["metadata"], document["spec"]
    found = {
        "labels": {key: value for key, value in metadata["labels"].items() if key == "os.modelarts/name"},
        "annotations": {key: value for key, value in metadata["annotations"].items() if key != TAGS},
        "tags": _tags(metadata),
        "network": spec["network"]["name"],
        "scope": spec["scope"],
        "driver": spec.get("driver"),
        "resources": spec["resources"],
        "nodes": {node["metadata"]["name"]: _node(node) for node in nodes},
    }
    return {key: value for key, value in found.items() if value}


def _node(document: dict[str, Any]) -> dict[str, Any]:
    metadata = document["metadata"]
    found = {
        "flavor": document["spec"]["flavor"],
        "az": document["status"].get("az"),
        "node_pool": metadata["labels"].get("os.modelarts.node/nodepool"),
        "tags": _tags(metadata),
    }
    return {key: value for key, value in found.items() if value}


def _tags(metadata: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in json.loads(metadata["annotations"].get(TAGS, "[]"))}


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def _run(script: str, project: Project, source: Path, given: str = "") -> str:
    command = [sys.executable, "-c", script, str(project.emulator_file)]
    env = {**os.environ, "PYTHONPATH": str(source)}
    done = subprocess.run(command, env=env, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


if __name__ == "__main__":
    main()

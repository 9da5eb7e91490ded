"""Two accounts in one program, through the real CLI: each is asked with its own keys for its own pools."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Credentials, Emulator
from tests.stacks.pools import CPU
from tests.stacks.test_documentation import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.stacks.harness import Project

pytestmark = pytest.mark.long

PAGE = (Path(__file__).parents[2] / "docs" / "cookbook" / "two-providers.md").read_text(encoding="utf-8")
THEIRS = "0123456789abcdef0123456789abcdef"
SOUTH_POOL = f"train-{THEIRS}"
NETWORK = f"net-{THEIRS}"
POOL = {"network": NETWORK, "resources": [{"flavor": CPU, "count": 2}], "nodes": ["south-1", "south-2"]}
WORLDS = {
    "north": None,
    "south": {
        "projects": {
            THEIRS: {
                "region": "cn-south-1",
                "networks": {NETWORK: {"cidr": "192.168.0.0/20"}},
                "pools": {SOUTH_POOL: POOL},
            }
        }
    },
}
PLACES = {"north": ("cn-north-7", PROJECT, TRAIN_POOL), "south": ("cn-south-1", THEIRS, SOUTH_POOL)}
KEYS = {"AKNORTH0001": "sk-planted-north", "AKSOUTH0001": "sk-planted-south", "AKSOUTH0002": "sk-planted-renewed"}
"""Secret keys by access key; those of the south are known there alone, and likewise."""


@pytest.fixture
def services(project: Project) -> Iterator[Mapping[str, Emulator]]:
    """Two services that know nothing of each other, and a stack that knows both, with none of its own."""
    found: dict[str, Emulator] = {}
    project.configure({"modelarts:endpoint": "https://modelarts.invalid", "modelarts:region": "cn-north-4"})
    project.configure(dict.fromkeys(("modelarts:emulatorFile", "modelarts:emulatorClock")))
    with ExitStack() as stack:
        for name, (region, project_id, pool) in PLACES.items():
            keys = {key: secret for key, secret in KEYS.items() if name.upper() in key}
            emulator = Emulator(clock="auto", world=WORLDS[name], credentials=Credentials(access_keys=keys))
            found[name] = stack.enter_context(emulator)
            url = stack.enter_context(emulator.serve()).url
            place = {"region": region, "projectId": project_id, "pool": pool, "endpoint": url, "iamEndpoint": url}
            project.configure({f"{name}:{key}": value for key, value in place.items()})
        for name in PLACES:
            use_key(project, name, f"AK{name.upper()}0001")
        (project.folder / "__main__.py").write_text(blocks(PAGE, "py")[0], encoding="utf-8")
        yield found


def use_key(project: Project, name: str, access_key: str) -> None:
    """Set the key of one account, as the page says."""
    for key, value in (("accessKey", access_key), ("secretKey", KEYS[access_key])):
        project.run("config", "set", "--secret", f"{name}:{key}", value)


def writes(services: Mapping[str, Emulator]) -> dict[str, list[str]]:
    """Return what each service was asked to write since this was last asked, and on which pool."""
    found = {}
    for name, emulator in services.items():
        found[name] = [f"{write.operation} {write.path.split('/')[4]}" for write in emulator.journal.writes()]
        emulator.journal.clear()
    return found


def test_each_account_has_its_own_keys_pools_and_marks(project: Project, services: Mapping[str, Emulator]) -> None:
    """The page's program is previewed, run and refreshed for both; another key changes nothing, and none is told."""
    previewed = project.preview()
    untouched = writes(services)
    project.up("--debug")
    ran, names = writes(services), project.outputs()
    use_key(project, "south", "AKSOUTH0002")
    rotated = project.up()
    refreshed = project.refresh("--expect-no-changes")
    rest = writes(services)
    destroyed = project.destroy()

    assert previewed.text.count('"2 -> 3"') == 2
    assert untouched == rest == {"north": [], "south": []}
    assert ran == {name: [f"batchCreatePoolTags {pool}", f"patchPool {pool}"] for name, (_, _, pool) in PLACES.items()}
    assert (len(names["north"]), set(names["south"]) > {"south-1", "south-2"}) == (3, True)
    assert "1 updated" in rotated.text
    assert "5 unchanged" in refreshed.text
    assert "5 deleted" in destroyed.text
    assert writes(services) == {name: [f"batchDeletePoolTags {pool}"] for name, (_, _, pool) in PLACES.items()}
    assert [key for key in KEYS.values() if key.encode() in project.everything_written()] == []

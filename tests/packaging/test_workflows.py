"""What runs on the project's behalf: readable, pinned, and with no more rights than it needs."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.paths import ROOT

FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

MAY = {
    ("release", "build"): {"contents": "read", "id-token": "write", "attestations": "write"},
    ("release", "publish"): {"id-token": "write"},
    ("release", "announce"): {"contents": "write"},
}
"""Jobs that may do more than read the code."""


def read(path: Path) -> dict[Any, Any]:
    """The parsed file; YAML takes the key `on` for true."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def steps(path: Path) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
class TestAWorkflow:
    def test_pins_its_actions(self, path: Path) -> None:
        """Each action is named by the hash of a commit, and beside it the version that this is."""
        used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))

        assert [line for line in used if not PINNED.fullmatch(line)] == []
        assert len(used) == len([step for step in steps(path) if "uses" in step])

    def test_has_no_more_rights_than_it_needs(self, path: Path) -> None:
        """A job reads the code, and whatever may do more is named here."""
        jobs = read(path)["jobs"]

        assert read(path)["permissions"] == {}
        assert {name: job["permissions"] for name, job in jobs.items()} == {
            name: MAY.get((path.stem, name), {"contents": "read"}) for name in jobs
        }
        assert all("timeout-minutes" in job for job in jobs.values())

    def test_runs_verbs_of_the_makefile(self, path: Path) -> None:
        """What a job runs, a developer can run; no expression is pasted into a shell, and no token stays behind."""
        ran = [step["run"] for step in steps(path) if "run" in step]
        checkouts = [step["with"] for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]

        assert [line for line in ran if not line.startswith(("make ", "gh release create "))] == []
        assert [line for line in ran if "${{" in line] == []
        assert all(options["persist-credentials"] is False for options in checkouts)


def test_one_version_of_each_action() -> None:
    """All workflows use an action in one version."""
    used = {line for path in WORKFLOWS for line in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))}

    assert len({line.partition("@")[0] for line in used}) == len(used)


def test_nothing_is_published_untried() -> None:
    """A release is published after all tests, and after what is published was tried itself."""
    jobs = read(FOLDER / "workflows" / "release.yml")["jobs"]

    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "build": None,
        "test": "build",
        "try": "build",
        "publish": ["test", "try"],
        "announce": "publish",
    }


def test_updates_are_asked_for() -> None:
    """Actions, packages and the CLI's modules are looked after, in folders that exist."""
    updates = read(FOLDER / "dependabot.yml")["updates"]

    found = {
        (each["package-ecosystem"], folder)
        for each in updates
        for folder in each.get("directories", [each.get("directory")])
    }
    assert found == {
        ("github-actions", "/"),
        ("pip", "/tools"),
        ("gomod", "/tools/pulumi-cli/engine"),
        ("gomod", "/tools/pulumi-cli/language-python"),
    }
    assert all((ROOT / folder.lstrip("/")).is_dir() for _, folder in found)


@pytest.mark.parametrize("path", sorted((FOLDER / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem)
def test_an_issue_form_is_one(path: Path) -> None:
    """A form has a name, says what it is for, and its fields have names of their own."""
    if path.stem == "config":
        assert read(path)["blank_issues_enabled"] is False
        return
    form = read(path)
    fields = [field for field in form["body"] if field["type"] != "markdown"]

    assert form["name"]
    assert form["description"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)

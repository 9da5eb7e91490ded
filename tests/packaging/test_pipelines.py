"""The pipelines of the cookbook, as files: valid, of commands that there are, pinned, and careful with secrets."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pulumi_modelarts.cli.__main__ import parsed
from pulumi_modelarts.cli.review.policy import read
from tests.packaging.test_workflows import PINNED
from tests.stacks.pipelines import AUTHOR, FOLDER, TOKEN, jobs, served

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = ("preview", "run", "drift")


def workflow(name: str) -> dict[str, Any]:
    """The jobs of one of GitHub's files."""
    return dict(yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))["jobs"])


def calls(system: str, program: str) -> list[list[str]]:
    """The words of every call of a program."""
    scripts = "\n".join(step.script for job in jobs(system).values() for step in job.steps)
    found = re.findall(
        rf"(?:^|; |\|\| ){re.escape(program)} (.*?)(?: >.*| \|\| .*)?$", scripts.replace("  ", ""), re.MULTILINE
    )
    return [shlex.split(words) for words in found]


@pytest.mark.parametrize("system", AUTHOR)
def test_commands_are_those_that_there_are(system: str) -> None:
    """Each call of `modelarts` has words that it knows, Pulumi previews and runs, and a shell can read it."""
    own, pulumi = calls(system, ".venv/bin/modelarts"), calls(system, "pulumi")

    assert [parsed(words).policy for words in own].count("policy.yaml") == len(own) - 1 > 0
    assert {words[0] for words in pulumi} == {"preview", "up"}
    assert all(words[1:3] == ["--stack", "prod"] for words in pulumi)
    for job in jobs(system).values():
        for step in job.steps:
            subprocess.run(["bash", "-n", "-c", step.script], check=True)  # noqa: S607 - wherever it is


@pytest.mark.parametrize("system", AUTHOR)
def test_no_script_holds_a_secret(system: str) -> None:
    """No expression is pasted into a shell, no secret is a word of a command, and nothing prints the environment."""
    scripts = [step.script for job in jobs(system).values() for step in job.steps]

    unwanted = r"\$\{\{|PASSPHRASE|SECRET|ACCESS_KEY|TOKEN|\bprintenv\b|\benv\b|set -x"
    assert [script for script in scripts if re.search(unwanted, script)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_pinned_and_has_few_rights(name: str) -> None:
    """Actions are named by hashes; secrets are those of an environment; only the comment is written, by its own job."""
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    found = workflow(name)

    assert [used for used in re.findall(r"uses: (.*)", text) if not PINNED.fullmatch(used)] == []
    assert yaml.safe_load(text)["permissions"] == {}
    for title, job in found.items():
        writes = {"pull-requests": "write"} if title == "comment" else {}
        assert job["permissions"] == {"contents": "read", **writes}
        assert ("secrets." in str(job)) == (job.get("environment") in {"preview", "prod"})


def test_what_is_run_was_approved() -> None:
    """On both systems the run waits for the approval and is held to it, and who approves has no keys."""
    run, gitlab = workflow("run"), yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))

    assert [run[name].get("needs") for name in ("preview", "approve", "up")] == [None, "preview", "approve"]
    assert run["up"]["env"]["MODELARTS_APPROVED"] == "${{ github.workspace }}/approval.json"
    assert [run[name]["environment"] for name in run] == ["preview", "approval", "prod"]
    assert "env" not in run["approve"]
    assert (gitlab["approve"]["needs"], gitlab["up"]["needs"]) == (["preview"], ["approve"])
    assert gitlab["approve"]["rules"][0]["when"] == "manual"
    assert gitlab["approve"]["rules"][0]["allow_failure"] is False
    assert gitlab["up"]["variables"] == {"MODELARTS_APPROVED": "$CI_PROJECT_DIR/approval.json"}
    assert len(read(FOLDER / "policy.yaml").gates) == 2


def test_no_comment_without_a_review(tmp_path: Path) -> None:
    """What is no review is not written anywhere, and edits nothing that begins as it does."""
    (tmp_path / "review.md").write_text("", encoding="utf-8")
    with served("github") as board:
        board.put(AUTHOR["github"], "kept")
        env = {"PATH": os.environ["PATH"], "GITHUB_API_URL": board.url, "TOKEN": TOKEN, "AUTHOR": AUTHOR["github"]}
        command = [sys.executable, str(FOLDER / "comment.py"), "review.md"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "review.md is no review: the step before has said why\n")
    assert board.said == [(AUTHOR["github"], "kept")]

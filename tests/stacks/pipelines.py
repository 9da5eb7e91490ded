"""Plays the jobs of a pipeline as its system does, in a project's folder, and a board that its comments are on."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from tests.stacks.harness import STACK
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.stacks.harness import Project

FOLDER = ROOT / "docs" / "cookbook" / "pipelines"
TOKEN = "of-the-comments"  # noqa: S105 - of a board that is in this process
AUTHOR = {"github": "github-actions[bot]", "gitlab": "project_1_bot"}
SET_UP = ("python3 -m venv ", ".venv/bin/pip install ", "git fetch ", "git checkout ")
"""Beginnings of lines that are not played: the packages, and the tree, are those of the test."""


@dataclass(frozen=True)
class Step:
    """One that is run by a shell.

    Attributes:
        script: Its lines.
        always: Whether it runs after one that failed.
        env: Variables that it alone has.
    """

    script: str
    always: bool = False
    env: dict[str, str] = field(default_factory=dict)

    @property
    def sets_up(self) -> bool:
        """Whether it makes what the test has already."""
        return self.script.startswith(SET_UP)


@dataclass(frozen=True)
class Job:
    """What one job of a pipeline runs, and with which variables."""

    steps: Sequence[Step]
    env: dict[str, str]


def jobs(system: str) -> dict[str, Job]:
    """The jobs of a system's files, by `file/job`; GitLab has one file, and a job's lines are one step there."""
    if system == "gitlab":
        found = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))
        return {
            name: Job([Step("\n".join(_flat(job["script"])))], job.get("variables", {}))
            for name, job in found.items()
            if isinstance(job, dict) and "script" in job
        }
    return {
        f"{file}/{name}": Job([_step(step) for step in job["steps"] if "run" in step], job.get("env", {}))
        for file in ("preview", "run", "drift")
        for name, job in yaml.safe_load((FOLDER / f"{file}.yml").read_text(encoding="utf-8"))["jobs"].items()
    }


def _step(step: dict[str, Any]) -> Step:
    return Step(step["run"], "if" in step, step.get("env", {}))


def _flat(lines: list[Any]) -> Iterator[str]:
    for line in lines:
        if isinstance(line, list):
            yield from _flat(line)
        elif not line.startswith(SET_UP):
            yield line


@dataclass(frozen=True)
class Player:
    """Plays jobs of one system in a project's folder, where artifacts are where the job before has left them."""

    project: Project
    system: str
    board: str

    def __post_init__(self) -> None:
        """Lay out what a repository has."""
        folder = self.project.folder
        (folder / ".venv").symlink_to(sys.prefix)
        for name in ("policy.yaml", "comment.py"):
            (folder / name).write_bytes((FOLDER / name).read_bytes())

    def play(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run what a job runs; its status is that of the first step that failed."""
        job = jobs(self.system)[name]
        said, status = "", 0
        for step in job.steps:
            if step.sets_up or (status and not step.always):
                continue
            done = self._run(step, {**job.env, **step.env})
            said, status = said + done.stdout + done.stderr, status or done.returncode
        return subprocess.CompletedProcess(name, status, said, "")

    def _run(self, step: Step, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        shell = ["bash", "-eo", "pipefail", "-c"] if self.system == "gitlab" else ["bash", "-e", "-c"]
        script = step.script.replace("--stack prod", f"--stack {STACK}")
        # Secrets and variables of the system are those of the project; what it has not, is empty as there.
        own = {name: self._value(text) for name, text in env.items() if not name.startswith(("PULUMI_", "HW_"))}
        variables = {**self.project.environment(), **self._given(), **own}
        return subprocess.run(
            [*shell, script], cwd=self.project.folder, env=variables, capture_output=True, text=True, check=False
        )

    def _value(self, text: str) -> str:
        known = {
            "${{ github.workspace }}": str(self.project.folder),
            "$CI_PROJECT_DIR": str(self.project.folder),
            "${{ github.token }}": TOKEN,
            "${{ github.event.pull_request.number }}": "7",
        }
        for expression, value in known.items():
            text = text.replace(expression, value)
        return re.sub(r"\$\{\{ vars\.\w+ \}\}", "", text)

    def _given(self) -> dict[str, str]:
        if self.system == "gitlab":
            ids = {"CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "7", "TOKEN": TOKEN, "AUTHOR": AUTHOR["gitlab"]}
            return {"GITLAB_CI": "true", "CI_API_V4_URL": self.board, **ids}
        summary = str(self.project.folder / "summary.md")
        return {"GITHUB_API_URL": self.board, "GITHUB_REPOSITORY": "team/pools", "GITHUB_STEP_SUMMARY": summary}


@dataclass
class Board:
    """The comments of request 7, newest last, and where they are served."""

    url: str
    comments: list[dict[str, Any]] = field(default_factory=list)

    def put(self, author: str, body: str) -> None:
        """Have somebody write a comment."""
        who = {"login": author, "username": author}
        self.comments.append({"id": len(self.comments) + 1, "user": who, "author": who, "body": body})

    @property
    def said(self) -> list[tuple[str, str]]:
        """Who wrote what."""
        return [(comment["author"]["username"], comment["body"]) for comment in self.comments]


class _Api(BaseHTTPRequestHandler):
    """As much of both services as the comments of a request need, as their pages describe it."""

    board: ClassVar[Board]
    system: ClassVar[str]

    def do_GET(self) -> None:
        """List a page of comments; all of them fit on one."""
        self._answer(self.board.comments if self._place() == "all" and self.path.endswith("&page=1") else [])

    def do_POST(self) -> None:
        """Write a comment."""
        assert self._place() == "all", self.path
        self.board.put(AUTHOR[self.system], self._body())
        self._answer(self.board.comments[-1])

    def do_PATCH(self) -> None:
        """Edit one: GitHub's way."""
        assert self.system == "github"
        self._edit()

    def do_PUT(self) -> None:
        """Edit one: GitLab's way."""
        assert self.system == "gitlab"
        self._edit()

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _edit(self) -> None:
        number = int(self._place())
        self.board.comments[number - 1]["body"] = self._body()
        self._answer(self.board.comments[number - 1])

    def _place(self) -> str:
        every, one, name, value = {
            "github": (
                *("/repos/team/pools/issues/7/comments", "/repos/team/pools/issues/comments/"),
                *("Authorization", f"Bearer {TOKEN}"),
            ),
            "gitlab": (
                *("/projects/1/merge_requests/7/notes", "/projects/1/merge_requests/7/notes/"),
                *("PRIVATE-TOKEN", TOKEN),
            ),
        }[self.system]
        assert self.headers[name] == value
        path = self.path.partition("?")[0]
        return "all" if path == every else path.removeprefix(one)

    def _body(self) -> str:
        text: str = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        return text

    def _answer(self, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def served(system: str) -> Iterator[Board]:
    """A board at a place of this machine, for as long as it is needed."""
    handler = type("_Served", (_Api,), {"system": system})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        board = Board(f"http://127.0.0.1:{server.server_port}")
        handler.board = board  # type: ignore[attr-defined]  # of a class that is made here
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield board
        finally:
            server.shutdown()
            thread.join()

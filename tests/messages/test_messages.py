"""The page of messages is what is said, is complete, and speaks the language of programs."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import pulumi_modelarts
from pulumi_modelarts.api.operation import Operation
from pulumi_modelarts.specs.fleet import FleetPlacementSpec, FleetPoolSpec
from pulumi_modelarts.specs.network import NetworkSpec
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec, RolloutSpec
from pulumi_modelarts.specs.node_pool import DataVolumeSpec, NodePoolSpec, TaintSpec, VolumeSpec
from pulumi_modelarts.specs.node_selection import NodeSelectionSpec
from pulumi_modelarts.specs.resource_pool import DriverSpec, ResourcePoolSpec
from tests.messages import settings
from tests.messages.page import Played, played, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.heavy

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"
SOURCES = Path(pulumi_modelarts.__file__).parent
LAYERS = ("api", "specs", "plans", "reconcilers", "queries", "handlers")

LEAST_WORDS = 3
"""Of a part of a text that is looked for; fewer may be anything."""

LEFT_OUT = {
    "api/embedded.py": "takes an installation without the emulator, or a file that is none: tests/packaging",
    "api/identity.py": "is asked by the doctor alone, which tells it in words of its own: tests/cli",
    "api/bodies.py": "takes a server that breaks HTTP itself: tests/api/test_bodies.py",
    "api/connections.py": "takes a network: tests/api/test_connections.py",
    "api/iam_token.py": "takes an IAM, which the emulator has not: tests/api/test_auth_iam_token.py",
    "api/mishaps.py": "takes a network: tests/api/test_connections.py",
    "api/outcomes.py": "names of fates are compared, never said",
    "api/proxies.py": "takes an environment: tests/api/test_proxies.py",
    "api/trace_line.py": "is said in a trace alone: docs/support.md prints it",
    "it took a part of a line only": "takes a full disk: tests/api/test_trace_file.py",
    "api/trust.py": "takes certificates: tests/api/test_certificates.py",
    "handlers/_host.py": "is said by the real host alone: tests/engine",
    "handlers/_ignored.py": "takes a list that the engine alone knows: tests/engine",
    "handlers/_rpc.py": "is said by the real host alone: tests/engine",
    "plans/facts.py": "names of facts are compared, never said",
    "specs/paths.py": "is turned into an answer by whoever reads the path",
    "most scale-in": "names of settings are looked up by it, and told by their keys",
    "no content type": "takes a server that is no ModelArts: tests/api/test_client.py",
    "the answer is not JSON (": "likewise",
    " MiB, which is the most that is read of one answer": "takes an answer of that size: tests/api/test_bodies.py",
    "These settings are for the embedded emulator, and no transport to it was given.": "takes another program",
    "the request did not reach the service": "takes a network: tests/api/test_lost_requests.py",
    "before it was sent": "takes a stop while a request is being signed: tests/resources/test_stopping.py",
    " pages, which is the most that is read of one list": "takes as many pages: tests/api/test_listing.py",
    "another request for them has not been answered yet": "takes two threads: tests/api/test_pool_board_threads.py",
    "waiting for others to write to ": "takes two threads",
    "looking again at resource pool ": "takes a stop between two lists: tests/resources",
    " and its nodes": "likewise",
    "it is not known what it has led to": "takes a stop while an answer is lost: tests/resources",
    "no order shows that it took effect": "likewise",
    "after an answer was lost, and ": "likewise",
    "after an answer was lost, and it is not known what it has led to (": "likewise",
    " has come of it": "likewise",
    "handlers/_sessions.py": "takes a file whose clock stands still: tests/engine/test_configuration.py",
}
"""Modules and parts of texts that need not stand on the page, and why."""


_PATTERN = re.compile(r"[\\|^$]")
"""What stands in regular expressions, and in no sentence."""


class Sentence(NamedTuple):
    """A part of a text that the package has ready, between what it fills in."""

    place: str
    text: str


@pytest.fixture(scope="module")
def scenes() -> list[Played]:
    """What is said in every scene."""
    return played()


def test_the_page_prints_what_is_said(scenes: list[Played]) -> None:
    """A message that has changed, or a scene that is new, shows on the page; `make messages` writes it."""
    assert PAGE.read_text(encoding="utf-8") == rendered(scenes)


def test_every_sentence_stands_on_the_page(scenes: list[Played]) -> None:
    """Whatever the package can say is met by a scene; one that is missing is added to `tests/messages`."""
    said = _plain("\n".join(text for each in scenes for text in each.texts))

    unmet = [f"{each.place}: {each.text}" for each in sentences() if _plain(each.text) not in said]

    assert unmet == []


def test_inputs_are_spelt_as_in_a_program(scenes: list[Played]) -> None:
    """No message has a property's name where a program has an argument of another spelling."""
    specs = (
        FleetPlacementSpec,
        FleetPoolSpec,
        NetworkSpec,
        ResourcePoolSpec,
        NodePoolSpec,
        TaintSpec,
        VolumeSpec,
        DataVolumeSpec,
        DriverSpec,
        NodeMigrationSpec,
        RolloutSpec,
        NodeSelectionSpec,
    )
    names = {field.alias for spec in specs for name, field in spec.model_fields.items() if field.alias != name}
    texts = [text for each in scenes if each.scene.topic != settings.SETTINGS for text in each.texts]

    assert len(names) > 15
    assert [(name, text) for name in names for text in texts if re.search(rf"(?<!modelarts:)\b{name}\b", text)] == []


def test_one_is_singular(scenes: list[Played]) -> None:
    """One of something is no plural, and anything else is no singular; what the service says is its own."""
    things = "node|address|flavor|item|job|pool|entry|page|second"
    wrong = re.compile(
        rf"(?<!of )(?<![\d./-])\b1 (?:free )?(?:{things.replace('entry', 'entri')})(?:e?s)\b"
        rf"|\b(?:0|[2-9]|\d\d+) (?:free )?(?:{things})\b"
    )
    texts = [text for each in scenes for text in each.texts]

    assert [text for text in texts if wrong.search(text)] == []


def sentences() -> Iterator[Sentence]:
    """Return every part of a text that has three words and more, docstrings left out."""
    for layer in LAYERS:
        for path in sorted((SOURCES / layer).glob("*.py")):
            module = f"{layer}/{path.name}"
            if module not in LEFT_OUT:
                found = _of_module(module, ast.parse(path.read_text(encoding="utf-8")))
                yield from (each for each in found if each.text not in LEFT_OUT)


def _of_module(module: str, tree: ast.Module) -> Iterator[Sentence]:
    others = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)} | set(_purposes(tree))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in others else None
        if isinstance(text, str) and _is_sentence(text):
            yield Sentence(f"{module}:{getattr(node, 'lineno', 0)}", text)


def _purposes(tree: ast.Module) -> Iterator[int]:
    """Return what says what an operation is asked for: that stands on the page of permissions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Operation.__name__:
            yield from map(id, node.args)


def _is_sentence(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    return len(words) >= LEAST_WORDS and " " in text.strip() and not _PATTERN.search(text)


def _plain(text: str) -> str:
    """Return a text without what depends on where it stands: line breaks, capitals, punctuation at its ends."""
    return " ".join(text.casefold().split()).strip(" .,;:()")

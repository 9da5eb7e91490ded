"""The page of messages is what is said, is complete, and speaks the language of programs."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import pulumi_modelarts
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec, RolloutSpec
from pulumi_modelarts.specs.resource_pool import DriverSpec, NodePoolSpec, ResourcePoolSpec
from tests.messages.page import Played, played, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"
SOURCES = Path(pulumi_modelarts.__file__).parent
LAYERS = ("api", "specs", "plans", "reconcilers", "handlers")

LEFT_OUT: dict[str, str] = {}
"""Modules whose sentences need not stand on the page, and why."""


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
    specs = (ResourcePoolSpec, NodePoolSpec, DriverSpec, NodeMigrationSpec, RolloutSpec)
    names = {field.alias for spec in specs for name, field in spec.model_fields.items() if field.alias != name}
    texts = [text for each in scenes for text in each.texts]

    assert len(names) > 15
    assert [(name, text) for name in names for text in texts if re.search(rf"\b{name}\b", text)] == []


def test_one_is_singular(scenes: list[Played]) -> None:
    """One of something is no plural, and anything else is no singular; what the service says is its own."""
    things = "node|address|flavor|item|job|pool|entry|page|second"
    wrong = re.compile(
        rf"(?<!of )(?<![\d./-])\b1 (?:free )?(?:{things.replace('entry', 'entrie')})(?:e?s)\b"
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
                yield from _of_module(module, ast.parse(path.read_text(encoding="utf-8")))


def _of_module(module: str, tree: ast.Module) -> Iterator[Sentence]:
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            if len(re.findall(r"[A-Za-z]{2,}", node.value)) >= 3 and " " in node.value.strip():
                yield Sentence(f"{module}:{node.lineno}", node.value)


def _plain(text: str) -> str:
    """Return a text without what depends on where it stands: line breaks, capitals, punctuation at its ends."""
    return " ".join(text.casefold().split()).strip(" .,;:()")

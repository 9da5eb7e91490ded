"""What `modelarts program` calls things, whatever they are called in the account."""

import ast
from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, PROJECT, Emulator
from modelarts_emulator.worlds.documented import NETWORK, WORLD
from pulumi_modelarts.cli.program.naming import Name, Names
from pulumi_modelarts.cli.program.source import comments, written
from tests.cli.accounts import HOSTILE
from tests.cli.programs import program


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("train", Name("train", "train")),
        ("größe 7", Name("größe-7", "grosse_7")),
        ("7b", Name("7b", "pool_7b")),
        ("class", Name("class", "class_")),
        ("list", Name("list", "list_")),
        ("config", Name("config", "config_")),
        ("\u8bad\u7ec3", Name("\u8bad\u7ec3", "pool")),
        ("\U0001f984", Name("pool", "pool")),
        ('we"ird\n\\name\u202e::*', Name("we-ird-name", "we_ird_name")),
        ("x" * 80, Name("x" * 63, "x" * 63)),
    ],
    ids=["plain", "latin", "digit", "keyword", "builtin", "of the program", "script", "no letter", "signs", "long"],
)
def test_a_name_is_close_to_what_people_say(title: str, name: Name) -> None:
    """The resource keeps letters of every script; its variable has those of every keyboard, and hides nothing."""
    assert Names().of(title, "pool") == name


def test_nobody_has_the_name_of_another() -> None:
    """Pools are numbered, a network says that it is one, and what differs in a variable alone is numbered there."""
    names = Names()

    found = [names.of(*each) for each in [("a", "pool"), ("a", "pool"), ("a.b", "pool"), ("a-b", "pool")]]
    networks = [names.of("a", "network", also="network") for _ in range(2)]

    assert found == [Name("a", "a"), Name("a-2", "a_2"), Name("a.b", "a_b"), Name("a-b", "a_b_2")]
    assert networks == [Name("a-network", "a_network"), Name("a-3", "a_3")]


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800", "\x7f", "a\u2028b"])
def test_any_text_can_be_written(text: str) -> None:
    """It is the same text to Python again, and as a comment it ends with its line."""
    assert ast.literal_eval(written(text)) == text
    assert ast.parse(comments([f"Not declared: {text}"])).body == []


def hostile_account() -> dict[str, Any]:
    """Return an account in which every hostile name is that of a pool, and of a network."""
    template = WORLD["projects"][PROJECT]["pools"][INFER_POOL]
    pools: dict[str, Any] = {}
    networks: dict[str, Any] = {NETWORK: {"cidr": "172.16.0.0/16"}}
    for number, title in enumerate(HOSTILE):
        labels = {"os.modelarts/name": title}
        pools[f"pool-{number:02}-{PROJECT}"] = {**template, "labels": labels, "nodes": {}}
        networks[f"net-{number:02}-{PROJECT}"] = {"cidr": f"192.168.{number}.0/24", "labels": labels}
    return {**WORLD, "projects": {PROJECT: {"pools": pools, "networks": networks, "quotas": {"networks": 100}}}}


@pytest.mark.parametrize("words", [[], ["--fleet"]], ids=["pools", "fleet"])
def test_hostile_names_make_a_program(words: list[str]) -> None:
    """It is Python, every variable and name stands there once, and all lines can be seen."""
    with Emulator(world=hostile_account()) as emulator:
        text = program(*words, transport=emulator.transport()).text

    body = ast.parse(text).body
    variables = [ast.unparse(each.targets[0]) for each in body if isinstance(each, ast.Assign)]
    made = [each.value for each in body if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)]
    assert len({*variables}) == len(variables) == len({ast.unparse(call.args[0]) for call in made})
    assert text.count("pool_name=") == len(HOSTILE)
    assert text.count("network_name=") == len(HOSTILE) + 1
    assert all(line.isprintable() for line in text.split("\n"))

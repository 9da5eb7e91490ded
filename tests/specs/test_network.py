"""What a program may declare about a network, and what it is told when it may not."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_modelarts.specs._spec import Problem, parse
from pulumi_modelarts.specs.network import NetworkSpec

ID = "team-net-86c13962597848eeb29c5861153a391f"
MADE = {"name": "team-net", "cidr": "192.168.0.0/20"}
GIVE = "give a block in 172.16.0.0/12 or in 192.168.0.0/16, with a prefix of at most /24, such as '192.168.0.0/20'"
NAME = (
    "{!r} is no name for a network; give 4 to 32 lowercase letters, digits and hyphens that begin with a letter and do "
    "not end in a hyphen, such as 'team-net'"
)
NOT_FOR_ADOPTED = (
    "is for a network that the program makes, with name; the one that network_name names exists already. Take it out"
)

MISTAKES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, [("name", "is required, with cidr, to make a network; or network_name, to adopt one that exists")]),
    ({"name": "team-net"}, [("cidr", f"is required to make a network: {GIVE}")]),
    ({**MADE, "name": "net"}, [("name", NAME.format("net"))]),
    ({**MADE, "name": "Team-net"}, [("name", NAME.format("Team-net"))]),
    ({**MADE, "name": "team-"}, [("name", NAME.format("team-"))]),
    ({**MADE, "name": "n" * 33}, [("name", NAME.format("n" * 33))]),
    ({**MADE, "cidr": "the lot"}, [("cidr", f"'the lot' is no block of addresses; {GIVE}")]),
    ({**MADE, "cidr": "10.0.0.0/16"}, [("cidr", f"no network can have the addresses '10.0.0.0/16'; {GIVE}")]),
    ({**MADE, "cidr": "172.16.0.0/11"}, [("cidr", f"no network can have the addresses '172.16.0.0/11'; {GIVE}")]),
    ({**MADE, "cidr": "192.168.0.0/25"}, [("cidr", f"no network can have the addresses '192.168.0.0/25'; {GIVE}")]),
    ({**MADE, "cidr": "192.168.0.0"}, [("cidr", f"no network can have the addresses '192.168.0.0'; {GIVE}")]),
    (
        {**MADE, "cidr": "192.168.0.1/20"},
        [("cidr", "'192.168.0.1/20' is not how its block is written; write '192.168.0.0/20'")],
    ),
    ({**MADE, "cidr": 24.0}, [("cidr", 'must be a block of addresses such as "192.168.0.0/20", got 24')]),
    (
        {"networkName": ID, "cidr": "192.168.0.0/20", "workspaceId": "0"},
        [("cidr", NOT_FOR_ADOPTED), ("workspace_id", NOT_FOR_ADOPTED)],
    ),
    (
        {**MADE, "networkName": "network-maos-86c13962597848eeb29c5861153a391f"},
        [("network_name", "adopts a network that exists, and name and cidr make one; give one of the two")],
    ),
]


@pytest.mark.parametrize(("inputs", "told"), MISTAKES)
def test_a_mistake_is_told_with_what_to_write(inputs: dict[str, Any], told: list[tuple[str, str]]) -> None:
    """Each wrong field is named as a program writes it, with the rule and a value that would do."""
    parsed = parse(NetworkSpec, inputs, lambda _: False)

    assert list(parsed.problems) == [Problem(*each) for each in told]


@pytest.mark.parametrize("cidr", ["172.16.0.0/12", "172.31.255.0/24", "192.168.0.0/16", "192.168.255.0/24"])
@pytest.mark.parametrize("name", ["team", "a2-4", "n" * 32])
def test_names_and_blocks_at_the_bounds_are_taken(name: str, cidr: str) -> None:
    """The shortest and longest name, the largest and smallest block."""
    parsed = parse(NetworkSpec, {"name": name, "cidr": cidr}, lambda _: False)

    assert (parsed.problems, parsed.inputs) == ((), {"name": name, "cidr": cidr})


def test_a_checked_network_may_be_checked_again() -> None:
    """The id that follows from its name, and whose it is, stand beside it."""
    checked = {**MADE, "networkName": ID, "ownership": "made"}

    parsed = parse(NetworkSpec, checked, lambda _: False)

    assert (parsed.problems, parsed.inputs) == ((), checked)


def test_what_is_not_known_yet_is_given() -> None:
    """A block from another resource is no block that is missing, and a name from one is not the id's business."""
    unknown = object()

    parsed = [
        parse(NetworkSpec, {**MADE, name: unknown, **also}, lambda value: value is unknown)
        for name, also in (("cidr", {}), ("name", {"networkName": unknown}))
    ]

    assert [each.problems for each in parsed] == [(), ()]
    assert [each.inputs for each in parsed] == [
        {**MADE, "cidr": unknown},
        {**MADE, "name": unknown, "networkName": unknown},
    ]

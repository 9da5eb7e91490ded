"""What earlier versions recorded is read as what their programs had declared."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_modelarts.plans.earlier_records import counts_as_declared, nodes_as_declared

GROWN = {"flavors": {"a": 4}, "changes": {"flavors.a": "3 -> 4"}}
ZONED = {"flavor": "a", "azs": {"z1": 4, "z2": 1}, "count": 5}


@pytest.mark.parametrize(
    ("recorded", "declared"),
    [
        (
            {"flavors": {"a": 5, "b": 2}, "changes": {"flavors.a": "3 -> 5 (by hand)", "scope": "x -> y"}},
            {"flavors": {"a": 3, "b": 2}, "changes": {"scope": "x -> y"}},
        ),
        (
            {"nodePools": {"gold": {"flavor": "a", "count": 5}}, "changes": {"nodePools.gold": "3 -> 5 (by hand)"}},
            {"nodePools": {"gold": {"flavor": "a", "count": 3}}, "changes": {}},
        ),
        (
            {"nodePools": {"gold": ZONED}, "changes": {"nodePools.gold.azs.z1": "2 -> 4 (by hand)"}},
            {"nodePools": {"gold": {"flavor": "a", "azs": {"z1": 2, "z2": 1}, "count": 3}}, "changes": {}},
        ),
        ({"flavors": {"a": 4}, "changes": {"flavors.a": "3 -> 5 (by hand)"}}, {"flavors": {"a": 4}, "changes": {}}),
        (
            {"flavors": {"a": 4}, "changes": {"flavors.a": "3 -> 4"}},
            {"flavors": {"a": 4}, "changes": {"flavors.a": "3 -> 4"}},
        ),
        ({"flavors": {"a": 4}}, {"flavors": {"a": 4}}),
        ({}, {}),
    ],
    ids=["flavors", "node-pool", "zones", "another-count-since", "no-note", "no-map", "new"],
)
def test_a_count_that_was_grown_by_hand(recorded: dict[str, Any], declared: dict[str, Any]) -> None:
    """The declared count stands left of the arrow, as long as the note is about the recorded one."""
    assert counts_as_declared(recorded) == declared


def test_a_node_that_has_vanished() -> None:
    """A node that is noted to be gone has been declared; everything else is as it was recorded."""
    recorded = {"nodes": ["b"], "moves": {"a": "t -> (none) (vanished)", "b": "s -> t"}, "targetPool": "t"}

    assert nodes_as_declared(recorded) == {"nodes": ["a", "b"], "moves": {"b": "s -> t"}, "targetPool": "t"}
    assert nodes_as_declared({"nodes": ["b"], "moves": {"b": "s -> t"}}) == {"nodes": ["b"], "moves": {"b": "s -> t"}}
    assert nodes_as_declared({}) == {}

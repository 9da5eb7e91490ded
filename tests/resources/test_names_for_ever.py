"""Names that are in state files for ever, those of resources to come among them: what is there has the pinned ones."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from tests.resources.subjects import SUBJECTS

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"

TOKEN = "pulumi-python:dynamic/modelarts:"  # noqa: S105 - the beginning of type tokens, as Pulumi calls them
HOME = "pulumi_modelarts.resources"

FOR_EVER = {
    "ResourcePool": (f"{TOKEN}ResourcePool", f"{HOME}.resource_pool.ResourcePoolProvider"),
    "NodeMigration": (f"{TOKEN}NodeMigration", f"{HOME}.node_migration.NodeMigrationProvider"),
    "NodeSelection": (f"{TOKEN}NodeSelection", f"{HOME}.node_selection.NodeSelectionProvider"),
    "Network": (f"{TOKEN}Network", f"{HOME}.network.NetworkProvider"),
    "FleetPlacement": (f"{TOKEN}FleetPlacement", f"{HOME}.fleet.FleetPlacementProvider"),
    "Fleet": ("modelarts:index:Fleet", ""),
}
"""Type token, and where its provider's class is; a component has no provider."""

RESERVED = ("FleetPlacement", "Fleet")
"""Those that are not there yet; one that comes is taken out, and has to be what is pinned."""


def test_what_is_there_has_the_pinned_names() -> None:
    """Type token and path of a provider's class never change."""
    there = {name: names for name, names in FOR_EVER.items() if name not in RESERVED}

    found = {subject.token.removeprefix(TOKEN): (subject.token, subject.path.replace(":", ".")) for subject in SUBJECTS}

    assert found == there


def test_what_is_reserved_is_free() -> None:
    """No module is where one to come will be, so that whatever comes there is looked at by the test above."""
    homes = {FOR_EVER[name][1].rpartition(".")[0] for name in RESERVED if FOR_EVER[name][1]}

    assert [home for home in homes if importlib.util.find_spec(home)] == []


def test_the_page_of_what_is_kept_names_all_of_them() -> None:
    """Each with its token, its path, and whether it is there."""
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (?:`([^`]+)`|none: a component) \| (there|reserved) \|$",
                      PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)  # fmt: skip

    assert {name: (token, path, state) for name, token, path, state in rows} == {
        name: (*names, "reserved" if name in RESERVED else "there") for name, names in FOR_EVER.items()
    }

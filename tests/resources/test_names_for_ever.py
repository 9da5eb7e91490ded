"""Names that are in state files for ever: what is there has the pinned ones."""

from __future__ import annotations

import re
from pathlib import Path

from pulumi_modelarts.resources import fleet
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


def test_what_is_there_has_the_pinned_names() -> None:
    """Type token and path of a provider's class never change."""
    found = {subject.token.removeprefix(TOKEN): (subject.token, subject.path.replace(":", ".")) for subject in SUBJECTS}

    assert {**found, "Fleet": (fleet.COMPONENT, "")} == FOR_EVER


def test_the_page_of_what_is_kept_names_all_of_them() -> None:
    """Each with its token and its path."""
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (?:`([^`]+)`|none: a component) \|$",
                      PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)  # fmt: skip

    assert {name: (token, path) for name, token, path in rows} == FOR_EVER

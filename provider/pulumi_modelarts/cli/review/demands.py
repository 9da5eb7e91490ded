"""The words by which `modelarts review` judges and approves; what acts on them is loaded when they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add them to those of the command."""
    gates = parser.add_argument_group("gates", "any of them that fails, or cannot be judged, is exit status 3")
    gates.add_argument(
        "--fail-on",
        action="append",
        default=[],
        metavar="GATE",
        help="fail where this is done, as in 'removed>0', 'cost>+500/month' or 'pool:infer-*: any'; may be repeated",
    )
    gates.add_argument("--policy", metavar="FILE", help="YAML with gates, freezes, and why they are")
    approving = parser.add_argument_group("approval", "what is not known for sure, or fails a gate, is not approved")
    approving.add_argument("--approve", metavar="FILE", help="write an approval of all this, for MODELARTS_APPROVED")
    approving.add_argument(
        "--expires", default="24h", metavar="TIME", help="how long it holds: 30m, 8h, 2d (default: 24h)"
    )
    approving.add_argument("--project", default="", metavar="ID", help="the project, where no id of a pool ends in it")

"""Writes the page of all calls: plays every operation that makes one."""

from __future__ import annotations

from pathlib import Path

from tests.calls.page import played, rendered

PAGE = Path(__file__).parents[1] / "docs" / "calls.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(rendered(played()), encoding="utf-8")


if __name__ == "__main__":
    main()

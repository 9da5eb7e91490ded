"""Writes the page of all messages: plays every situation that one appears in."""

from __future__ import annotations

from pathlib import Path

from tests.messages.page import played, rendered

PAGE = Path(__file__).parents[1] / "docs" / "messages.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(rendered(played()), encoding="utf-8")


if __name__ == "__main__":
    main()

"""A review's page in a real browser: what it shows, to whom, and that it asks for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.page import expect
from tests.browser.test_page_appearance import UNREADABLE
from tests.cli.reviews import many, preview, review

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Look = Callable[..., Page]


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Look:
    """Opens the page of an input; the test fails when it logs an error, or asks for anything."""

    def look(content: bytes, **options: object) -> Page:
        file = tmp_path / "review.html"
        file.write_text(review("--format", "html", pipe=content).text, encoding="utf-8")
        page = browser.new_context(**options).new_page()  # type: ignore[arg-type] # a few of many keywords
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto(file.as_uri())
        assert asked == [file.as_uri()]
        return page

    return look


def test_draws_what_happens_and_says_it_too(look: Look) -> None:
    """A box for each pool, a tile for each node, an arrow for each that moves; and the same in words."""
    page = look(preview("team.digest.json"))

    expect(page.locator("figure > svg .pool")).to_have_count(4)
    counts = {"leaves": 3, "comes": 3, "removed": 1, "bought": 5, "stays": 8}
    for kind, count in counts.items():
        expect(page.locator(f"figure > svg .tile.{kind}")).to_have_count(count)
    expect(page.locator("figure > svg .move")).to_have_count(3)
    picture = page.get_by_role("img", name="Pools and what becomes of their nodes")
    expect(picture).to_have_accessible_description(
        "pool auto-pool-os: 8 nodes -> 4, 3 leave, 1 is removed; "
        "pool infer-pool-os: 2 nodes -> 7, 3 come, 2 are bought; pool gpu-pool-os: 2 nodes; "
        "pool team-blue, which is made: 0 nodes -> 3, 3 are bought"
    )
    expect(page.get_by_role("row", name="train auto-pool-os")).to_contain_text("remove 1 node: os-node-created-iudgf")


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_can_be_read_by_day_and_by_night(look: Look, scheme: str) -> None:
    """Text stands out from its ground; on a narrow screen nothing has to be scrolled sideways for it."""
    page = look(preview("refused.stream.json"), color_scheme=scheme, viewport={"width": 400, "height": 800})

    assert page.evaluate(UNREADABLE) == []
    expect(page.get_by_text("max_scale_in allows 0")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.long
def test_many_pools_are_one_page(look: Look) -> None:
    """The picture shows the first ones, the table all of them."""
    page = look(many(200))

    expect(page.locator("figure > svg .pool")).to_have_count(30)
    expect(page.locator("tbody tr")).to_have_count(200)

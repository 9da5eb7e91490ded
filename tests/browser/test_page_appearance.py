from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Fault, Request
from tests.browser.page import ask, expect, grow, press, tab_to, tiles
from tests.emulator.migrations import OTHER, body

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.page import Visit

UNREADABLE = """() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = ([red, green, blue]) => [red, green, blue]
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const ground = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const found = channels(getComputedStyle(each).backgroundColor);
            if (found.length === 3 || found[3] === 1) return found;
        }
        return [255, 255, 255];
    };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !element.checkVisibility()) continue;
        const pair = [channels(getComputedStyle(element).color), ground(element)].map(luminance).sort((a, b) => b - a);
        const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
        if (contrast < 4.5) found.push(`${walk.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
    }
    return found;
}"""
"""Texts that can be seen and have less contrast to what is behind them than WCAG 2.2 asks for at level AA."""


class TestAppearance:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everything_can_be_read(self, visit: "Visit", modelarts: Emulator, scheme: str) -> None:
        """All text has enough contrast, in light and in dark."""
        page = lively(visit, modelarts, color_scheme=scheme)

        is_light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 245, 247)"

        assert page.evaluate(UNREADABLE) == []
        assert is_light == (scheme == "light")

    @pytest.mark.parametrize("width", [360, 768, 1280, 2400])
    def test_it_fits(self, visit: "Visit", modelarts: Emulator, width: int) -> None:
        """Nothing needs to be scrolled sideways, on a telephone neither."""
        page = lively(visit, modelarts, width=width)

        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_less_motion(self, visit: "Visit", modelarts: Emulator) -> None:
        """Who wants less motion gets none."""
        page = visit(reduced_motion="reduce")
        expect(tiles(page, TRAIN_POOL)).to_have_count(2)

        ask(modelarts, "POST", f"pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE))
        modelarts.clock.advance(60)

        expect(tiles(page, INFER_POOL)).to_have_count(3)
        assert page.evaluate("document.getAnimations().length") == 0

    def test_structure(self, visit: "Visit") -> None:
        """Landmarks, headings and names are there for those who do not see, and ids are unique."""
        page = visit()
        expect(tiles(page, TRAIN_POOL)).to_have_count(2)

        for role in ("banner", "main"):
            expect(page.get_by_role(role)).to_have_count(1)
        titles = ["Pools", "Orders and jobs", "Training jobs", "Armed faults", "Journal"]
        for title in titles:
            expect(page.get_by_role("region", name=title, exact=True)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("ModelArts emulator")
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
        assert len(ids) == len(set(ids))
        tab_to(page, page.get_by_role("link", name="Skip to the pools"))
        press(page, "Enter")
        expect(page.get_by_role("heading", name="Pools")).to_be_focused()


def lively(visit: "Visit", emulator: Emulator, **options: object) -> "Page":
    """Have something of everything under way, and open the page with the details of an exchange."""
    emulator.faults.arm(Fault("listPools", status=503))
    emulator.handle(Request("GET", f"/v2/{PROJECT}/pools"))
    ask(emulator, "POST", f"pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE))
    grow(emulator, 6)
    ask(emulator, "PATCH", f"pools/{GPU_POOL}", {"spec": {"driver": {"gpuVersion": "515", "updateStrategy": "force"}}})
    ask(emulator, "POST", f"pools/{INFER_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-b7f3q"]})
    emulator.set_node_phase(TRAIN_POOL, OTHER, "Abnormal")
    emulator.finish_training_job(TRAINING_JOB, "Failed")
    emulator.clock.advance(10)
    page = visit(**options)
    expect(tiles(page, TRAIN_POOL, "Creating")).to_have_count(4)
    page.get_by_role("button", name="batchMigratePoolNodes").click()
    expect(page.get_by_label("Request body")).to_be_visible()
    return page

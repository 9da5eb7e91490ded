import re
from typing import TYPE_CHECKING

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Fault, Request
from tests.browser.page import expect, grow, press, tab_to, tiles

if TYPE_CHECKING:
    from tests.browser.page import Visit


class TestClock:
    def test_by_keyboard_alone(self, visit: "Visit", modelarts: Emulator) -> None:
        """Tab reaches each control, and keys work it; those who do not see are told."""
        page = visit()

        tab_to(page, page.get_by_role("button", name="Auto", exact=True))
        press(page, "Enter")
        expect(page.get_by_role("button", name="Auto", exact=True)).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("status")).to_have_text("Clock: Auto")
        tab_to(page, page.get_by_role("button", name="+10 s"))
        press(page, "Space")
        expect(page.get_by_role("status")).to_have_text("Advanced by 10 s")
        tab_to(page, page.get_by_label("Advance by"))
        page.keyboard.type("2m")
        press(page, "Enter")

        expect(page.get_by_text("2026-01-01 00:02:10")).to_be_visible()
        assert (modelarts.clock.mode, modelarts.clock.state.virtual % 3600) == ("auto", 130)

    def test_a_setting_of_its_own(self, visit: "Visit", modelarts: Emulator) -> None:
        """A clock that somebody else set shows how it runs, and time goes by without a request."""
        modelarts.clock.set_mode("scaled:37")

        page = visit()

        expect(page.get_by_role("button", name="37")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_text(re.compile(r"2026-01-01 00:0[1-9]:"))).to_be_visible()
        page.get_by_role("button", name="Frozen").click()
        expect(page.get_by_role("button", name="37")).to_have_count(0)

    def test_no_span_of_time(self, visit: "Visit", modelarts: Emulator) -> None:
        """What is no span of time is refused with what would be one, and nothing happens."""
        before = modelarts.clock.state
        page = visit()

        page.get_by_label("Advance by").fill("soon")
        page.get_by_role("button", name="Advance", exact=True).click()

        expect(page.get_by_role("alert")).to_have_text('"soon" is no span of time: write 90s, 15m or 2h')
        assert modelarts.clock.state == before

    def test_reset(self, visit: "Visit", modelarts: Emulator) -> None:
        """The world is reset when that is confirmed, and not before."""
        grow(modelarts, 3)
        page = visit()

        page.get_by_role("button", name="Reset world").click()
        with page.expect_response("**/state?*"):
            page.get_by_role("button", name="Cancel").click()
        assert len(modelarts.world()["orders"]) == 1
        page.get_by_role("button", name="Reset world").click()
        page.get_by_role("button", name="Reset", exact=True).click()

        expect(tiles(page, TRAIN_POOL)).to_have_count(2)
        expect(page.get_by_text("Nothing was asked yet.")).to_be_visible()
        assert modelarts.world()["orders"] == {}


class TestFaults:
    def test_armed_and_disarmed(self, visit: "Visit", modelarts: Emulator) -> None:
        """A rule shows as soon as it is armed, counts its hits, and goes with the button."""
        page = visit()
        expect(page.get_by_text("None: every request is answered as it should be.")).to_be_visible()
        modelarts.faults.arm(Fault("showPool", {"pool": TRAIN_POOL}, status=429, code="APIGW.0308", times=2))
        row = page.get_by_role("row", name="showPool answers 429 APIGW.0308")
        expect(row.get_by_role("cell")).to_have_text([re.compile("showPool"), "0", "2"])

        modelarts.handle(Request("GET", f"/v2/{PROJECT}/pools/{TRAIN_POOL}"))

        expect(row.get_by_role("cell")).to_have_text([re.compile("showPool"), "1", "1"])
        page.get_by_role("button", name="Disarm all").click()
        expect(row).to_have_count(0)
        expect(page.get_by_role("heading", name="Armed faults")).to_be_focused()
        assert modelarts.faults.armed() == []

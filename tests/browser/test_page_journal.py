from typing import TYPE_CHECKING

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Fault, Request
from tests.browser.page import ask, expect, grow, press, tab_to

if TYPE_CHECKING:
    from tests.browser.page import Visit


class TestJournal:
    def test_live(self, visit: "Visit", modelarts: Emulator) -> None:
        """Requests show as they come, the newest first, with what became of them."""
        page = visit()
        expect(page.get_by_text("Nothing was asked yet.")).to_be_visible()
        modelarts.faults.arm(Fault("listPools", status=503))
        modelarts.handle(Request("GET", f"/v2/{PROJECT}/pools"))
        expect(page.get_by_role("button", name="listPools")).to_be_visible()

        grow(modelarts, 3)

        expect(page.locator("#exchanges .open")).to_have_text(["patchPool", "listPools"])
        expect(page.locator("#exchanges .status")).to_have_text(["200 OK", "503 Unavailable"])
        expect(page.get_by_text("fault: 503 before")).to_be_visible()
        modelarts.journal.clear()
        expect(page.get_by_text("Nothing was asked yet.")).to_be_visible()

    def test_filter(self, visit: "Visit", modelarts: Emulator) -> None:
        """A word leaves the exchanges that contain it, whether they come before or after."""
        grow(modelarts, 3)
        ask(modelarts, "GET", "pools")
        page = visit()
        expect(page.locator("#exchanges .open")).to_have_text(["listPools", "patchPool"])
        expect(page.get_by_text("2 exchanges", exact=True)).to_be_visible()

        page.get_by_label("Filter").fill("PATCH")

        expect(page.locator("#exchanges .open")).to_have_text(["patchPool"])
        ask(modelarts, "GET", "pools")
        expect(page.get_by_text("1 of 3 shown")).to_be_visible()
        page.get_by_label("Filter").fill("nothing")
        expect(page.get_by_text("Nothing matches.")).to_be_visible()

    def test_bodies(self, visit: "Visit", modelarts: Emulator) -> None:
        """An exchange opens to what was sent and answered, and stays open while others come."""
        grow(modelarts, 3)
        page = visit()

        tab_to(page, page.get_by_role("button", name="patchPool"))
        press(page, "Enter")

        expect(page.get_by_role("button", name="patchPool")).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_label("Request body")).to_contain_text('"count": 3')
        expect(page.get_by_label("Response body")).to_contain_text(TRAIN_POOL)
        ask(modelarts, "GET", "pools")
        expect(page.get_by_role("button", name="listPools")).to_be_visible()
        expect(page.get_by_label("Request body")).to_be_visible()
        press(page, "Enter")
        expect(page.get_by_label("Request body")).to_be_hidden()

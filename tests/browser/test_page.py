import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Fault, Request
from tests import missing
from tests.emulator.migrations import body
from tests.emulator.wire import CPU, cpu, world

try:
    from playwright.sync_api import expect
except ImportError:
    pytest.skip(f"{missing.PREFIX}Playwright: it is not installed", allow_module_level=True)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    Visit = Callable[..., Page]

OTHER = "os-node-created-k9x2v"
HOSTILE = "<img src=x onerror=alert(1)>"

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


def ask(emulator: Emulator, method: str, path: str, document: object = None) -> None:
    """Do what a client does."""
    answer = emulator.handle(Request.of_json(method, f"/v2/{PROJECT}/{path}", document))
    assert answer.status in {200, 202}


def grow(emulator: Emulator, count: int) -> None:
    """Scale the training pool."""
    ask(emulator, "PATCH", f"pools/{TRAIN_POOL}", {"spec": {"resources": [cpu(count)]}})


def card(page: "Page", pool: str) -> "Locator":
    """The card of a pool."""
    return page.locator(f'[data-pool="{pool}"]')


def tiles(page: "Page", pool: str, phase: str = "") -> "Locator":
    """The tiles of a pool, or those of one phase."""
    return card(page, pool).get_by_role("group").get_by_role("button", name=phase)


def press(page: "Page", *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: "Page", target: "Locator") -> None:
    """Press Tab until something has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(40):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {target}")


class TestPools:
    def test_shows_pools_and_their_nodes(self, visit: "Visit") -> None:
        """Each pool has a card with its name, phase and counts, and a tile for each node."""
        page = visit()

        expect(page.get_by_role("article").get_by_role("heading")).to_have_text(
            ["auto-pool-os", "gpu-pool-os", "infer-pool-os"]
        )
        expect(page.get_by_text("3 pools, 6 nodes")).to_be_visible()
        expect(card(page, TRAIN_POOL)).to_contain_text("Running")
        expect(card(page, TRAIN_POOL)).to_contain_text("2 declared")
        expect(card(page, TRAIN_POOL)).to_contain_text("2 Available")
        expect(card(page, GPU_POOL)).to_contain_text("GPU driver 440.33")
        expect(tiles(page, TRAIN_POOL)).to_have_count(2)
        expect(tiles(page, TRAIN_POOL).first).to_have_accessible_name(f"{NODE}: Available")
        busy = tiles(page, GPU_POOL).first
        expect(busy).to_have_accessible_name("os-node-created-72w8d: Available, busy with a training job")

    def test_growing(self, visit: "Visit", modelarts: Emulator) -> None:
        """New nodes show as they are made, and become available when the page's own button moves the clock."""
        page = visit()
        grow(modelarts, 4)

        expect(tiles(page, TRAIN_POOL, "Creating")).to_have_count(2)
        expect(page.get_by_text("Scale auto-pool-os")).to_be_visible()
        expect(page.get_by_role("progressbar", name="Scale auto-pool-os: progress")).to_be_visible()
        page.get_by_role("button", name="+15 min").click()

        expect(tiles(page, TRAIN_POOL, "Available")).to_have_count(4)
        expect(page.get_by_text("Finished: 1")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)
        assert modelarts.clock.now() == modelarts.clock.state.virtual

    def test_the_next_event(self, visit: "Visit", modelarts: Emulator) -> None:
        """One button moves time to exactly the moment at which the next thing happens."""
        grow(modelarts, 3)
        page = visit()

        for left in ("5 s", "55 s"):
            page.get_by_role("button", name=f"Next event, in {left}").click()

        expect(tiles(page, TRAIN_POOL, "Checking")).to_have_count(1)

    def test_a_migration(self, visit: "Visit", modelarts: Emulator) -> None:
        """A node that moves is marked; then its tile is in the other pool, where it checks itself."""
        page = visit()
        expect(tiles(page, INFER_POOL)).to_have_count(2)
        ask(modelarts, "POST", f"pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE))

        expect(tiles(page, TRAIN_POOL, f"{NODE}: Available, moving")).to_have_count(1)
        expect(page.get_by_text("auto-pool-os → infer-pool-os, 0 of 1 arrived")).to_be_visible()
        page.get_by_role("button", name="+1 min").click()

        expect(tiles(page, INFER_POOL, f"{NODE}: Checking")).to_have_count(1)
        expect(tiles(page, TRAIN_POOL)).to_have_count(1)
        expect(tiles(page, INFER_POOL)).to_have_count(3)

    def test_a_large_pool(self, visit: "Visit", modelarts: Emulator) -> None:
        """Of very many nodes some are shown, and the page says which."""
        modelarts.seed(world(large={"resources": [cpu(2000)]}))

        page = visit()

        expect(tiles(page, f"large-{PROJECT}")).to_have_count(400)
        expect(page.get_by_text("400 of 2,000 nodes shown")).to_be_visible()

    def test_text_stays_text(self, visit: "Visit", modelarts: Emulator) -> None:
        """A name that looks like markup is shown as it is written, wherever it comes from."""
        pool = {"resources": [cpu(1)], "labels": {"os.modelarts/name": HOSTILE}, "nodes": {HOSTILE: {}}}
        given = world(one={**pool, "message": HOSTILE})
        jobs = {"job": {"pool": f"one-{PROJECT}", "document": {"metadata": {"description": HOSTILE}}}}
        given["projects"][PROJECT]["training_jobs"] = jobs
        modelarts.seed(given)
        modelarts.handle(Request("GET", f"/v9/{HOSTILE}?a={HOSTILE}"))

        page = visit()
        expect(page.get_by_role("article").get_by_role("heading")).to_have_text(HOSTILE)
        tiles(page, f"one-{PROJECT}").click()

        expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(HOSTILE)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="unknown path").click()
        expect(page.get_by_text(f"a = {HOSTILE}")).to_be_visible()
        expect(page.locator("img")).to_have_count(0)

    def test_projects(self, visit: "Visit", modelarts: Emulator) -> None:
        """Where there are several projects one is chosen, and a reload keeps the choice."""
        pools = {"network": "network-a", "resources": [cpu(1)]}
        twin = f"pool-of-another-project-{PROJECT[::-1]}"
        given = world(one={"resources": [cpu(1)]})
        given["projects"]["other"] = {"pools": {twin: pools}}
        modelarts.seed(given)
        page = visit()

        page.get_by_label("Project").select_option("other")

        expect(page.get_by_role("article")).to_have_count(1)
        expect(card(page, twin)).to_be_visible()
        page.reload()
        expect(card(page, twin)).to_be_visible()


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


class TestDetails:
    def test_by_keyboard_alone(self, visit: "Visit", modelarts: Emulator) -> None:
        """Arrow keys move between nodes, Enter shows one, Escape closes it, and focus is back where it was."""
        modelarts.seed(world(one={"resources": [cpu(30)]}))
        page = visit()
        nodes = tiles(page, f"one-{PROJECT}")
        tab_to(page, nodes.first)

        press(page, "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown")
        below = page.evaluate("document.activeElement.getAttribute('data-node')")
        press(page, "Enter")

        expect(page.get_by_role("dialog", name=below)).to_contain_text(CPU)
        press(page, "Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator(f'[data-node="{below}"]')).to_be_focused()
        first, second = nodes.nth(1).bounding_box(), page.locator(f'[data-node="{below}"]').bounding_box()
        assert first is not None
        assert second is not None
        assert (second["x"], second["y"] > first["y"]) == (first["x"], True)
        press(page, "ArrowUp")
        expect(nodes.nth(1)).to_be_focused()
        press(page, "End")
        expect(nodes.last).to_be_focused()
        press(page, "Tab")
        expect(nodes).to_have_count(30)
        assert page.evaluate("document.activeElement.closest('.tiles')") is None

    def test_a_node_that_moves_meanwhile(self, visit: "Visit", modelarts: Emulator) -> None:
        """The dialog stays current, and focus goes to the node where it is then."""
        ask(modelarts, "POST", f"pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE))
        page = visit()
        tiles(page, TRAIN_POOL, NODE).click()
        expect(page.get_by_role("dialog")).to_contain_text("Moves toinfer-pool-os-…")

        modelarts.clock.advance(60)

        expect(page.get_by_role("dialog")).to_contain_text(f"Pool id{INFER_POOL}")
        press(page, "Escape")
        expect(tiles(page, INFER_POOL, NODE)).to_be_focused()

    def test_a_node_that_goes_meanwhile(self, visit: "Visit", modelarts: Emulator) -> None:
        """Who is on a node that vanishes finds themselves on one of its neighbours."""
        page = visit()
        tab_to(page, tiles(page, TRAIN_POOL).first)

        ask(modelarts, "POST", f"pools/{TRAIN_POOL}/nodes/batch-delete", {"deleteNodeNames": [NODE]})
        modelarts.clock.advance(60)

        expect(tiles(page, TRAIN_POOL)).to_have_count(1)
        expect(tiles(page, TRAIN_POOL, OTHER)).to_be_focused()


class TestAppearance:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everything_can_be_read(self, visit: "Visit", modelarts: Emulator, scheme: str) -> None:
        """All text has enough contrast, in light and in dark."""
        lively(modelarts)
        page = visit(color_scheme=scheme)
        expect(tiles(page, TRAIN_POOL, "Creating")).to_have_count(4)
        page.get_by_role("button", name="batchMigratePoolNodes").click()
        expect(page.get_by_label("Request body")).to_be_visible()

        is_light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 245, 247)"

        assert page.evaluate(UNREADABLE) == []
        assert is_light == (scheme == "light")

    @pytest.mark.parametrize("width", [360, 768, 1280, 2400])
    def test_it_fits(self, visit: "Visit", modelarts: Emulator, width: int) -> None:
        """Nothing needs to be scrolled sideways, on a telephone neither."""
        lively(modelarts)
        page = visit(width=width)
        expect(tiles(page, TRAIN_POOL, "Creating")).to_have_count(4)
        page.get_by_role("button", name="batchMigratePoolNodes").click()
        expect(page.get_by_label("Request body")).to_be_visible()

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


class TestConnection:
    def test_a_server_that_comes_back(self, visit: "Visit", troubles: list[str], tmp_path: Path) -> None:
        """While the server is gone the page says so and keeps what it shows; then it shows what there is by then."""
        before, after = tmp_path / "before.db", tmp_path / "after.db"
        with Emulator.open(before, clock="frozen") as emulator:
            ask(emulator, "GET", "pools")
        with Emulator.open(after, clock="frozen") as emulator:
            grow(emulator, 3)

        with served(before, 0) as url:
            page = visit(url)
            expect(page.locator("#exchanges .open")).to_have_text(["listPools"])
        expect(page.get_by_text("Connection lost, trying again").first).to_be_visible()
        expect(tiles(page, TRAIN_POOL)).to_have_count(2)
        expect(page.locator("#exchanges .open")).to_have_text(["listPools"])
        with served(after, int(url.rpartition(":")[2])):
            expect(page.get_by_text("Connected").first).to_be_visible()
            expect(tiles(page, TRAIN_POOL)).to_have_count(3)
            expect(page.locator("#exchanges .open")).to_have_text(["patchPool"])
            page.close()

        refused = [text for text in troubles if "ERR_CONNECTION_REFUSED" in text]
        troubles[:] = [text for text in troubles if text not in refused]
        assert refused


def lively(emulator: Emulator) -> None:
    """Have something of everything under way."""
    emulator.faults.arm(Fault("listPools", status=503))
    emulator.handle(Request("GET", f"/v2/{PROJECT}/pools"))
    ask(emulator, "POST", f"pools/{TRAIN_POOL}/nodes/batch-migrate", body(NODE))
    grow(emulator, 6)
    ask(emulator, "PATCH", f"pools/{GPU_POOL}", {"spec": {"driver": {"gpuVersion": "515", "updateStrategy": "force"}}})
    ask(emulator, "POST", f"pools/{INFER_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-b7f3q"]})
    emulator.set_node_phase(TRAIN_POOL, OTHER, "Abnormal")
    emulator.finish_training_job(TRAINING_JOB, "Failed")
    emulator.clock.advance(10)


@contextmanager
def served(file: Path, port: int) -> Iterator[str]:
    """Serve a world file in a process of its own; its address."""
    command = [sys.executable, "-m", "modelarts_emulator", "serve", "--file", str(file), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        banner = process.stdout.readline()
        try:
            yield banner.split()[3].rstrip(",")
        finally:
            process.send_signal(signal.SIGTERM)

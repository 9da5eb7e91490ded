from typing import TYPE_CHECKING

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, Emulator, Request
from tests.browser.page import ask, card, expect, grow, press, tab_to, tiles
from tests.emulator.migrations import OTHER, body
from tests.emulator.wire import CPU, cpu, world

if TYPE_CHECKING:
    from tests.browser.page import Visit

HOSTILE = "<img src=x onerror=alert(1)>"


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

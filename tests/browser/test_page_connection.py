import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from modelarts_emulator import TRAIN_POOL, Emulator
from tests.browser.page import ask, expect, grow, tiles

if TYPE_CHECKING:
    from tests.browser.page import Visit


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

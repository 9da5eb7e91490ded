import importlib.util
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator.wire.server import Server
from tests import missing
from tools import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

PATIENCE = 10_000
"""Milliseconds until something that is expected has to be there."""


# Not for the session: while it lives, its event loop runs in this thread, and no other test could run one.
@pytest.fixture(scope="package")
def browser() -> Iterator["Browser"]:
    """A real browser without a window; tests that need one are skipped, and counted at the end, where there is none."""
    if importlib.util.find_spec("playwright") is None:
        missing.skip("Playwright", "it is not installed")
    program = chromium.find()
    if program is None:
        missing.skip("Chromium", f"none of {', '.join(chromium.NAMES)} is on PATH")
    from playwright.sync_api import Error, expect, sync_playwright  # noqa: PLC0415 - may be missing, see above

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=program, args=chromium.arguments())
        except Error as error:
            missing.skip("a Chromium that starts", f"{program}: {error.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture
def troubles() -> list[str]:
    """What went wrong in the browser; a test that expects something there takes it out."""
    return []


@pytest.fixture
def visit(browser: "Browser", modelarts_server: Server, troubles: list[str]) -> Iterator[Callable[..., "Page"]]:
    """Opens the page in a window of its own.

    The test fails when the page logs an error, breaks its own policy, or asks another host.
    """
    opened = []

    def visit(url: str = modelarts_server.url, width: int = 1280, height: int = 900, **options: object) -> "Page":
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type] # a few of many keywords
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        page = context.new_page()

        def check_host(request: "Request") -> None:
            if not request.url.startswith((f"{url}/", "data:")):
                troubles.append(f"foreign: {request.url}")

        page.on("request", check_host)
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.goto(f"{url}/_emulator/")
        return page

    yield visit
    for context in opened:
        context.close()
    assert troubles == []

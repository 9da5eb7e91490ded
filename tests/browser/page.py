"""The emulator's page in a browser, and requests that change what it shows."""

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Request
from tests import missing
from tests.emulator.wire import cpu

try:
    from playwright.sync_api import expect
except ImportError:
    pytest.skip(f"{missing.PREFIX}Playwright: it is not installed", allow_module_level=True)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    Visit = Callable[..., Page]

__all__ = ["ask", "card", "expect", "grow", "press", "tab_to", "tiles"]


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

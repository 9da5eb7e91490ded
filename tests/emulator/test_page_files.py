import re
from pathlib import Path

import pytest

from modelarts_emulator import Emulator
from modelarts_emulator.console import page as page_package
from modelarts_emulator.console.page import FILES
from modelarts_emulator.messages import Request
from tests.emulator.page import fetch
from tests.emulator.wire import Wire, error_code

FOLDER = Path(page_package.__file__).parent
ASSETS = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
SECURITY = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def colours(block: str) -> dict[str, str]:
    """Colours that a block of the sheet gives names to."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = ASSETS["app.css"].split("@media (prefers-color-scheme: dark)")
COLOURS = {"light": colours(LIGHT), "dark": colours(DARK)}


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a colour as WCAG 2.2 defines it, from 0 to 1."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestFiles:
    @pytest.mark.loopback
    @pytest.mark.parametrize("name", ["", *FILES])
    def test_each_is_served_with_its_type_and_guards(self, wire: Wire, name: str) -> None:
        """A file comes whole, as what it is, unstored, and under a policy that allows nothing but the page's own."""
        answer = fetch(wire, name)

        kinds = {"": "text/html", "html": "text/html", "css": "text/css", "js": "text/javascript"}
        assert answer.status_code == 200
        assert answer.text == ASSETS[name or "index.html"]
        assert answer.headers["content-type"] == f"{kinds[name.rpartition('.')[2]]}; charset=utf-8"
        assert {field: answer.headers[field] for field in SECURITY} == SECURITY

    def test_the_table_lists_what_the_folder_has(self) -> None:
        """Every file of the folder is served, and every file that is served exists."""
        assert {path.name for path in FOLDER.iterdir() if path.suffix not in {".py", ""}} == set(FILES)

    @pytest.mark.parametrize(
        "path",
        [
            "../control/about.py",
            "%2e%2e/control/about.py",
            "..%2fcontrol%2fabout.py",
            "__init__.py",
            "page/app.js",
            "app.js/",
            "/app.js",
        ],
    )
    def test_nothing_else_is_read(self, modelarts: Emulator, path: str) -> None:
        """No path leads to another file, one that no client has tidied up neither."""
        answer = modelarts.handle(Request("GET", f"/_emulator/{path}"))

        assert (answer.status, answer.json()["error_code"]) == (404, "Emulator.0003")

    @pytest.mark.loopback
    def test_the_address_without_a_slash_leads_to_it(self, wire: Wire) -> None:
        """Relative names need the slash, so an address without it is sent on."""
        answer = wire.client.get(f"{wire.base}/_emulator")

        assert (answer.status_code, answer.headers["location"]) == (307, "/_emulator/")

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_it_is_only_read(self, wire: Wire, method: str) -> None:
        """Nobody can write to the page."""
        answer = wire.client.request(method, f"{wire.base}/_emulator/app.js")

        assert error_code(answer) == (404, "Emulator.0003")


def found_in_assets(pattern: str) -> dict[str, set[str]]:
    """What a pattern finds in each file of the page; files without any are left out."""
    found = {name: set(re.findall(pattern, text)) for name, text in ASSETS.items()}
    return {name: texts for name, texts in found.items() if texts}


class TestAssets:
    def test_name_no_other_host(self) -> None:
        """Everything a browser loads comes from the emulator; the one URL is the name of a vocabulary."""
        addresses = found_in_assets(r"(?:https?:)?//[a-z][\w.-]+[^'\"\s]*")

        assert {name: found for name, found in addresses.items() if found != {"http://www.w3.org/2000/svg"}} == {}

    def test_load_only_files_that_are_served(self) -> None:
        """Each import, script and sheet is in the table."""
        loaded = found_in_assets(r"""(?:from |src=|<link rel="stylesheet" href=)"\.?/?([^"]+)";?""")

        assert "app.js" in loaded["index.html"]
        assert {name: found for name, found in loaded.items() if not found <= set(FILES)} == {}

    def test_parse_no_markup_and_carry_no_inline_code(self) -> None:
        """No way leads from data to markup or code, and nothing needs a hole in the policy."""
        forbidden = (
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|\bstyle=|\son\w+="
        )

        assert found_in_assets(forbidden) == {}

    def test_are_of_a_readable_size(self) -> None:
        """No file is longer than 300 lines."""
        assert {name: lines for name, text in ASSETS.items() if (lines := len(text.splitlines())) > 300} == {}


def fainter_than(least: float, pairs: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Pairs of colours that have less contrast than this, with the scheme in which they do."""
    return [
        (scheme, one, other)
        for scheme, named in COLOURS.items()
        for one, other in pairs
        if contrast(named[one], named[other]) < least
    ]


class TestColours:
    def test_text_can_be_read(self) -> None:
        """Text has a contrast of at least 4.5 (WCAG 2.2, AA), in the light and in the dark."""
        pairs = [
            *((text, ground) for text in ("ink", "quiet") for ground in ("page", "card", "sunken")),
            *((name, ground) for name in ("good", "bad", "open") for ground in ("card", f"{name}-soft")),
            *((f"on-{name}", name) for name in ("accent", "available", "creating", "checking", "abnormal", "deleting")),
            ("ink", "available"),
        ]

        assert fainter_than(4.5, pairs) == []

    def test_shapes_can_be_seen(self) -> None:
        """What outlines a control, a tile or the focus has a contrast of at least 3 (WCAG 2.2, AA)."""
        pairs = [
            *((name, "card") for name in ("edge", "accent", "moving")),
            *((f"{name}-edge", "card") for name in ("available", "creating", "checking", "abnormal", "deleting")),
            ("accent", "sunken"),
        ]

        assert fainter_than(3, pairs) == []

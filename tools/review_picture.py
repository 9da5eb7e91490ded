"""Renew the picture of a review's page in the documentation: `python -m tools.review_picture`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from pulumi_modelarts.cli.review.page import page
from pulumi_modelarts.cli.review.reading import report
from tools import chromium
from tools.paths import ROOT

PREVIEW = ROOT / "tests" / "cli" / "previews" / "team.digest.json"
PICTURE = ROOT / "docs" / "review-page.png"
SIZE = (1200, 900)
"""Width of the picture in pixels, and the least of its height."""


def main() -> int:
    """Take the picture; return the exit status."""
    browser = chromium.find()
    if browser is None:
        sys.stderr.write("no Chromium on PATH; see tools/chromium.py\n")
        return 1
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "review.html"
        file.write_text(page(report([("preview.json", PREVIEW.read_bytes())]), None), encoding="utf-8")
        started = playwright.chromium.launch(executable_path=browser, args=chromium.arguments())
        window = started.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
        window.goto(file.as_uri())
        window.screenshot(path=PICTURE, animations="disabled", full_page=True)
        started.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

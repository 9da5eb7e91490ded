"""Make a site of the pages and of the reference, and say where it is: `python -m tools.documentation`.

What was read once is kept beside it, so that the next time only pages are read that have changed.
"""

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from tools.paths import ROOT

SITE = ROOT / "site"
"""The folder that the site is made in; git ignores it."""

STRICT = ["--fail-on-warning", "--keep-going", "--nitpicky"]
"""Every warning is told, and fails the run."""


def main() -> int:
    """Make the site, and print where its first page is; anything that Sphinx warns of fails."""
    status = make(SITE)
    if status == 0:
        sys.stdout.write(f"{SITE / 'docs' / 'index.html'}\n")
    return status


def make(site: Path) -> int:
    """Make the site; 0 when there is nothing that Sphinx warns of.

    Args:
        site: The folder to make it in.
    """
    known = site / ".doctrees"
    places = ["--conf-dir", str(ROOT / "docs"), "--doctree-dir", str(known), str(ROOT), str(site)]
    status = build_main(["--quiet", "--jobs", "auto", *STRICT, *places])
    if status != 0:
        shutil.rmtree(known, ignore_errors=True)  # what was read is not warned of again
    return status


if __name__ == "__main__":
    sys.exit(main())

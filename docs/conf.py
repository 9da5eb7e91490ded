"""What makes a site of the pages: `make docs` runs it.

The root of the sources is the root of the tree, so that a link between two pages means the same here and where the
tree is looked at, `../CONTRIBUTING.md` and `docs/fleet.md` of the README included.
"""

from __future__ import annotations

from importlib.metadata import version as installed

project = "pulumi-modelarts"
author = "the maintainers"
project_copyright = "the maintainers; Apache-2.0"
version = release = installed("pulumi-modelarts")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
include_patterns = ["docs/**", "*.md", "bench/README.md", "tools/modelarts-emulator/README.md"]
exclude_patterns = ["**/.*", "**/__pycache__", "provider", "tests", "stacks", "dist", "site"]
root_doc = "docs/index"

myst_heading_anchors = 4
suppress_warnings = ["toc.not_readable", "toc.not_included"]  # pages that are still to come

html_theme = "furo"
html_title = project
html_copy_source = False

"""What makes a site of the pages: `make docs` runs it.

The root of the sources is the root of the tree, so that a link between two pages means the same here and where the
tree is looked at, `../CONTRIBUTING.md` and `docs/fleet.md` of the README included.
"""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import TYPE_CHECKING

from sphinx.util.docstrings import prepare_docstring

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "pulumi-modelarts"
author = "the maintainers"
project_copyright = "the maintainers; Apache-2.0"
version = release = installed("pulumi-modelarts")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
include_patterns = ["docs/**", "*.md", "bench/README.md", "tools/modelarts-emulator/README.md"]
exclude_patterns = [".*", "provider", "tests", "stacks", "dist", "site"]
root_doc = "docs/index"

myst_heading_anchors = 4
suppress_warnings = ["toc.not_readable", "toc.not_included"]  # pages that are still to come

default_role = "py:obj"  # `name` in a docstring is a link where it can be one, and code otherwise
nitpick_ignore_regex = [
    ("py:obj", ".*"),
    ("py:class", r"(pulumi\.output\.)?(Input|Output)|(Invoke|InvokeOutput|Resource)Options"),
    ("py:class", r"collections\.abc\.\w+|os\.PathLike|Path"),
    ("py:class", r"Arrangement|Handling|Loss|Store|Target|.*\._Target"),  # what the emulator itself is made of
    ("py:exc", "ProgramError"),  # the page about errors says what it is
]
autoclass_content = "both"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_use_ivar = True
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = project
html_copy_source = False


def setup(app: Sphinx) -> None:
    """Registers what the settings above cannot say."""
    app.connect("autodoc-process-docstring", keep_whole, priority=600)  # after napoleon
    app.connect("autodoc-skip-member", skip_fields)


def keep_whole(_: Sphinx, what: str, __: str, member: object, ___: object, lines: list[str]) -> None:
    """Keeps the docstring of a property whole, of which napoleon takes what stands before a colon for its type."""
    if what == "property":
        lines[:] = prepare_docstring(member.__doc__ or "")


def skip_fields(_: Sphinx, __: str, ___: str, member: object, ____: bool, _____: object) -> bool | None:  # noqa: FBT001 - Sphinx calls it so
    """Leaves out the fields of a named tuple, which stand in its docstring."""
    return True if type(member).__name__ == "_tuplegetter" else None

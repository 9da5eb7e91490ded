"""What makes a site of the pages: `make docs` runs it.

The root of the sources is the root of the tree, so that a link between two pages means the same here and where the
tree is looked at, `../CONTRIBUTING.md` and `docs/fleet.md` of the README included.
"""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout, suppress
from importlib.metadata import entry_points, metadata
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.directives import ObjectDescription
from sphinx.domains.python import PythonDomain
from sphinx.util.docstrings import prepare_docstring
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_ABOUT = metadata("pulumi-modelarts")
_REPOSITORY = dict(line.split(", ") for line in _ABOUT.get_all("Project-URL") or [])["Homepage"]

project = "pulumi-modelarts"
author = "the maintainers"
project_copyright = "the maintainers; Apache-2.0"
version = release = _ABOUT["Version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
include_patterns = ["docs/**", "*.md", "bench/README.md", "tools/modelarts-emulator/README.md"]
exclude_patterns = [".*", "provider", "tests", "stacks", "dist", "site"]
root_doc = "docs/index"

myst_heading_anchors = 4
smartquotes_action = "D"  # dashes alone: what stands in quotes is to be copied
highlight_language = "text"

default_role = "py:obj"  # `name` in a docstring is a link where it can be one, and code otherwise
nitpick_ignore_regex = [
    ("py:obj", ".*"),
    ("py:class", r"(pulumi\.output\.)?(Input|Output)|(Invoke|InvokeOutput|Resource)Options"),
    ("py:class", r"collections\.abc\.\w+|os\.PathLike|Path"),
    # what the emulator itself is made of
    ("py:class", r"Arrangement|EmulatorTransport|Handling|Loss|SetAside|Store|Target|.*\._Target"),
    ("py:exc", "ProgramError"),  # the page about errors says what it is
]
autoclass_content = "both"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_preserve_defaults = True
napoleon_use_ivar = True
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = project
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {
    "source_repository": _REPOSITORY,
    "source_branch": "main",
    "source_directory": "",
    "top_of_page_buttons": ["view"],
}
pygments_dark_style = "github-dark"


def setup(app: Sphinx) -> None:
    """Registers what the settings above cannot say."""
    app.connect("autodoc-process-docstring", keep_whole, priority=600)  # after napoleon
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("doctree-read", link_to_tree, priority=400)  # before files are taken along
    app.add_directive("help-of", HelpOf)
    kind = PythonDomain.directives["class"]
    for field in kind.doc_field_types if issubclass(kind, ObjectDescription) else ():
        if field.name == "variable":
            field.label = "Attributes"


def keep_whole(_: Sphinx, what: str, __: str, member: object, ___: object, lines: list[str]) -> None:
    """Keeps the docstring of a property whole, of which napoleon takes what stands before a colon for its type."""
    if what == "property":
        lines[:] = prepare_docstring(member.__doc__ or "")


def skip_fields(_: Sphinx, __: str, ___: str, member: object, ____: bool, _____: object) -> bool | None:  # noqa: FBT001 - Sphinx calls it so
    """Leaves out the fields of a named tuple, which stand in its docstring."""
    return True if type(member).__name__ == "_tuplegetter" else None


def link_to_tree(app: Sphinx, doctree: nodes.document) -> None:
    """Makes a link to a file that is no page lead to where the tree is looked at, and not to a copy."""
    folder = Path(doctree["source"]).parent
    for link in list(doctree.findall(download_reference)):
        file = (folder / link["reftarget"]).resolve().relative_to(app.srcdir)
        link.replace_self(nodes.reference("", "", *link.children, refuri=f"{_REPOSITORY}/blob/main/{file}"))


class HelpOf(SphinxDirective):
    """What a command says with `--help`: ```` ```{help-of} modelarts doctor ````."""

    required_arguments: ClassVar = 1
    final_argument_whitespace: ClassVar = True

    def run(self) -> list[nodes.Node]:
        """Returns it as a block; what a command says is asked for anew each time."""
        self.env.note_reread()
        command, *words = self.arguments[0].split()
        (found,) = entry_points(group="console_scripts", name=command)
        os.environ["COLUMNS"] = "90"  # argparse asks for the width there
        with redirect_stdout(io.StringIO()) as told, suppress(SystemExit):
            found.load()([*words, "--help"])
        return [nodes.literal_block(told.getvalue(), told.getvalue(), language="text")]

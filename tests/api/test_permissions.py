"""What the documentation says of IAM permissions is what stands beside each request."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from pulumi_modelarts import api

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN = "| request | what it does | permission |\n|---|---|---|\n"


def rows() -> Iterator[str]:
    """A row for each method whose docstring states a permission."""
    for module in pkgutil.iter_modules(api.__path__):
        loaded = importlib.import_module(f"{api.__name__}.{module.name}")
        own = [kind for _, kind in inspect.getmembers(loaded, inspect.isclass) if kind.__module__ == loaded.__name__]
        for name, method in ((name, method) for kind in own for name, method in vars(kind).items()):
            text = inspect.getdoc(method) if inspect.isfunction(method) else None
            if text and (found := re.search(r"^Permission: (.+)$", text, re.MULTILINE)):
                yield f"| `{module.name}.{name}` | {text.splitlines()[0].rstrip('.')} | {found[1]} |\n"


def test_the_page_names_the_permission_of_each_request() -> None:
    """A request that is new, or a permission that has changed, shows in the table."""
    table = BEGIN + "".join(rows())

    assert table.count("\n") > 20
    assert table in PAGE.read_text(encoding="utf-8")

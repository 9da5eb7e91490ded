"""The page of permissions says what the operations say, and no request is without one."""

import importlib
import json
import pkgutil
import re
from pathlib import Path

from pulumi_modelarts import api
from pulumi_modelarts.api.operation import Operation
from pulumi_modelarts.api.rights import OPERATIONS, actions

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")
BEGIN = "| operation | action | stated | previews | asked for |\n|---|---|---|---|---|\n"
JSON = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def row(operation: Operation) -> str:
    """The row of an operation."""
    action = f"`{operation.action}`" if operation.action else "none"
    previews = "yes" if operation.previews else ""
    return f"| {operation.name} | {action} | {operation.stated.value} | {previews} | {operation.purpose} |\n"


def declared() -> dict[str, Operation]:
    """Every operation that the client declares, by name."""
    modules = [importlib.import_module(f"{api.__name__}.{each.name}") for each in pkgutil.iter_modules(api.__path__)]
    found = [each for module in modules for each in vars(module).values() if isinstance(each, Operation)]
    return {operation.name: operation for operation in found}


def test_the_page_lists_every_operation() -> None:
    """One that is new, or takes another action, shows in the table."""
    assert BEGIN + "".join(map(row, OPERATIONS)) in PAGE


def test_nothing_that_the_provider_asks_is_left_out() -> None:
    """What is declared is listed, unless only the client knows it."""
    assert set(OPERATIONS) == {operation for operation in declared().values() if operation.purpose}


def test_the_policies_allow_what_is_asked_and_no_more() -> None:
    """The first is for previews, the second for runs; each can be pasted."""
    policies = [json.loads(text) for text in JSON.findall(PAGE)]

    assert policies == [
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(actions(previews_only=True))}]},
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(actions())}]},
    ]


def test_who_may_only_preview_may_write_nothing() -> None:
    """Whatever a preview asks only reads."""
    assert [str(operation) for operation in OPERATIONS if operation.previews and not operation.only_reads] == []

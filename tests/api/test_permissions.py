"""The page of permissions says what the operations say, and no request is without one."""

import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.service.operation import NONE_NEEDED
from modelarts_emulator.service.urls import OPERATIONS as SERVED
from pulumi_modelarts import api
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import PermissionDeniedError
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.rights import OPERATIONS, actions
from tests.api.credentials import USER, settings_with
from tests.clocks import FakeClock
from tests.operations import emulated

NAMED: Mapping[str, Any] = {"metadata": {"labels": {"os.modelarts/name": "made"}}}
ASKED: Mapping[str, Callable[[Client], object]] = {
    "KeystoneCreateUserTokenByPassword": lambda client: client.resource_pools.list(),
    "ListPools": lambda client: client.resource_pools.list(),
    "ShowPool": lambda client: client.resource_pools.get(TRAIN_POOL),
    "CreatePool": lambda client: client.resource_pools.create(NAMED),
    "PatchPool": lambda client: client.resource_pools.patch(TRAIN_POOL, {}),
    "DeletePool": lambda client: client.resource_pools.delete(TRAIN_POOL),
    "BatchCreatePoolTags": lambda client: client.pool_tags.add(TRAIN_POOL, {"a": "b"}),
    "BatchDeletePoolTags": lambda client: client.pool_tags.delete(TRAIN_POOL, {"a": "b"}),
    "ShowOrder": lambda client: client.orders.get("order-1"),
    "ListResourceFlavors": lambda client: client.resource_flavors.every(),
    "ShowNetworkAvailableIp": lambda client: client.networks.count_free_addresses("network-a"),
    "ListPoolNodes": lambda client: client.nodes.list(TRAIN_POOL),
    "BatchDrainPoolNodes": lambda client: client.nodes.drain(TRAIN_POOL, [NODE]),
    "BatchDeletePoolNodes": lambda client: client.nodes.delete(TRAIN_POOL, [NODE]),
    "BatchMigratePoolNodes": lambda client: client.node_migrations.start(
        TRAIN_POOL, Move((NODE,), TRAIN_POOL, INFER_POOL, INFER_POOL, "f")
    ),
    "ListJobs": lambda client: client.jobs.list(TRAIN_POOL),
    "ShowJob": lambda client: client.jobs.get("job-1"),
    "ListWorkloads": lambda client: client.workloads.list(TRAIN_POOL),
    "ListTrainingJobs": lambda client: client.training_jobs.listed_in(TRAIN_POOL),
    "ListTrainingJobTasks": lambda client: client.training_jobs.tasks("job-1"),
    "ShowTrainingJobDetails": lambda client: client.training_jobs.get("job-1"),
    "ListNetworks": lambda client: client.networks.every(),
    "ShowNetwork": lambda client: client.networks.get("network-a"),
    "CreateNetwork": lambda client: client.networks.create(NAMED),
    "DeleteNetwork": lambda client: client.networks.delete("network-a"),
    "ShowOsConfig": lambda client: client.user_config.get(),
    "ShowWorkspaceQuotas": lambda client: client.workspaces.quotas("0"),
}
"""How each operation is asked."""
WITHOUT = {"ListWorkspace"}
"""Those whose refusal is an answer: there are no workspaces to search."""

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")
BEGIN = "| operation | action | stated | previews | asked for |\n|---|---|---|---|---|\n"
JSON = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def row(operation: Operation) -> str:
    """The row of an operation."""
    action = f"`{operation.action}`" if operation.action else ""
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
    """For previews, for runs that adopt, and for runs that make and delete as well; each can be pasted."""
    policies = [json.loads(text) for text in JSON.findall(PAGE)]

    allowed = [actions(previews_only=True), actions(making=False), actions()]
    assert policies == [
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(each)}]} for each in allowed
    ]


def test_who_makes_nothing_may_delete_nothing() -> None:
    """No pool and no network can be made or deleted with the policy for programs that only adopt."""
    more = set(actions()) - set(actions(making=False))

    assert more == {f"modelarts:{noun}:{verb}" for noun in ("pool", "network") for verb in ("create", "delete")}


def test_who_may_only_preview_may_write_nothing() -> None:
    """Whatever a preview asks only reads."""
    assert [str(operation) for operation in OPERATIONS if operation.previews and not operation.only_reads] == []


def test_the_emulator_has_read_the_same_pages() -> None:
    """Two readings of the pages, each without the other, agree wherever both found an action or that none is needed."""
    read = {operation.name: (operation, SERVED[emulated(operation)].permission) for operation in OPERATIONS}
    both = {
        name: (operation.action or NONE_NEEDED, permission)
        for name, (operation, permission) in read.items()
        if permission and operation.stated is not Stated.NOWHERE
    }

    assert len(both) > 10
    assert {name: pair for name, pair in both.items() if pair[0] != pair[1]} == {}


def test_every_operation_is_walked_over() -> None:
    """One that is new is refused below as well, or said to be done without."""
    assert [operation.name for operation in OPERATIONS if operation.name not in WITHOUT] == list(ASKED)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.name not in WITHOUT], ids=str)
def test_a_refusal_names_what_to_grant(operation: Operation, emulator: Emulator, user: Client) -> None:
    """The action where a page states it, the operation in any case, the project, and what the service said."""
    emulator.faults.arm(Fault(emulated(operation), status=403, code="ModelArts.0112", message="Policy doesn't allow"))

    with pytest.raises(PermissionDeniedError) as refused:
        ASKED[operation.name](user)

    text = str(refused.value)
    project = user.settings.project_id
    assert refused.value.operation == operation
    assert "Policy doesn't allow (ModelArts.0112, request " in text
    assert operation.to_grant(project) in text
    assert all(part in text for part in (operation.name, operation.action, project))


@pytest.fixture
def user(emulator: Emulator, clock: FakeClock) -> Client:
    """A client of the documented world who has a user's password, so that it asks for a token first."""
    return Client(settings_with(USER), transport=emulator.transport(), clock=clock)

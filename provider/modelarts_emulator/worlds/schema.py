"""What a world may say, field by field; whether it can be so is found out when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from pydantic_core import from_json, to_json

from modelarts_emulator.messages import MOST_LEVELS, levels
from modelarts_emulator.service.models import quota, stock
from modelarts_emulator.service.models.pool_update import MOST_NODES
from modelarts_emulator.service.models.scope import SCOPES
from modelarts_emulator.service.models.training_job import PHASES, TERMINAL
from modelarts_emulator.service.models.workload import STATUSES
from modelarts_emulator.state.choices import Choices
from modelarts_emulator.state.errors import ImpossibleWorldError
from modelarts_emulator.state.lifecycle import Timings
from modelarts_emulator.trouble.chances import BRANCHES
from modelarts_emulator.worlds.kinds import (
    anything,
    count,
    digits,
    either,
    fields,
    flag,
    list_of,
    map_of,
    name,
    one_of,
    or_none,
    seconds,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.worlds.kinds import Kind

POOL_PHASES = ("Creating", "Running", "Abnormal", "Deleting", "Error", "CreationFailed", "ScalingFailed", "Waiting")
STATED_ELSEWHERE = {"type": "nothing", "scope": "scope", "resources": "resources", "network": "network"} | {
    "driver": "driver",
    "controlMode": "control_mode",
}
"""Fields of a pool's spec that a field of the world states, by that field."""

_MAP = map_of(anything)
_HIGHEST_MODE = 31
_LARGEST_QUOTA = 2**31 - 1


def _further_spec(where: str, value: Any) -> None:
    _MAP(where, value)
    for field, instead in STATED_ELSEWHERE.items():
        if field in value:
            raise ImpossibleWorldError(f"{where}.{field}: a pool states this in {instead}, not in spec")


def _seed(where: str, value: Any) -> None:
    if type(value) not in {str, int}:
        raise ImpossibleWorldError(f"{where}: {value!r} is neither a text nor a whole number")


def _words(kind: type) -> dict[str, Kind]:
    return {field: one_of(*get_args(hint)) for field, hint in get_type_hints(kind).items()}


_COUNT = count(MOST_NODES)
_ENTRY = fields(
    {
        "flavor": text,
        "count": _COUNT,
        "maxCount": _COUNT,
        "nodePool": text,
        "azs": list_of(fields({"az": text, "count": _COUNT}, required=("az", "count"))),
        "creatingStep": or_none(fields({"step": _COUNT, "type": name}, required=("step", "type"))),
    },
    required=("flavor", "count"),
    others=anything,
)
_NODE = fields(
    {"flavor": text, "node_pool": text, "az": text, "phase": text, "locked": flag, "spare": flag, "cluster": text}
    | {"private_ip": or_none(text), "breaks_in": seconds, "mends_in": seconds, "tags": map_of(text)}
)
_POOL = fields(
    {
        "network": text,
        "resources": list_of(_ENTRY),
        "created": text,
        "resource_id": text,
        "labels": map_of(text),
        "annotations": map_of(text),
        "tags": map_of(text),
        "scope": list_of(one_of(*SCOPES)),
        "zone": text,
        "driver": fields({"gpuVersion": name, "npuVersion": name, "updateStrategy": one_of("force", "idle")}),
        "phase": one_of(*POOL_PHASES),
        "message": text,
        "control_mode": count(_HIGHEST_MODE),
        "spec": _further_spec,
        "clusters": list_of(name),
        "capacity": or_none(_COUNT),
        "nodes": either(lambda value: isinstance(value, list), list_of(name), map_of(or_none(_NODE), keys=name)),
    }
)
_TRAINING_JOB = fields(
    {
        "pool": text,
        "nodes": list_of(text),
        "phase": one_of(*PHASES),
        "ends_in": or_none(seconds),
        "final_phase": one_of(*TERMINAL),
        "document": fields(
            {
                "kind": text,
                "metadata": fields({"name": text}, others=anything),
                "status": _MAP,
                "spec": fields({"resource": _MAP}, others=anything),
            },
            others=anything,
        ),
    }
)
_NOTEBOOK: dict[str, Kind] = {
    "pool": text,
    "nodes": list_of(text),
    "name": text,
    "user": text,
    "status": one_of(*STATUSES),
    "flavor": text,
    "hosts_hidden": flag,
}
_SERVICE = {**_NOTEBOOK, "type": one_of("infer", "x-infer")}
_NETWORK = fields(
    {"cidr": text, "labels": map_of(text), "phase": one_of("Active", "Abnormal"), "free_addresses": _COUNT}
)
_QUOTAS = map_of(count(_LARGEST_QUOTA), keys=name)
_WORKSPACE = fields({"name": text, "description": text, "enterprise_project_id": text, "quotas": _QUOTAS})
_PROJECT = fields(
    {
        "region": or_none(text),
        "quotas": fields(dict.fromkeys(quota.DEFAULTS, _COUNT)),
        "workspaces": map_of(_WORKSPACE, keys=name, path="workspaces"),
        "networks": map_of(_NETWORK, keys=name, path="networks"),
        "pools": map_of(_POOL, keys=name, path="pools"),
        "algorithms": map_of(_MAP, keys=name, path="algorithms"),
        "training_jobs": map_of(_TRAINING_JOB, keys=name, path="training_jobs"),
        "services": map_of(fields(_SERVICE, required=("pool",)), keys=name, path="services"),
        "notebooks": map_of(fields(_NOTEBOOK, required=("pool",)), keys=name, path="notebooks"),
    }
)
_ACCELERATOR = fields({"type": name, "size": _COUNT}, required=("type", "size"), others=anything)
_FLAVOR = fields(
    {
        "cpuArch": one_of("x86", "arm64"),
        "cpu": digits,
        "memory": text,
        "gpu": _ACCELERATOR,
        "npu": _ACCELERATOR,
        "zones": map_of(one_of(stock.NORMAL, stock.SOLD_OUT), keys=name),
        "stock": map_of(_COUNT, keys=name),
    },
    required=("cpuArch", "cpu", "memory", "zones"),
    others=anything,
)
_FIELDS: dict[str, Kind] = {
    "seed": _seed,
    "timings": fields(
        {name: or_none(seconds) if value is None else seconds for name, value in Timings()._asdict().items()}
    ),
    "choices": fields(_words(Choices)),
    "chances": fields(
        {transition: fields(dict.fromkeys(branches, _COUNT)) for transition, branches in BRANCHES.items()}
    ),
    "flavors": map_of(_FLAVOR, keys=name),
    "projects": map_of(_PROJECT, keys=name),
}


def checked(world: Mapping[str, Any]) -> dict[str, Any]:
    """A world as plain data of its own, in which every field is one and has the right kind of value.

    Raises:
        ImpossibleWorldError: With the first place where it is not so, and what to write there.
    """
    try:
        plain = from_json(to_json(world), allow_inf_nan=False)
    except ValueError as error:
        raise ImpossibleWorldError(f"world: this is not plain data: {error}") from error
    if levels(plain) > MOST_LEVELS:
        raise ImpossibleWorldError(f"world: maps and lists are nested more than {MOST_LEVELS} deep")
    for key, value in _whole(plain).items():
        if key not in _FIELDS:
            raise ImpossibleWorldError(f"world: unknown field {key!r}, use {', '.join(sorted(_FIELDS))}")
        _FIELDS[key](key, value)
    return dict(plain)


def _whole(plain: Any) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise ImpossibleWorldError("world: write a map with projects, pools in them, and so on")
    return plain

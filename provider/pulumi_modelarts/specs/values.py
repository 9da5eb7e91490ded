"""What inputs take, whatever they are of: ids, names and numbers, with the rule and the words beside the type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pulumi_modelarts.api.spelling import meant
from pulumi_modelarts.api.wording import choice
from pulumi_modelarts.specs._spec import wrong_inside
from pulumi_modelarts.specs.wording import Takes, shown

SCOPES = ("Infer", "Notebook", "Train")
FORBIDDEN_IN_DESCRIPTIONS = "!<>=&\"'"
_POOL_NAME = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
NODE_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
GIVE_A_NODE = "give its name as the service lists it, such as 'os-node-created-mnmcf'"
_SHORTEST, _LONGEST = 36, 63
_MADE_NAME = re.compile(r"[a-z][a-z0-9-]{2,28}[a-z0-9]")
_NETWORK_ID = re.compile(r"[a-z0-9][a-z0-9-]*[a-z0-9]")
_WORKSPACE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_PREFIX = re.compile(r"[a-z]([a-z0-9-]{0,62}[a-z0-9])?")
MOST = 1_000_000
"""The largest number that an input takes: beyond every pool, so that a slip of the keyboard is told as one (chosen)."""
_OWN_KEYS = ("CCE-", "__type_baremetal", "pulumi-modelarts")
GIVE_AN_ID = (
    "give its metadata.name, 36 to 63 lowercase letters, digits and hyphens such as "
    "'auto-pool-os-86c13962597848eeb29c5861153a391f' (the display name is only a label)"
)


def pool_name(value: str) -> str:
    """Accepts the id of a resource pool (`metadata.name`; documented: ShowPool, 36 to 63 characters)."""
    if not is_pool_name(value):
        raise ValueError(f"{shown(value)} is not the id of a resource pool; {GIVE_AN_ID}")
    return value


def is_pool_name(value: str) -> bool:
    """Returns whether a text may be the id of a resource pool."""
    return _SHORTEST <= len(value) <= _LONGEST and _POOL_NAME.fullmatch(value) is not None


def _made_name(value: str) -> str:
    """Accepts the name of a pool to make.

    Four to 30 characters: the pages say 25, 32 or 64, and with a project's id behind it an id has 63 at most
    (documented: CreatePool, ShowPool).
    """
    if not is_made_name(value):
        raise ValueError(
            f"{shown(value)} cannot name a pool; give 4 to 30 lowercase letters, digits and hyphens that begin with a "
            "letter and end with a letter or digit, such as 'team-b'"
        )
    return value


def is_made_name(value: str) -> bool:
    """Returns whether a text may be the name of a pool to make."""
    return _MADE_NAME.fullmatch(value) is not None


def _network_id(value: str) -> str:
    if not _NETWORK_ID.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not the id of a network; give its metadata.name such as "
            "'network-21e1-86c13962597848eeb29c5861153a391f', or network_name of a Network"
        )
    return value


def _workspace_id(value: str) -> str:
    if not _WORKSPACE_ID.fullmatch(value):
        raise ValueError(f"{shown(value)} is not the id of a workspace; give its id, '0' for the default one")
    return value


def _prefix(value: str) -> str:
    """Accepts what the names of nodes begin with (documented: CreatePool, `os.modelarts/node.prefix`)."""
    if not _PREFIX.fullmatch(value):
        raise ValueError(
            f"{shown(value)} cannot begin the names of nodes; give up to 64 lowercase letters, digits and hyphens that "
            "begin with a letter and end with a letter or digit, such as 'team-b'"
        )
    return value


def _tags(value: Mapping[str, str]) -> Mapping[str, str]:
    """Accepts texts by key; the service keeps some beginnings for itself (documented: CreatePool, PoolResource)."""
    wrong: list[tuple[str | int, str]] = [(key, "is an empty key; give it a name") for key in value if not key]
    wrong += [
        (key, f"begins like a key that is taken ({choice(_OWN_KEYS)}); give it another name")
        for key in value
        if key.startswith(_OWN_KEYS)
    ]
    if wrong:
        raise wrong_inside(wrong)
    return dict(sorted(value.items()))


def _node_names(value: tuple[str, ...]) -> tuple[str, ...]:
    wrong: list[tuple[str | int, str]] = [
        (index, f"{shown(name)} is not the name of a node; {GIVE_A_NODE}")
        for index, name in enumerate(value)
        if not NODE_NAME.fullmatch(name)
    ]
    if wrong:
        raise wrong_inside(wrong)
    return tuple(sorted(set(value)))


def whole_number(value: object, least: int = 0) -> object:
    """Accepts whole numbers from `least` on; Pulumi delivers 3 as 3.0, and True or "3" are mistakes, not numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < least or not float(value).is_integer():
        quotes = f"; write it without quotes: {value}" if isinstance(value, str) and value.isdecimal() else ""
        raise ValueError(f"must be a whole number of {least} or more, got {shown(value)}{quotes}")
    if value > MOST:
        raise ValueError(f"must be {MOST} at most, got {shown(value)}")
    return int(value)


def _scope(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("is empty; name a job type or more that the pool serves, or leave the input out")
    if wrong := [(index, _no_job_type(name)) for index, name in enumerate(value) if name not in SCOPES]:
        raise wrong_inside(wrong)
    return tuple(sorted(set(value)))


def _no_job_type(name: str) -> str:
    close = meant(name, SCOPES)
    return f"{shown(name)} is not a job type; " + (f"did you mean {close!r}?" if close else f"use {choice(SCOPES)}")


def _description(value: str) -> str:
    wrong = sorted(set(value) & set(FORBIDDEN_IN_DESCRIPTIONS))
    if wrong:
        raise ValueError(
            f"contains {' '.join(wrong)}; leave that out, the service takes none of "
            + " ".join(FORBIDDEN_IN_DESCRIPTIONS)
        )
    return value


Count = Annotated[int, BeforeValidator(whole_number)]
PoolName = Annotated[
    str,
    AfterValidator(pool_name),
    Takes("the id of a resource pool", '"auto-pool-os-86c13962597848eeb29c5861153a391f"'),
]
Name = Annotated[str, Field(min_length=1)]
FlavorId = Annotated[Name, Takes("the id of a flavor", '"modelarts.vm.cpu.4ud"')]
JobType = Annotated[str, Takes("a job type", '"Train"')]
JobFlavorId = Annotated[Name, Takes("the id of a job flavor", '"modelarts.vm.cpu.4ud"')]
Place = Annotated[str, Takes("the id of a resource pool", '"infer-pool-os-86c13962597848eeb29c5861153a391f"')]
RunningJobs = Literal["wait", "fail", "ignore"]
Scope = Annotated[tuple[JobType, ...], AfterValidator(_scope)]
Description = Annotated[str, AfterValidator(_description)]
MadeName = Annotated[str, AfterValidator(_made_name), Takes("a name for the pool to make", '"team-b"')]
NetworkId = Annotated[
    str,
    AfterValidator(_network_id),
    Takes("the id of a network", '"network-21e1-86c13962597848eeb29c5861153a391f"'),
]
WorkspaceId = Annotated[str, AfterValidator(_workspace_id), Takes("the id of a workspace", '"0"')]
NodePrefix = Annotated[str, AfterValidator(_prefix), Takes("the beginning of node names", '"team-b"')]
Tags = Annotated[
    Mapping[str, Annotated[str, Takes("a text", '"blue"')]],
    AfterValidator(_tags),
    Takes("a map of texts", '{"team": "blue"}'),
]
NodeNames = Annotated[
    tuple[Annotated[str, Takes("the name of a node", '"os-node-created-mnmcf"')], ...],
    AfterValidator(_node_names),
    Takes("a list of node names", '["os-node-created-mnmcf"]'),
]

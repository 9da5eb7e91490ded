"""What inputs take, whatever they are of: ids, names and numbers, with the rule and the words beside the type."""

from __future__ import annotations

import re
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


def whole_number(value: object, least: int = 0) -> object:
    """Accepts whole numbers from `least` on; Pulumi delivers 3 as 3.0, and True or "3" are mistakes, not numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < least or not float(value).is_integer():
        quotes = f"; write it without quotes: {value}" if isinstance(value, str) and value.isdecimal() else ""
        raise ValueError(f"must be a whole number of {least} or more, got {shown(value)}{quotes}")
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

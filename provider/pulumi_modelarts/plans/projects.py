"""In which project a pool or network is, as far as its id says: what is looked for in another one is not gone.

An id ends with the id of its project (documented: the examples of CreatePool and ShowPool; assumed of every id that
ends so). Which project a run reaches is a setting, and may be another one than before: a changed variable of the
environment, another provider. There nothing is found of what a state holds, and to believe that it has been deleted
would forget, on refresh or destroy, what goes on costing money.
"""

from __future__ import annotations

import re
from typing import Final

_ENDING: Final = re.compile(r"-([0-9a-f]{32})\Z")

_SETTINGS: Final = "modelarts:projectId, project_id of its Provider, or HW_PROJECT_ID"


def parted(id_: str) -> tuple[str, str]:
    """Returns an id without its project, as people say it, and the project that it names; "" where it names none.

    Args:
        id_: Id of a pool or network.
    """
    found = _ENDING.search(id_)
    return (id_[: found.start()], found[1]) if found else (id_, "")


def other_project(id_: str, ours: str) -> str | None:
    """Returns the project that an id names, where that is not the one which a run reaches; None for every other id.

    Args:
        id_: Id of a pool or network.
        ours: Id of the project that the settings of the run lead to.
    """
    _, theirs = parted(id_)
    return theirs if theirs and theirs != ours else None


def not_gone(what: str, id_: str, ours: str) -> str:
    """Returns that something was not found and is not taken for deleted; empty where its id names no other project.

    Args:
        what: What it is, such as "resource pool".
        id_: Its id.
        ours: Id of the project that the settings of the run lead to.
    """
    theirs = other_project(id_, ours)
    if theirs is None:
        return ""
    return (
        f"{what} {id_!r} is not in project {ours}, which is asked, and is not taken for deleted: its id says that it "
        f"is in project {theirs}. Nothing was sent. Set the project back ({_SETTINGS}); if it has been deleted all the "
        "same, take it out of the state with `pulumi state delete`"
    )


def made_elsewhere(what: str, before: str, ours: str) -> str:
    """Returns that what a resource has made stays where it is, and is not made once more in another project.

    Args:
        what: What it is, such as "pool".
        before: Its id.
        ours: Id of the project that the settings of the run lead to.
    """
    return (
        f"this resource has made {what} {before!r} in another project, and the settings of this run lead to project "
        f"{ours}: a second one would be made there, and nobody would delete the first. Set the project back "
        f"({_SETTINGS}); a {what} in project {ours} is a resource of its own, beside this one"
    )


def looked_for_in(id_: str, ours: str) -> str:
    """Returns that the id of something that does not exist names another project than was asked; empty if it does not.

    Args:
        id_: Id of a pool or network.
        ours: Id of the project that was asked.
    """
    theirs = other_project(id_, ours)
    if theirs is None:
        return ""
    return f". Its id names project {theirs}, and project {ours} is asked: is ResourceOptions(provider=…) missing?"

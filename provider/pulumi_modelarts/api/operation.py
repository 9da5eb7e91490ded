"""An operation of the service: its name, the right that it takes, and what the provider asks it for.

Each request says which it is, so that an error, a trace and the page of permissions all speak of the same thing. The
nouns declare theirs beside their requests; `rights` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Stated(Enum):
    """Where the vendor says which action an operation takes; the value is how the page of permissions says so.

    Policies (`"Version": "1.1"`) and the newer identity policies (`"5.0"`) have the same names for actions, with one
    exception that the page of permissions tells.
    """

    IN_THE_TABLES = "table"
    """The tables of "Permissions Policies and Supported Actions": for policies and identity policies."""
    ON_ITS_PAGE = "page"
    """The operation's own page, which speaks of identity policies; that policies take the same is assumed."""
    AS_NONE = "none needed"
    """The operation's own page: identity policies need none. What policies take is stated nowhere."""
    NOWHERE = "not stated"
    """No page that was read."""


@dataclass(frozen=True)
class Operation:
    """An operation of the service.

    Attributes:
        name: as the API reference has it, such as `ListPools`.
        purpose: what the provider asks it for, and when, in a phrase without a full stop; empty where only the client
            knows it.
        action: what a policy must allow, such as `modelarts:pool:list`; empty where no page names one.
        stated: where the vendor says so.
        only_reads: changes nothing, so that it may be repeated whatever its method.
        idempotent: changes nothing more when it is repeated, although its method does not promise that here.
        previews: whether a preview may ask it.
        makes: whether only programs ask it that make pools or networks, or delete what they made.
    """

    name: str
    purpose: str = ""
    action: str = ""
    stated: Stated = Stated.NOWHERE
    only_reads: bool = False
    idempotent: bool = False
    previews: bool = False
    makes: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def right(self) -> str:
        """The operation with the action that it takes, where one is known."""
        return f"{self.name} ({self.action})" if self.action else self.name

    def to_grant(self, project: str) -> str:
        """A sentence for somebody who is not allowed it.

        Args:
            project: id of the project; empty for none.
        """
        where = f" in project {project}" if project else ""
        if self.action:
            what = f"Grant the user the action {self.action}, which {self.name} takes{where}"
        else:
            known = "its page names no action" if self.stated is Stated.AS_NONE else "no page names its action"
            out = f"{known}: ask the administrator for a policy that covers it"
            what = f"Have the user allowed {self.name}{where} ({out})"
        return f"{what}, and check that this is the right project."

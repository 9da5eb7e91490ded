"""What a report says: stacks, their resources, and what a run does for each of them. Nothing is printed here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.effect import Deleted, Hidden, Unread
from pulumi_modelarts.plans.footprint import Footprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.plans.effect import Effect, Kind
    from pulumi_modelarts.plans.subject import Subject


class Form(Enum):
    """What a report was read from."""

    DIGEST = "preview"
    EVENTS = "events"
    PLAN = "plan"


class State(Enum):
    """How much the input says of what a run does for a resource."""

    KNOWN = "known"
    """The effects are all there is."""
    AT_MOST = "at most"
    """The effects may be of an earlier run: a saved plan does not say what was on record before it."""
    UNKNOWN = "unknown"
    """Inputs are unknown until the run, and so is what it does."""
    SECRET = "secret"  # noqa: S105 - says that there is one
    """The whole map is secret."""
    OFFLINE = "offline"
    """Nobody looked: previews of the stack are offline."""
    UNTOLD = "untold"
    """The input does not say it: a deletion that no provider was asked about, or that a saved plan only names."""


class Severity(Enum):
    """How much a message matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Message:
    """What the engine or the provider said.

    Attributes:
        severity: How much it matters.
        text: The message, without the name of what it is about.
    """

    severity: Severity
    text: str

    def __lt__(self, other: Message) -> bool:
        """Returns whether it comes before another one: errors first."""
        order = list(Severity)
        return (order.index(self.severity), self.text) < (order.index(other.severity), other.text)


@dataclass(frozen=True)
class Standing:
    """What a pool has before the run, as far as the state in the input says.

    Attributes:
        counts: Nodes by flavor; None where the input does not say.
        states: Nodes by state and flavor, {flavor: {"usable": 6, "spare": 1, "broken": 1}}; None likewise.
    """

    counts: Mapping[str, int] | None = None
    states: Mapping[str, Mapping[str, int]] | None = None


@dataclass(frozen=True)
class Budgets:
    """How much a program lets one run do; None where it does not say.

    Attributes:
        growth: Nodes that it may buy.
        scale_in: Nodes that it may remove.
        moves: Nodes that it may move.
    """

    growth: int | None = None
    scale_in: int | None = None
    moves: int | None = None


@dataclass(frozen=True)
class Resource:
    """A resource of this package.

    Attributes:
        urn: Its URN.
        name: Its name in the program.
        kind: What it stands for.
        action: What the engine does with it, such as `create`, `update`, `same` or `delete`.
        subject: The pool or network that it is about; its id is empty where that is not known.
        state: How much the input says.
        effects: What the run does for it.
        footprint: The same by object, as it is approved.
        messages: What was said about it, errors first.
        standing: What a pool has before.
        budgets: What one run may do.
        title: What the program calls the pool or network that it makes; empty for one that it adopts.
    """

    urn: str
    name: str
    kind: Kind
    action: str
    subject: Subject
    state: State = State.KNOWN
    effects: tuple[Effect, ...] = ()
    footprint: Footprint = field(default_factory=Footprint)
    messages: tuple[Message, ...] = ()
    standing: Standing = field(default_factory=Standing)
    budgets: Budgets = field(default_factory=Budgets)
    title: str = ""

    @property
    def deletes(self) -> bool:
        """Whether the pool or network is deleted."""
        return any(isinstance(each, Deleted) for each in self.effects)

    @property
    def hides(self) -> bool:
        """Whether it does something of which the input does not say what, or how much."""
        return any(isinstance(each, (Hidden, Unread)) for each in self.effects)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell of it."""
        return self.state is State.KNOWN and not self.effects and not self.messages


@dataclass(frozen=True)
class Foreign:
    """A resource of another package, of which only the engine's word is told.

    Attributes:
        urn: Its URN.
        type: Its type.
        action: What the engine does with it.
    """

    urn: str
    type: str
    action: str


@dataclass(frozen=True)
class Stack:
    """A stack.

    Attributes:
        project: Its project; empty where no resource tells it.
        name: Its name; empty likewise.
        source: The file it was read from.
        form: What that is.
        previewed: Whether the input is about a run to come; False for the log of one that has been.
        complete: Whether the input goes to its end.
        failed: Whether the preview, or the run, failed.
        resources: Those of this package.
        foreign: Those of others that change.
        messages: What was said about none of them, errors first.
        project_id: The project of the service, as the stack's configuration says; empty where that does not.
    """

    project: str
    name: str
    source: str
    form: Form
    previewed: bool
    complete: bool
    failed: bool
    resources: tuple[Resource, ...]
    foreign: tuple[Foreign, ...] = ()
    messages: tuple[Message, ...] = ()
    project_id: str = ""

    @property
    def title(self) -> str:
        """Project and name, as Pulumi writes them."""
        return f"{self.project}/{self.name}" if self.name else self.source

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """All errors, each with the name of its resource, empty for none."""
        own = [("", each.text) for each in self.messages if each.severity is Severity.ERROR]
        return (
            *own,
            *(
                (resource.name, each.text)
                for resource in self.resources
                for each in resource.messages
                if each.severity is Severity.ERROR
            ),
        )


@dataclass(frozen=True)
class Report:
    """A report.

    Attributes:
        stacks: The stacks, in the order of their titles.
    """

    stacks: tuple[Stack, ...]

    @property
    def resources(self) -> Iterator[Resource]:
        """Resources of all stacks."""
        return (resource for stack in self.stacks for resource in stack.resources)

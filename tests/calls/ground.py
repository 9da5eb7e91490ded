"""Where an operation is played and its calls are counted: a world of the emulator, whose journal has them all."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from modelarts_emulator import Emulator
from tests.resources.scenario import Stack, begin_anew, configured, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi import dynamic

    from modelarts_emulator.wire.journal import Exchange

A_MINUTE = 60.0
"""Virtual seconds after which nothing is believed that was read before."""


class Kind(NamedTuple):
    """Calls that are made for the same reason.

    Attributes:
        operation: The operation, by its id.
        about: Which of several pools it is about; empty where there is one only.
    """

    operation: str
    about: str = ""

    def __str__(self) -> str:
        """What the page calls it."""
        return f"`{self.operation}` {self.about}".rstrip()


@dataclass(frozen=True)
class Played:
    """An operation that was played.

    Attributes:
        title: What it is.
        calls: How often each kind of call was made; looks one after the other at the same thing count as one.
        waited: Kinds that were looked at again and again.
    """

    title: str
    calls: Counter[Kind]
    waited: frozenset[Kind]


@dataclass
class Ground:
    """A world, the programs in it, and what they have played.

    Attributes:
        name: Tells it from others in this process.
        emulator: The service.
        roles: What pools are called on the page, by their ids.
        played: What was played, in its order.
    """

    name: str
    emulator: Emulator = field(default_factory=Emulator)
    roles: Mapping[str, str] = field(default_factory=dict)
    played: list[Played] = field(default_factory=list)

    def stack(self, provider: type[dynamic.ResourceProvider], name: str = "it") -> Stack:
        """Return a program with one resource, never run."""
        made = configured(provider(), **connect(self.emulator, self.name))
        return Stack(made, urn=f"urn:pulumi:test::x::x::{name}")

    def up(self, stack: Stack, inputs: Mapping[str, Any], what: str) -> None:
        """Play the check of a program and the run after it, in a process of their own."""
        self.anew(stack)
        with self.counting(f"check, {what}"):
            checked = stack.check(inputs)
        self.emulator.clock.advance(1)
        with self.counting(f"{'update' if stack.state else 'create'}, {what}"):
            stack.run(checked)

    def rest(self, stack: Stack, inputs: Mapping[str, Any]) -> None:
        """Play a run and a refresh that find nothing to do, each in a process of its own."""
        self.anew(stack)
        with self.counting("check and diff, at rest"):
            assert stack.up(inputs) == {}
        self.refresh(stack)

    def refresh(self, stack: Stack) -> None:
        """Play a refresh."""
        self.anew(stack)
        with self.counting("refresh"):
            stack.refresh()

    def destroy(self, stack: Stack) -> None:
        """Play the deletion of a resource."""
        self.emulator.clock.advance(A_MINUTE)
        with self.counting("delete"):
            stack.destroy()

    def anew(self, stack: Stack) -> None:
        """Let the next command be a process that remembers nothing, some time later."""
        self.emulator.clock.advance(A_MINUTE)
        begin_anew(stack.provider)

    @contextmanager
    def counting(self, title: str) -> Iterator[None]:
        """Count the calls that are made meanwhile."""
        self.emulator.journal.clear()
        yield
        self.played.append(self.tally(title, self.emulator.journal.exchanges()))

    def tally(self, title: str, exchanges: list[Exchange]) -> Played:
        """Return how often each kind of call was made."""
        looks = groupby(exchanges, lambda exchange: (self._kind(exchange), exchange.path))
        runs = [(kind, len(list(same))) for (kind, _), same in looks]
        waited = frozenset(kind for kind, length in runs if length > 1 and kind.operation in LOOKS)
        return Played(title, sum((_counted(*run) for run in runs), Counter()), waited)

    def _kind(self, exchange: Exchange) -> Kind:
        nodes = exchange.path.removesuffix("/nodes") if exchange.operation == "listPoolNodes" else ""
        about = next((role for pool, role in self.roles.items() if nodes.endswith(pool)), "")
        return Kind(exchange.operation or exchange.path, about)


LOOKS = frozenset({"showJob", "listPoolNodes", "listPools", "showNetwork", "showPool"})
"""What a wait looks at; how often depends on how long the service takes."""


def _counted(kind: Kind, length: int) -> Counter[Kind]:
    return Counter({kind: 1 if kind.operation in LOOKS else length})

"""One operation of the service: everything that is known of it, declared beside the function that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from modelarts_emulator.messages import JSON
from modelarts_emulator.service.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from modelarts_emulator.messages import Response
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.trouble.endings import Kind

    Handler: TypeAlias = Callable[[Call], Response]

Client: TypeAlias = Literal["official SDK", "JavaScript", "Go", "curl"]

NONE_NEEDED = "none"
"""Permission of an operation whose page says that it needs none under identity policies."""


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: Operation id: the name of its API page in camel case.
        method: HTTP method.
        path: Path with parameters in braces.
        source: Where the operation is taken from: `documented` with the page, `client` with the program.
        permission: What a caller needs to be allowed (documented: its page, or that of permissions); empty: no page
            that was read states it.
        contract: Shapes of what goes in and comes out.
        reads: True when it changes nothing.
        still: True for a reading of what does not change by itself.
        gives_token: True when it gives a token for a password: it belongs to no project, its caller has no credentials
            yet, and nobody keeps what is said.
        sets_going: What it sets going that can end in more than one way, as a rule may choose.
        makes: What it makes, `pool` or `network`: by its id a rule tells one request from another; empty: nothing such.
        clients: Programs that share no code with the emulator and drive it in the tests.
        not_by_sdk: Why the official SDK is not among them.
        handler: Answers it.
    """

    name: str
    method: str
    path: str
    source: str
    permission: str
    contract: Contract
    reads: bool
    still: bool
    gives_token: bool
    sets_going: tuple[Kind, ...]
    makes: str
    clients: tuple[Client, ...]
    not_by_sdk: str
    handler: Handler

    @property
    def polls(self) -> bool:
        """True for a reading of what can be pending; what a world only has from its beginning never is."""
        return self.reads and not self.still

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the path parameters."""
        return frozenset(segment[1:-1] for segment in self.path.split("/") if segment.startswith("{"))

    @property
    def matched_by(self) -> frozenset[str]:
        """Names of what tells one of its requests from another."""
        return self.parameters | ({self.makes} if self.makes else frozenset())


def operation(  # noqa: PLR0913 - one argument for each fact
    name: str,
    method: str,
    path: str,
    *,
    source: str,
    permission: str = "",
    query: str = "",
    body: str = "",
    answer: str = "",
    status: int = 200,
    media_type: str = JSON,
    any_case: bool = False,
    reads: bool = False,
    still: bool = False,
    gives_token: bool = False,
    sets_going: tuple[Kind, ...] = (),
    makes: str = "",
    clients: tuple[Client, ...] = ("official SDK",),
    not_by_sdk: str = "",
) -> Callable[[Handler], Operation]:
    """Declare the operation that a function answers. `Operation` and `Contract` describe the arguments.

    A GET reads without saying so. The names of shapes are those of the module in `documents/` that is named as the
    function's module is.
    """

    def declared(handler: Handler) -> Operation:
        noun = handler.__module__.rpartition(".")[2]
        return Operation(
            name=name,
            method=method,
            path=path,
            source=source,
            permission=permission,
            contract=Contract(noun, query, body, answer, status, media_type, any_case),
            reads=reads or method == "GET",
            still=still,
            gives_token=gives_token,
            sets_going=sets_going,
            makes=makes,
            clients=clients,
            not_by_sdk=not_by_sdk,
            handler=handler,
        )

    return declared


def declared_in(noun: ModuleType) -> Iterator[Operation]:
    """Operations of a module, in the order in which they stand there."""
    return (item for item in vars(noun).values() if isinstance(item, Operation))

"""A run that the user asks to stop: at which request, and what is written from then on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tests.resources.interference import mortal
from tests.resources.scenario import Request, Servicer, Stack, configured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi import dynamic

    from modelarts_emulator import Emulator

URN = "urn:pulumi:test::x::x::it"
_PROCESSES = iter(range(1_000_000))


class Button(httpx.BaseTransport):
    """Passes requests on to the emulator, and has the user ask to stop at a chosen one.

    Attributes:
        press: Asks to stop.
        at: Number of the request, from 1; None for none.
        answered: Whether the service has answered it before.
        pressed: Whether that request has come.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._inner = emulator.transport()
        self._count = 0
        self._before = 0
        self.press: Callable[[], None] = lambda: None
        self.at: int | None = None
        self.answered = False
        self.pressed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and press before or after."""
        self._count += 1
        now = self._count == self.at
        if now and not self.answered:
            self._press()
        answer = self._inner.handle_request(request)
        if now and self.answered:
            self._press()
        return answer

    def _press(self) -> None:
        self.pressed = True
        self._before = len(self._emulator.journal.writes())
        self.press()

    @property
    def written_since(self) -> list[str | None]:
        """What was written after the user had asked to stop."""
        return [write.operation for write in self._emulator.journal.writes()[self._before :]]


@dataclass
class Process:
    """A host with one provider: what it serves can be stopped.

    Attributes:
        emulator: The service.
        provider: The provider, configured in a call of the engine, as hosts do it.
        button: Where the user asks to stop.
    """

    emulator: Emulator
    provider: dynamic.ResourceProvider
    button: Button = field(init=False)

    def __post_init__(self) -> None:
        """Configure the provider in a servicer that hears `Cancel`, with a session of its own."""

        class Cancelled(Servicer):
            def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
                """Drop it, as the SDK does."""

        self.button = Button(self.emulator)
        config = mortal(self.emulator, self.button, f"stopped process {next(_PROCESSES)}")
        self._servicer = Cancelled()
        self._servicer.serve(Request(URN, 0, None), lambda: configured(self.provider, **config))
        self.button.press = lambda: self.cancel(Cancelled.Cancel)

    @staticmethod
    def cancel(method: Any) -> None:
        """Call a method as gRPC does: in its own pool."""
        with method.experimental_thread_pool as pool:
            pool.submit(lambda: None).result()

    def up(self, stack: Stack, program: Mapping[str, Any]) -> dict[str, Any]:
        """Run a program, each call of it the engine's."""
        return self._called(stack).up(program)

    def refresh(self, stack: Stack) -> dict[str, Any]:
        """Read the live resource into the state."""
        return self._called(stack).refresh()

    def destroy(self, stack: Stack) -> None:
        """Delete the resource."""
        self._called(stack).destroy()

    def _called(self, stack: Stack) -> Stack:
        """Have the calls about a resource made by this process."""
        stack.provider, stack.servicer, stack.urn = self.provider, self._servicer, URN
        return stack

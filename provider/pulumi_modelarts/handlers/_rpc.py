"""The bridge to the dynamic host, its other half: what one call is that the engine makes.

The host calls a provider's methods from a gRPC servicer and passes on only the properties. The request it holds also
knows the urn, the timeout and the old inputs; its context can carry the trailer that makes a failure an initialisation
failure; the engine takes status lines at the address the host was started with; and the servicer hears when the user
asks to stop. None of this is documented, so all of it stands here and in `_host`, is looked up and never assumed, and
degrades: without a request a call has no urn, reports nothing and cannot be stopped; a failure is a plain exception.

Errors reach the user as their message. Newer SDKs (since 3.261) send the whole traceback; the bridge takes that away,
and with MODELARTS_DEBUG set puts it under the resource's diagnostics instead, alike with every SDK.

Run against the Pulumi SDK 3.216, 3.259 and the newest (`tests/engine`).
"""

from __future__ import annotations

import asyncio
import os
import traceback
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from google.protobuf.any_pb2 import Any as AnyMessage
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.handlers import _secrets
from pulumi_modelarts.handlers._host import callers, cancellation_for, is_host, log, say_once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.cancellation import Cancellation

PROVIDER_KEY = "__provider"
_TRAILER = "grpc-status-details-bin"
_UNKNOWN_STATUS = 2
_WHOLE_TRACEBACK = 1000

P = ParamSpec("P")
R = TypeVar("R")


class PartlyDoneError(ModelArtsError):
    """The resource exists but is not as declared yet; carries the reasons when no trailer can."""


class DefectError(ModelArtsError):
    """A mistake of this package itself, as a user meets it: what it was, and how to find out where."""


def is_unknown(value: object) -> bool:
    """Tells a value that is not known in a preview."""
    return isinstance(value, Unknown)


def unknown() -> Unknown:
    """Returns the value that stands for one that is not known yet."""
    return UNKNOWN


@dataclass(frozen=True)
class Call:
    """The call the engine is making, as far as it could be found.

    Attributes:
        request: The servicer's request; None when the host no longer holds it where it was looked for.
        context: The servicer's gRPC context; None likewise.
        servicer: The servicer; None likewise.
    """

    request: Any = None
    context: Any = None
    servicer: Any = None

    @property
    def urn(self) -> str:
        """The resource's urn; empty when unknown."""
        return str(getattr(self.request, "urn", "") or "")

    @property
    def timeout(self) -> float | None:
        """Seconds from `custom_timeouts`; None when the program sets none."""
        return float(getattr(self.request, "timeout", 0) or 0) or None

    @cached_property
    def old_inputs(self) -> dict[str, Any] | None:
        """The recorded inputs, which diff, read and update are not handed; None where they could not be found."""
        held = getattr(self.request, "old_inputs", None) or getattr(self.request, "inputs", None)
        return rpc.deserialize_properties(held, keep_unknowns=True) if held else None

    @property
    def ignored(self) -> tuple[str, ...]:
        """Paths of `ignore_changes`, those that a transformation added too; only diff and update are told them."""
        return tuple(getattr(self.request, "ignoreChanges", ()))

    @property
    def cancellation(self) -> Cancellation:
        """Whether the user asks to stop, and for everything that waits, what ends the wait."""
        return cancellation_for(self.servicer)

    def status(self, text: str) -> None:
        """Shows a short line in the resource's row; the next one replaces it. Without a urn there is no row."""
        if not self.urn:
            return
        log(self.urn, text, engine_pb2.LogSeverity.INFO, ephemeral=True)

    def tell(self, text: str) -> None:
        """Prints a message under the resource."""
        log(self.urn, text, engine_pb2.LogSeverity.INFO, ephemeral=False)

    def warn(self, text: str) -> None:
        """Prints a warning under the resource."""
        log(self.urn, text, engine_pb2.LogSeverity.WARNING, ephemeral=False)

    def explain(self, error: Exception) -> None:
        """Prints where an error came from under the resource, with all that led to it."""
        lines = traceback.format_exception(error, limit=_WHOLE_TRACEBACK)
        log(self.urn, "".join(lines), engine_pb2.LogSeverity.INFO, ephemeral=False)

    def partly_done(self, id_: str, outs: Mapping[str, Any], error: ModelArtsError) -> NoReturn:
        """Fails in such a way that the resource stays in state and the next run finishes it.

        Args:
            id_: The resource's id.
            outs: The outputs to keep.
            error: What was not finished.

        Raises:
            PartlyDoneError: Always.
        """
        if self.context is not None:
            details = provider_pb2.ErrorResourceInitFailed(
                id=id_, reasons=[_secrets.current().hide(str(error))], properties=self._struct(outs)
            )
            self.context.set_trailing_metadata(((_TRAILER, _status(details)),))
        raise PartlyDoneError(str(error)) from error

    def _struct(self, outs: Mapping[str, Any]) -> Any:
        held = getattr(self.request, "news", None) or getattr(self.request, "properties", None)
        provider = held.fields[PROVIDER_KEY].string_value if held and PROVIDER_KEY in held.fields else None
        whole = {**_secrets.current().seal(outs), **({PROVIDER_KEY: provider} if provider else {})}
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(rpc.serialize_properties(whole, {}))
        finally:
            loop.close()


def current_call() -> Call:
    """Finds the call the engine is making."""
    call = Call()
    for frame in callers():
        if isinstance(frame.f_locals.get("self"), ResourceProviderServicer) and "request" in frame.f_locals:
            call = Call(frame.f_locals["request"], frame.f_locals.get("context"), frame.f_locals["self"])
            break
    if call.request is None and is_host():
        say_once("no status lines, and unfinished work fails as a plain error")
    return call


def plainly(handler: Callable[P, R]) -> Callable[P, R]:
    """Makes a handler's errors reach the engine as their message alone.

    Raises:
        ModelArtsError: As the handler raised it, in the host without the errors behind it.
        DefectError: In place of anything else, in the host.
    """

    @wraps(handler)
    def handle(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except Exception as error:
            if not is_host():
                raise
            if os.environ.get("MODELARTS_DEBUG"):
                current_call().explain(error)
            raise _presentable(error) from None

    return handle


def _presentable(error: Exception) -> ModelArtsError:
    if isinstance(error, ModelArtsError):
        return error
    return DefectError(
        f"{type(error).__name__}: {error}\nThis is a defect of pulumi-modelarts. Run the command again with "
        "MODELARTS_DEBUG=1 set to see where, and report it."
    )


def _status(details: provider_pb2.ErrorResourceInitFailed) -> bytes:
    """Returns a google.rpc.Status with one detail, the form in which gRPC carries error details."""
    packed = AnyMessage()
    packed.Pack(details)
    status = status_pb2.Status(code=_UNKNOWN_STATUS, message="; ".join(details.reasons), details=[packed])
    return bytes(status.SerializeToString())

"""The bridge to the dynamic host: everything a Python dynamic provider is not handed, and needs.

The host calls a provider's methods from a gRPC servicer and passes on only the properties. The request it holds also
knows the urn, the timeout and the old inputs; its context can carry the trailer that makes a failure an initialisation
failure; the engine takes status lines at the address the host was started with; and its pool of four threads can be
lifted. None of this is documented, so all of it stands in this one module, is looked up and never assumed, and
degrades: without a request a call has no urn and reports nothing, and a failure is a plain exception. What could not be
had is said once, as a warning.

Run against the Pulumi SDK 3.216, 3.259 and the newest (`tests/engine`).
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_modelarts.api.errors import ModelArtsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import ThreadPoolExecutor
    from types import FrameType

PROVIDER_KEY = "__provider"
DEFAULT_WORKERS = 64
_TRAILER = "grpc-status-details-bin"
_UNKNOWN_STATUS = 2


class PartlyDoneError(ModelArtsError):
    """The resource exists but is not as declared yet; carries the reasons when no trailer can."""


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
    """

    request: Any = None
    context: Any = None

    @property
    def urn(self) -> str:
        """The resource's urn; empty when unknown."""
        return str(getattr(self.request, "urn", "") or "")

    @property
    def timeout(self) -> float | None:
        """Seconds from `custom_timeouts`; None when the program sets none."""
        return float(getattr(self.request, "timeout", 0) or 0) or None

    def status(self, text: str) -> None:
        """Shows a short line in the resource's row; the next one replaces it."""
        _log(self.urn, text, engine_pb2.LogSeverity.INFO, ephemeral=True)

    def tell(self, text: str) -> None:
        """Prints a message under the resource."""
        _log(self.urn, text, engine_pb2.LogSeverity.INFO, ephemeral=False)

    def warn(self, text: str) -> None:
        """Prints a warning under the resource."""
        _log(self.urn, text, engine_pb2.LogSeverity.WARNING, ephemeral=False)

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
            details = provider_pb2.ErrorResourceInitFailed(id=id_, reasons=[str(error)], properties=self._struct(outs))
            self.context.set_trailing_metadata(((_TRAILER, _status(details)),))
        raise PartlyDoneError(str(error)) from error

    def _struct(self, outs: Mapping[str, Any]) -> Any:
        held = getattr(self.request, "news", None) or getattr(self.request, "properties", None)
        provider = held.fields[PROVIDER_KEY].string_value if held and PROVIDER_KEY in held.fields else None
        whole = {**outs, **({PROVIDER_KEY: provider} if provider else {})}
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(rpc.serialize_properties(whole, {}))
        finally:
            loop.close()


def current_call(workers: int = DEFAULT_WORKERS) -> Call:
    """Finds the call the engine is making, and lifts the host's worker threads on the way.

    Args:
        workers: Calls the host should serve at once; never fewer than it does by itself.
    """
    call = Call()
    for frame in _callers():
        if isinstance(frame.f_locals.get("self"), ResourceProviderServicer) and "request" in frame.f_locals:
            call = Call(frame.f_locals["request"], frame.f_locals.get("context"))
        elif frame.f_code.co_name == "_worker" and "executor_reference" in frame.f_locals:
            _lift(frame.f_locals["executor_reference"](), workers)
            return call
    if call.request is None and _hosted():
        _say_once(
            "this Pulumi SDK hides the engine's calls: no status lines, and unfinished work fails as a plain error"
        )
    return call


def quiet_errors() -> None:
    """Leaves tracebacks out of error reports, unless MODELARTS_DEBUG is set; the message is written for the user."""
    if not os.environ.get("MODELARTS_DEBUG") and _hosted():
        sys.tracebacklimit = 0


def _callers() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the host passes nothing of this on
    while frame is not None:
        yield frame
        frame = frame.f_back


def _lift(executor: ThreadPoolExecutor | None, workers: int) -> None:
    if executor is not None and getattr(executor, "_max_workers", workers) < workers:
        executor._max_workers = workers  # noqa: SLF001 - the host offers no setting for it


def _hosted() -> bool:
    """Tells whether this process is the dynamic host."""
    return sys.argv[:1] != [] and Path(sys.argv[0]).parts[-3:] == ("pulumi", "dynamic", "__main__.py")


def _status(details: provider_pb2.ErrorResourceInitFailed) -> bytes:
    """Returns a google.rpc.Status with one detail, the form in which gRPC carries error details."""
    packed = AnyMessage()
    packed.Pack(details)
    message = status_pb2.Status(code=_UNKNOWN_STATUS, message="; ".join(details.reasons), details=[packed])
    return bytes(message.SerializeToString())


@cache
def _engine() -> engine_pb2_grpc.EngineStub | None:
    """Returns the engine's service; its address is the host's first argument."""
    if not _hosted() or len(sys.argv) < 2:  # noqa: PLR2004 - program and address
        return None
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(sys.argv[1]))


def _log(urn: str, text: str, severity: engine_pb2.LogSeverity.ValueType, *, ephemeral: bool) -> None:
    engine = _engine()
    if engine is None:
        return
    # A status line is a courtesy: losing one must not fail the work it reports on.
    with suppress(grpc.RpcError):
        engine.Log(engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral))


_said: set[str] = set()
_said_lock = threading.Lock()


def _say_once(text: str) -> None:
    with _said_lock:
        if text in _said:
            return
        _said.add(text)
    _log("", f"modelarts: {text}", engine_pb2.LogSeverity.WARNING, ephemeral=False)

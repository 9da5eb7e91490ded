"""The bridge to the dynamic host: everything a Python dynamic provider is not handed, and needs.

The host calls a provider's methods from a gRPC servicer and passes on only the properties. The request it holds also
knows the urn, the timeout and the old inputs; its context can carry the trailer that makes a failure an initialisation
failure; the engine takes status lines at the address the host was started with; and its pool of four threads can be
lifted. None of this is documented, so all of it stands in this one module, is looked up and never assumed, and
degrades: without a request a call has no urn and reports nothing, and a failure is a plain exception. What could not be
had is said once, as a warning.

Errors reach the user as their message. Newer SDKs (since 3.261) send the whole traceback; the bridge takes that away,
and with MODELARTS_DEBUG set puts it under the resource's diagnostics instead, alike with every SDK.

Run against the Pulumi SDK 3.216, 3.259 and the newest (`tests/engine`).
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_modelarts.api.errors import ModelArtsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import ThreadPoolExecutor
    from types import FrameType

PROVIDER_KEY = "__provider"
DEFAULT_WORKERS = 64
_TRAILER = "grpc-status-details-bin"
_UNKNOWN_STATUS = 2
_COURTESY = 2.0
"""Seconds that a line to the engine may take; work never waits longer for being reported."""
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

    @property
    def old_inputs(self) -> dict[str, Any] | None:
        """The recorded inputs, which diff, read and update are not handed; None where they could not be found."""
        held = getattr(self.request, "old_inputs", None) or getattr(self.request, "inputs", None)
        return rpc.deserialize_properties(held, keep_unknowns=True) if held else None

    @property
    def ignored(self) -> tuple[str, ...]:
        """Paths of `ignore_changes`, those that a transformation added too; only diff and update are told them."""
        return tuple(getattr(self.request, "ignoreChanges", ()))

    def status(self, text: str) -> None:
        """Shows a short line in the resource's row; the next one replaces it. Without a urn there is no row."""
        if not self.urn:
            return
        _log(self.urn, text, engine_pb2.LogSeverity.INFO, ephemeral=True)

    def tell(self, text: str) -> None:
        """Prints a message under the resource."""
        _log(self.urn, text, engine_pb2.LogSeverity.INFO, ephemeral=False)

    def warn(self, text: str) -> None:
        """Prints a warning under the resource."""
        _log(self.urn, text, engine_pb2.LogSeverity.WARNING, ephemeral=False)

    def explain(self, error: Exception) -> None:
        """Prints where an error came from under the resource, with all that led to it."""
        lines = traceback.format_exception(error, limit=_WHOLE_TRACEBACK)
        _log(self.urn, "".join(lines), engine_pb2.LogSeverity.INFO, ephemeral=False)

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


def current_call() -> Call:
    """Finds the call the engine is making."""
    call = Call()
    for frame in _callers():
        if isinstance(frame.f_locals.get("self"), ResourceProviderServicer) and "request" in frame.f_locals:
            call = Call(frame.f_locals["request"], frame.f_locals.get("context"))
            break
    if call.request is None and _hosted():
        _say_once("no status lines, and unfinished work fails as a plain error")
    return call


class _NobodyIdle(threading.Semaphore):
    """Counts no worker as idle, so that each call gets a new one until there are as many as there may be.

    CPython 3.11 counts a worker as idle after every call it took from the queue. The calls that wait there while the
    first one lifts the limit would pass for idle workers ever after, and the pool would stay at four (observed).
    """

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:  # noqa: FBT001, FBT002 - inherited
        """Finds nobody."""
        del blocking, timeout
        return False

    def release(self, n: int = 1) -> None:
        """Forgets who became idle."""


def lift_workers(workers: int) -> None:
    """Lets the host serve more calls at once than its own four; never fewer than it does by itself.

    To be called from within a call of the engine: the host's threads are found from there.
    """
    for frame in _callers():
        if frame.f_code.co_name == "_worker" and "executor_reference" in frame.f_locals:
            executor: ThreadPoolExecutor | None = frame.f_locals["executor_reference"]()
            if executor is not None and hasattr(executor, "_max_workers"):
                executor._max_workers = max(workers, executor._max_workers)  # noqa: SLF001 - it has no setting for it
                executor._idle_semaphore = _NobodyIdle()  # noqa: SLF001 - likewise
                return
    if _hosted():
        _say_once("no more calls at once than it serves by itself")


@cache
def end_with_engine() -> None:
    """Ends the host at once when the engine has gone.

    An engine that is killed leaves its hosts running (observed: CLI 3.259). What such a host goes on doing nobody
    records, and it would meet the next run at the same work, which finishes whatever had been begun.
    """
    reached = threading.Event()
    if (channel := _channel()) is None:
        return

    def follow(state: grpc.ChannelConnectivity) -> None:
        if state is grpc.ChannelConnectivity.READY:
            reached.set()
        elif state is grpc.ChannelConnectivity.IDLE and reached.is_set():
            # Nobody has spoken for long, or the engine is gone: only another try tells which.
            channel.subscribe(lambda _: None, try_to_connect=True)
        elif state is grpc.ChannelConnectivity.TRANSIENT_FAILURE and reached.is_set():
            os._exit(1)

    channel.subscribe(follow, try_to_connect=True)


def quiet_errors() -> None:
    """Leaves tracebacks out of the SDK's error reports, in the host; the message is written for the user."""
    if _hosted():
        sys.tracebacklimit = 0


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
            if not _hosted():
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


def _callers() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the host passes nothing of this on
    while frame is not None:
        yield frame
        frame = frame.f_back


def _hosted() -> bool:
    """Tells whether this process is the dynamic host."""
    return Path(*sys.argv[:1]).parts[-3:] == ("pulumi", "dynamic", "__main__.py")


def _status(details: provider_pb2.ErrorResourceInitFailed) -> bytes:
    """Returns a google.rpc.Status with one detail, the form in which gRPC carries error details."""
    packed = AnyMessage()
    packed.Pack(details)
    status = status_pb2.Status(code=_UNKNOWN_STATUS, message="; ".join(details.reasons), details=[packed])
    return bytes(status.SerializeToString())


@cache
def _channel() -> grpc.Channel | None:
    """Returns the way to the engine; its address is the host's last argument, behind flags for logs and traces."""
    if not _hosted() or len(sys.argv) < 2:  # noqa: PLR2004 - program and address
        return None
    return grpc.insecure_channel(sys.argv[-1])


@cache
def _engine() -> engine_pb2_grpc.EngineStub | None:
    channel = _channel()
    return None if channel is None else engine_pb2_grpc.EngineStub(channel)


def _log(urn: str, text: str, severity: engine_pb2.LogSeverity.ValueType, *, ephemeral: bool) -> None:
    engine = _engine()
    if engine is None:
        return
    # A status line is a courtesy: losing one must not fail the work it reports on.
    with suppress(grpc.RpcError):
        engine.Log(
            engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral), timeout=_COURTESY
        )


_said: set[str] = set()
_said_lock = threading.Lock()


def _say_once(lost: str) -> None:
    with _said_lock:
        if lost in _said:
            return
        _said.add(lost)
    text = f"this Pulumi SDK hides the engine's calls from pulumi-modelarts: {lost}. Everything else works as usual."
    _log("", text, engine_pb2.LogSeverity.WARNING, ephemeral=False)

"""The bridge to the dynamic host, its one half: what the process is that a provider runs in.

The host serves gRPC for the engine and hands a provider properties, no more. Here is what a provider needs of the
process itself: the way to the engine, so that something can be told; more calls at once than the host serves by itself;
an end when the engine has gone; and to hear that the user asks to stop. The other half, `_rpc`, is about one call.

None of this is documented, so all of it stands in these two modules, is looked up and never assumed, and degrades. What
could not be had is said once, as a warning.

Run against the Pulumi SDK 3.216, 3.259 and the newest (`tests/engine`).
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_modelarts.api.cancellation import NEVER, Cancellation
from pulumi_modelarts.handlers import _secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from concurrent.futures import Future
    from types import FrameType

_COURTESY = 2.0
"""Seconds that a line to the engine may take; work never waits longer for being reported."""
_OWN_POOL = "experimental_thread_pool"
"""Where gRPC looks for a method's own pool."""
_OF_A_POOL = ("_max_workers", "_shutdown_lock", "_idle_semaphore", "_work_queue", "_threads")
"""What a pool of threads has that is not documented (CPython 3.11 to 3.14)."""


class _InHand(threading.Semaphore):
    """Finds an idle worker where fewer calls are in hand than there are workers, so that others get a new one.

    CPython 3.11 counts a worker as idle after every call it took from the queue. The calls that wait there while the
    first one lifts the limit would pass for idle workers ever after, and the pool would stay at four (observed). From
    3.12 on a worker counts as idle once it finds the queue empty.

    Args:
        workers: Those there are; any of them may be busy.
        queued: Calls that wait for one.
    """

    def __init__(self, workers: Collection[object], queued: int) -> None:
        super().__init__(0)
        self._workers = workers
        self._in_hand = len(workers) + queued
        self._counting = threading.Lock()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:  # noqa: FBT001, FBT002 - inherited
        """Takes a call in hand; returns whether a worker is idle that will serve it."""
        del blocking, timeout
        with self._counting:
            self._in_hand += 1
            return self._in_hand <= len(self._workers)

    def release(self, n: int = 1) -> None:
        """Lets calls go that were served."""
        with self._counting:
            self._in_hand -= n


def lift_workers(workers: int) -> None:
    """Lets the host serve more calls at once than its own four; never fewer than it does by itself.

    To be called from within a call of the engine: the host's threads are found from there.
    """
    for frame in callers():
        if frame.f_code.co_name == "_worker" and "executor_reference" in frame.f_locals:
            executor: ThreadPoolExecutor | None = frame.f_locals["executor_reference"]()
            if executor is not None and all(hasattr(executor, name) for name in _OF_A_POOL):
                _lift(executor, workers)
                return
    if is_host():
        say_once("no more calls at once than it serves by itself")


def _lift(executor: Any, workers: int) -> None:
    """Lets a pool have more workers: it has no setting for it. Nothing joins the queue meanwhile."""
    with executor._shutdown_lock:  # noqa: SLF001 - it has no setting for it
        executor._max_workers = max(workers, executor._max_workers)  # noqa: SLF001 - likewise
        if sys.version_info < (3, 12) and not isinstance(executor._idle_semaphore, _InHand):  # noqa: SLF001 - likewise
            queued = executor._work_queue.qsize()  # noqa: SLF001 - likewise
            executor._idle_semaphore = _InHand(executor._threads, queued)  # noqa: SLF001 - likewise


class _Listener(ThreadPoolExecutor):
    """Runs the servicer's `Cancel` in a thread of its own, and passes on that it was called.

    gRPC takes a method's own pool where it has one (grpcio 1.71 to 1.85). The pool matters: where every worker of the
    host waits for the service, a `Cancel` in the common queue would be heard when the last of them has ended.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self.cancellation = Cancellation()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Passes it on, and answers the call."""
        self.cancellation.request()
        return super().submit(fn, *args, **kwargs)


def hear_cancel() -> None:
    """Has the engine's `Cancel` end what waits, which the SDK's servicer drops.

    To be called from within a call of the engine: the servicer is found from there. The engine sends it at the first
    Ctrl-C, and whenever a command ends: nothing may be printed about it.
    """
    for frame in callers():
        cancel = _cancel_of(frame.f_locals.get("self"))
        if cancel is not None:
            if not isinstance(getattr(cancel, _OWN_POOL, None), _Listener):
                setattr(cancel, _OWN_POOL, _Listener())
            return
    if is_host():
        say_once("Ctrl-C ends no wait")


def cancellation_for(servicer: object) -> Cancellation:
    """Returns what a servicer's calls are to heed; one that is never requested where nobody listens."""
    listener = getattr(_cancel_of(servicer), _OWN_POOL, None)
    return listener.cancellation if isinstance(listener, _Listener) else NEVER


def _cancel_of(servicer: object) -> Callable[..., Any] | None:
    """Returns the function that answers `Cancel`; None for what is no servicer."""
    return getattr(type(servicer), "Cancel", None) if isinstance(servicer, ResourceProviderServicer) else None


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
    if is_host():
        sys.tracebacklimit = 0


def callers() -> Iterator[FrameType]:
    """Yields the frames that led to whoever asks, its own left out, from the inside out."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the host passes nothing of this on
    while frame is not None:
        yield frame
        frame = frame.f_back


def is_host() -> bool:
    """Tells whether this process is the dynamic host."""
    return Path(*sys.argv[:1]).parts[-3:] == ("pulumi", "dynamic", "__main__.py")


@cache
def _channel() -> grpc.Channel | None:
    """Returns the way to the engine; its address is the host's last argument, behind flags for logs and traces."""
    if not is_host() or len(sys.argv) < 2:  # noqa: PLR2004 - program and address
        return None
    return grpc.insecure_channel(sys.argv[-1])


@cache
def _engine() -> engine_pb2_grpc.EngineStub | None:
    channel = _channel()
    return None if channel is None else engine_pb2_grpc.EngineStub(channel)


def log(urn: str, text: str, severity: engine_pb2.LogSeverity.ValueType, *, ephemeral: bool) -> None:
    """Tells the engine something, where there is one.

    Args:
        urn: The resource it is about; empty for the whole stack.
        text: What to tell.
        severity: How grave it is.
        ephemeral: Whether it is shown in the resource's row until the next one, rather than kept.
    """
    engine = _engine()
    if engine is None:
        return
    # A status line is a courtesy: losing one must not fail the work it reports on.
    with suppress(grpc.RpcError):
        message = _secrets.current().hide(text)
        engine.Log(
            engine_pb2.LogRequest(severity=severity, message=message, urn=urn, ephemeral=ephemeral), timeout=_COURTESY
        )


_said: set[str] = set()
_said_lock = threading.Lock()


def say_once(lost: str) -> None:
    """Warns of what this SDK keeps from a provider, once for each loss."""
    with _said_lock:
        if lost in _said:
            return
        _said.add(lost)
    text = f"this Pulumi SDK hides the engine's calls from pulumi-modelarts: {lost}. Everything else works as usual."
    log("", text, engine_pb2.LogSeverity.WARNING, ephemeral=False)

"""Where requests are written down, if somebody wants that, and on whose behalf they are sent."""

from __future__ import annotations

import threading
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from pulumi_modelarts.api.caller import Caller, serving
from pulumi_modelarts.api.trace_file import TraceFile
from pulumi_modelarts.handlers import _rpc, _secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.sources import Sources

P = ParamSpec("P")
R = TypeVar("R")

_files: dict[Path, TraceFile] = {}
_lock = threading.Lock()


def trace_of(sources: Sources) -> TraceFile | None:
    """Returns the file that `MODELARTS_TRACE` names, opened once in a process; None where it names none.

    A relative path begins where this process works: in the folder of the project. `sources` remembers a file that
    cannot be written: who asks for a trace and gets none should know before anything is sent.
    """
    found = sources.find("trace file")
    if found is None:
        return None
    if found == "-":
        sources.reject("trace file", "is -, which is no file; name one, such as trace.jsonl")
        return None
    path = Path(found).absolute()
    with _lock:
        try:
            if path not in _files:
                _files[path] = TraceFile(path, _rpc.Call().warn)
        except OSError as error:
            reason = error.strerror or str(error)
            sources.reject("trace file", f"{str(path)!r} cannot be written: {reason}")
        return _files.get(path)


class Called(Protocol):
    """What serves one call of the engine."""

    @property
    def call(self) -> _rpc.Call:
        """The call."""


S = TypeVar("S", bound=Called)


def serving_call(name: str, handler: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Lets everything that a handler asks of the service be asked on behalf of the resource that it is called for.

    Args:
        name: Of the call: `check`, `update` and so on.
        handler: Handles it.
    """

    @wraps(handler)
    def handle(served: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        secrets = _secrets.current()
        caller = Caller(served.call.urn, name, secrets.hide, has_secrets=bool(secrets.paths))
        with serving(caller):
            return handler(served, *args, **kwargs)

    return handle

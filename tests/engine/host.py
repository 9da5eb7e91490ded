"""Drive `python -m pulumi.dynamic`, the process that hosts dynamic providers, over gRPC, as the engine does.

The engine's own end is a small server that keeps what the providers log.
"""

import copy
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import grpc
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.rpc import UNKNOWN

from tests.engine.log import Engine, LogLine
from tools.paths import ROOT

__all__ = ["UNKNOWN", "Call", "CallFailedError", "CheckFailure", "Host", "InitFailedError", "LogLine"]

_PROVIDER = "__provider"
_SECONDS = 60
_SOURCES = (ROOT / "provider", ROOT)
_NOT_INHERITED = ("MODELARTS_", "HW_", "PULUMI_", "OS_")


@dataclass(frozen=True)
class CheckFailure:
    """A property that `check` refused, and why."""

    property: str
    reason: str


@dataclass(frozen=True)
class Call:
    """What every call says about the resource it is for.

    Attributes:
        urn: The resource.
        timeout: Seconds from `custom_timeouts`, 0 for none.
        preview: Whether this is a preview.
        ignore_changes: Property paths of `ignore_changes`.
        old_inputs: The inputs in the state.
    """

    urn: str = "urn:pulumi:test::modelarts::test:Thing::thing"
    timeout: float = 0
    preview: bool = False
    ignore_changes: Sequence[str] = ()
    old_inputs: Mapping[str, Any] | None = None


class CallFailedError(Exception):
    """A call ended with an error; the text is the provider's."""


class InitFailedError(CallFailedError):
    """The resource exists but is not as declared: the engine keeps it in the state.

    Attributes:
        id: The resource's id.
        properties: The outputs to keep.
        reasons: What is missing.
        recorded: The provider to keep with them, pickled.
    """

    def __init__(self, details: provider_pb2.ErrorResourceInitFailed) -> None:
        super().__init__("; ".join(details.reasons))
        self.id = details.id
        self.properties = _from_struct(details.properties)
        self.reasons = list(details.reasons)
        self.recorded = details.properties.fields[_PROVIDER].string_value


class Host:
    """A running provider host for one provider; a context manager.

    Args:
        provider: The provider, which the host must be able to import; or how some other host has recorded it.
        python: Interpreter of an environment with the Pulumi SDK.
        config: The stack's configuration, such as `{"modelarts:endpoint": "emulator"}`.
        env: Further variables for the host. The tester's own settings do not reach it.
        program: What the interpreter runs.
        flags: What the engine puts before its address, where it is told to log or to trace.

    Attributes:
        recorded: The provider as states have it, pickled.
    """

    def __init__(
        self,
        provider: ResourceProvider | str,
        python: Path,
        config: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        *,
        program: Sequence[str | Path] = ("-m", "pulumi.dynamic"),
        flags: Sequence[str] = (),
    ) -> None:
        self.recorded = provider if isinstance(provider, str) else serialize_provider(provider)
        self._command = [python, "-u", *program, *flags]
        self._config = dict(config or {})
        self._env = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_INHERITED)}
        self._env |= {"PYTHONPATH": os.pathsep.join(map(str, _SOURCES)), "PULUMI_PROJECT": "modelarts"} | dict(
            env or {}
        )
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with the host
        self._engine = Engine()
        self._server = grpc.server(ThreadPoolExecutor(max_workers=4))
        engine_pb2_grpc.add_EngineServicer_to_server(self._engine, self._server)

    def __enter__(self) -> Self:
        """Start both ends and configure the host."""
        address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()
        self._process = subprocess.Popen(
            [*self._command, address],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self._process.stdout is not None
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self._process.stdout.readline())}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(provider_pb2.ConfigureRequest(args=_to_struct(self._config)), timeout=_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        """End both ends."""
        self._channel.close()
        self._process.terminate()
        self._process.communicate()
        self._server.stop(grace=None).wait()
        self._errors.close()

    def serving(self, recorded: str) -> Self:
        """Return this host as one for another provider, as states have it: it serves all of a stack."""
        other = copy.copy(self)
        other.recorded = recorded
        return other

    def cancel(self) -> None:
        """Ask the providers to stop, as the engine does at Ctrl-C and whenever a command ends."""
        self._stub.Cancel(Empty(), timeout=_SECONDS)

    def lose_engine(self) -> int:
        """Let the engine go without a word, as when it is killed; return how the host ended then."""
        self._server.stop(grace=None).wait()
        return self._process.wait(_SECONDS)

    @property
    def lines(self) -> list[LogLine]:
        """What the provider told the engine so far."""
        return list(self._engine.lines)

    @property
    def peak(self) -> float:
        """The most memory that the host has held so far, in MiB."""
        return self._status("VmHWM") / 1024

    @property
    def threads(self) -> int:
        """How many threads the host has."""
        return self._status("Threads")

    def _status(self, what: str) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition(f"{what}:")[2].split()[0])

    def await_lines(self, enough: Callable[[Sequence[LogLine]], bool]) -> None:
        """Return as soon as what the provider has told is enough."""
        with self._engine.said:
            assert self._engine.said.wait_for(lambda: enough(self._engine.lines), _SECONDS), self._engine.lines

    @property
    def printed(self) -> str:
        """What the host has written to standard error, which the CLI would show beside everything else."""
        self._errors.seek(0)
        return self._errors.read()

    def check(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, call: Call = Call()
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Return the checked inputs and what is wrong with them."""
        request = provider_pb2.CheckRequest(
            urn=call.urn, olds=self._props(olds) if olds else None, news=self._props(news)
        )
        answer = self._call(self._stub.Check, request)
        failures = [CheckFailure(failure.property, failure.reason) for failure in answer.failures]
        return _from_struct(answer.inputs), failures

    def diff(
        self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any], call: Call = Call()
    ) -> provider_pb2.DiffResponse:
        """Return the engine's answer as it is: `changes`, `replaces`, `deleteBeforeReplace`."""
        request = provider_pb2.DiffRequest(
            id=id_,
            urn=call.urn,
            olds=self._props(olds),
            news=self._props(news),
            ignoreChanges=call.ignore_changes,
            old_inputs=self._optional(call.old_inputs),
        )
        answer: provider_pb2.DiffResponse = self._call(self._stub.Diff, request)
        return answer

    def create(self, inputs: Mapping[str, Any], call: Call = Call()) -> tuple[str, dict[str, Any]]:
        """Return the new resource's id and outputs."""
        request = provider_pb2.CreateRequest(
            urn=call.urn, properties=self._props(inputs), timeout=call.timeout, preview=call.preview
        )
        answer = self._call(self._stub.Create, request)
        return answer.id, _from_struct(answer.properties)

    def read(
        self,
        id_: str,
        outputs: Mapping[str, Any],
        inputs: Mapping[str, Any] | None = None,
        call: Call = Call(),
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Return id, outputs and inputs as they are live; the id of something gone is empty."""
        request = provider_pb2.ReadRequest(
            id=id_,
            urn=call.urn,
            properties=self._props(outputs),
            inputs=self._optional(inputs),
            timeout=call.timeout,
        )
        answer = self._call(self._stub.Read, request)
        return answer.id, _from_struct(answer.properties), _from_struct(answer.inputs)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any], call: Call = Call()) -> dict[str, Any]:
        """Return the new outputs."""
        request = provider_pb2.UpdateRequest(
            id=id_,
            urn=call.urn,
            olds=self._props(olds),
            news=self._props(news),
            timeout=call.timeout,
            preview=call.preview,
            ignoreChanges=call.ignore_changes,
            old_inputs=self._optional(call.old_inputs),
        )
        return _from_struct(self._call(self._stub.Update, request).properties)

    def delete(self, id_: str, outputs: Mapping[str, Any], call: Call = Call()) -> None:
        """Delete the resource."""
        request = provider_pb2.DeleteRequest(
            id=id_, urn=call.urn, properties=self._props(outputs), timeout=call.timeout
        )
        self._call(self._stub.Delete, request)

    def _call(self, method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=_SECONDS)
        except grpc.RpcError as error:
            for details in _init_failures(error):
                raise InitFailedError(details) from error
            raise CallFailedError(error.details()) from error

    def _props(self, values: Mapping[str, Any]) -> Struct:
        return _to_struct({**values, _PROVIDER: self.recorded})

    def _optional(self, values: Mapping[str, Any] | None) -> Struct | None:
        return None if values is None else self._props(values)


def _init_failures(error: Any) -> list[provider_pb2.ErrorResourceInitFailed]:
    found = []
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                failure = provider_pb2.ErrorResourceInitFailed()
                if detail.Unpack(failure):
                    found.append(failure)
    return found


def _to_struct(values: Mapping[str, Any]) -> Struct:
    return json_format.ParseDict(dict(values), Struct())


def _from_struct(struct: Struct) -> dict[str, Any]:
    values: dict[str, Any] = json_format.MessageToDict(struct)
    values.pop(_PROVIDER, None)
    return values

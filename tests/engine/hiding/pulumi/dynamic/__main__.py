"""A host as a later SDK could have it: it works, and keeps the engine's calls where nobody finds them.

It hands the provider properties and takes results, like every host. But its servicer is no class that the SDK exports,
names its arguments differently, and starts a thread for each call instead of keeping a pool of workers. Errors are
reported as the newest SDK does, with their traceback.
"""

import asyncio
import base64
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import dill  # type: ignore[import-untyped]  # it has no annotations
import grpc
from google.protobuf import empty_pb2
from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from pulumi.runtime import proto, rpc
from pulumi.runtime.proto import provider_pb2_grpc

KEY = "__provider"


class Threads(Executor):
    """Runs each call in a thread of its own."""

    def submit(self, act: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Start it at once."""
        future: Future[Any] = Future()
        threading.Thread(target=lambda: future.set_result(act(*args, **kwargs)), daemon=True).start()
        return future


def packed(values: dict[str, Any]) -> Any:
    """Return properties as they travel."""
    return asyncio.run(rpc.serialize_properties(values, {}))


class Hidden:
    """Answers the engine's calls."""

    def __init__(self) -> None:
        self.config: dict[str, Any] = {}
        self.provider: ResourceProvider | None = None
        self.lock = threading.Lock()

    def restored(self, props: dict[str, Any]) -> ResourceProvider:
        """Return the provider that the properties name, configured."""
        with self.lock:
            if self.provider is None:
                self.provider = dill.loads(base64.b64decode(props[KEY]))  # noqa: S301 - what a host is for
                self.provider.configure(ConfigureRequest(Config(self.config, "modelarts")))
            return self.provider

    def configure(self, message: Any, _wire: Any) -> Any:
        """Keep the configuration."""
        self.config = {
            key: rpc.unwrap_rpc_secret(value) for key, value in rpc.deserialize_properties(message.args).items()
        }
        return proto.ConfigureResponse(acceptSecrets=False)

    def check(self, message: Any, _wire: Any) -> Any:
        """Check inputs."""
        olds, news = rpc.deserialize_properties(message.olds, True), rpc.deserialize_properties(message.news, True)
        checked = self.restored(news).check(olds, news)
        failures = [proto.CheckFailure(property=each.property, reason=each.reason) for each in checked.failures]
        return proto.CheckResponse(inputs=packed({**checked.inputs, KEY: news[KEY]}), failures=failures)

    def diff(self, message: Any, _wire: Any) -> Any:
        """Compare."""
        olds, news = rpc.deserialize_properties(message.olds, True), rpc.deserialize_properties(message.news, True)
        answer = self.restored(news).diff(message.id, olds, news)
        same, unsure = proto.DiffResponse.DIFF_NONE, proto.DiffResponse.DIFF_UNKNOWN
        return proto.DiffResponse(changes=same if answer.changes is False else unsure)

    def create(self, message: Any, _wire: Any) -> Any:
        """Create a resource."""
        props = rpc.deserialize_properties(message.properties)
        made = self.restored(props).create(props)
        return proto.CreateResponse(id=made.id, properties=packed({**(made.outs or {}), KEY: props[KEY]}))

    def update(self, message: Any, _wire: Any) -> Any:
        """Update a resource."""
        olds, news = rpc.deserialize_properties(message.olds), rpc.deserialize_properties(message.news)
        made = self.restored(news).update(message.id, olds, news)
        return proto.UpdateResponse(properties=packed({**(made.outs or {}), KEY: news[KEY]}))

    def delete(self, message: Any, _wire: Any) -> Any:
        """Delete a resource."""
        props = rpc.deserialize_properties(message.properties)
        self.restored(props).delete(message.id, props)
        return empty_pb2.Empty()


def answering(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Report errors with their traceback."""

    def answer(message: Any, wire: Any) -> Any:
        try:
            return method(message, wire)
        except Exception:  # noqa: BLE001 - whatever a provider raises is reported
            wire.abort(grpc.StatusCode.UNKNOWN, traceback.format_exc())

    return answer


class Table:
    """The servicer: methods under the names that gRPC looks for."""

    def __init__(self, hidden: Hidden) -> None:
        for name in ("Configure", "Check", "Diff", "Create", "Update", "Delete"):
            setattr(self, name, answering(getattr(hidden, name.lower())))

    def __getattr__(self, name: str) -> Callable[[Any, Any], Any]:
        """Refuse what nothing here needs."""
        return lambda _message, wire: wire.abort(grpc.StatusCode.UNIMPLEMENTED, name)


def main() -> None:
    """Serve until ended."""
    server = grpc.server(Threads())  # type: ignore[arg-type]  # gRPC wants its executor to be any Executor, and says ThreadPool
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Table(Hidden()), server)  # type: ignore[arg-type]  # by its names
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how a host says where it is
    threading.Event().wait()


main()

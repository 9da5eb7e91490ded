"""The engine's own end, to which providers log."""

from dataclasses import dataclass
from threading import Condition

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


@dataclass(frozen=True)
class LogLine:
    """What a provider told the engine.

    Attributes:
        urn: The resource it is about; empty for the whole stack.
        text: What it said.
        severity: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
        ephemeral: Shown in the resource's row and replaced by the next line, rather than kept.
    """

    urn: str
    text: str
    severity: str
    ephemeral: bool


class Engine(engine_pb2_grpc.EngineServicer):
    """The engine's end: keeps what is logged.

    Attributes:
        lines: What the providers told.
        said: Notified of each line.
    """

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.said = Condition()

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802 - gRPC's name
        """Keep one line."""
        del context
        severity = engine_pb2.LogSeverity.Name(request.severity)
        with self.said:
            self.lines.append(LogLine(request.urn, request.message, severity, request.ephemeral))
            self.said.notify_all()
        return Empty()

"""The emulator: one world, and the order in which a request goes through it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelarts_emulator import control, ids, pending, signing
from modelarts_emulator.clock import Clock
from modelarts_emulator.exceptions import ApiError, api_does_not_exist, body_too_large
from modelarts_emulator.faults import SCOPE_HEADER, Fault, Faults
from modelarts_emulator.journal import Journal
from modelarts_emulator.lifecycle import Timings
from modelarts_emulator.messages import Request, Response
from modelarts_emulator.models import agenda, node, training_job
from modelarts_emulator.models.tenant import Tenant, no_outcome
from modelarts_emulator.responses.call import Call
from modelarts_emulator.responses.identity import password_of
from modelarts_emulator.store import WORLD_TABLES, Store
from modelarts_emulator.urls import OPERATIONS, Route, resolve
from modelarts_emulator.worlds import loading
from modelarts_emulator.worlds.documented import PROJECT, WORLD
from modelarts_emulator.worlds.view import view

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from modelarts_emulator.faults import Outcome
    from modelarts_emulator.server import Server
    from modelarts_emulator.transport import EmulatorTransport

LARGEST_BODY = 12 * 1024 * 1024
"""Bytes of a request body (documented: API gateway, 12 MB)."""


class Emulator:
    """A ModelArts of one's own, in memory or in a file.

    Args:
        path: World file, made with the documented world when absent; None: in memory.
        clock: Clock setting (real, frozen, auto, scaled:N); None: what the file says, frozen in a new world.
        world: World to begin with, instead of the documented one; an existing file keeps its own.
        credentials: Whom to accept; None accepts everybody.
        wall: Wall time in seconds since 1970; None: the system's.
        sleep: Waits that many wall seconds; None: the system's.

    Attributes:
        clock: Virtual time.
        faults: Armed faults.
        journal: What was asked and answered.

    Raises:
        ImpossibleWorldError: The world cannot exist.
        UnsupportedFileError: The file is from a newer version or another program.
        ValueError: An unknown clock setting.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: str | None = None,
        world: Mapping[str, Any] | None = None,
        credentials: signing.Credentials | None = None,
        wall: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._store = Store(path)
        times: dict[str, Any] = {name: value for name, value in (("wall", wall), ("sleep", sleep)) if value}
        self.clock = Clock(self._store, **times)
        self.faults = Faults(self._store, OPERATIONS)
        self.journal = Journal(self._store)
        self.credentials = credentials
        with self._store.transaction():
            if clock is not None and clock != self.clock.mode:
                self.clock.set_mode(clock)
            if self._store.get("world") is None:
                self.seed(world or WORLD)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        clock: str | None = None,
        *,
        credentials: signing.Credentials | None = None,
    ) -> Emulator:
        """Open a world file, made with the documented world when absent; several processes may have it open."""
        return cls(Path(path), clock=clock, credentials=credentials)

    def handle(self, request: Request) -> Response:
        """Answer one request.

        The order is the same for all: route, tenant, authentication, fault before, parse and validate, handler,
        rendering, journal, fault after.
        """
        if request.path == control.PREFIX or request.path.startswith(control.PREFIX + "/"):
            return control.answer(self, request)
        found = resolve(request.method, request.path)
        if found is None:
            return self._refuse(request, api_does_not_exist())
        if len(request.body) > LARGEST_BODY:
            return self._refuse(replace(request, body=b""), body_too_large())
        response = self._through(request, *found)
        if self.clock.state.mode == "auto" and request.method == "GET":
            self._jump(found[1].get("project", ""))
        return response

    def _through(self, request: Request, route: Route, parameters: dict[str, str]) -> Response:
        scope = request.headers.get(SCOPE_HEADER)
        with self._store.transaction():
            refusal = self._refusal(request, route)
            fault = None if refusal else self.faults.take(route.operation, parameters, scope)
            if fault is None or not fault.latency:
                return self._process(request, route, parameters, fault, refusal)
        if self._times_out(request, fault):
            return self._process(request, route, parameters, replace(fault, drop="timeout"), None)
        with self._store.transaction():
            return self._process(request, route, parameters, fault, None)

    def _times_out(self, request: Request, fault: Fault) -> bool:
        """Let a fault's latency pass, or as much of it as the client waits."""
        patience = fault.latency if request.timeout is None else min(request.timeout, fault.latency)
        self.clock.wait(patience)
        return patience < fault.latency

    def _refusal(self, request: Request, route: Route) -> ApiError | None:
        try:
            with self._store.transaction() as connection:
                now, wall = self.clock.now(), self.clock.wall()
                if route.operation == "keystoneCreateUserTokenByPassword":
                    signing.check_user(*password_of(_json(request)), self.credentials)
                else:
                    signing.check(request, self.credentials, connection, now, wall)
        except ApiError as error:
            return error
        return None

    def _process(
        self,
        request: Request,
        route: Route,
        parameters: dict[str, str],
        fault: Fault | None,
        refusal: ApiError | None,
    ) -> Response:
        with self._store.transaction() as connection:
            if refusal is not None:
                response = _error_response(refusal)
            elif fault is not None and _prevents(fault):
                response = _fault_response(fault) or Response(0)
            else:
                response = self._answer(connection, request, route, parameters)
            if fault is not None:
                response = _spoil(response, fault)
            return self._finish(request, route, parameters, response, fault)

    def _answer(
        self, connection: sqlite3.Connection, request: Request, route: Route, parameters: dict[str, str]
    ) -> Response:
        scope = request.headers.get(SCOPE_HEADER)

        def outcome(kind: str, facts: Mapping[str, object]) -> Outcome | None:
            return self.faults.take_outcome(route.operation, kind, facts, scope)

        tenant = self._tenant(connection, parameters.get("project", ""), outcome)
        agenda.settle(tenant)
        try:
            with self._store.attempt():
                return route.answer(Call(request, parameters, tenant))
        except ApiError as error:
            return _error_response(error)

    def _finish(
        self, request: Request, route: Route, parameters: dict[str, str], response: Response, fault: Fault | None
    ) -> Response:
        with self._store.transaction() as connection:
            number = self.journal.next_number(connection)
            request_id = ids.token(self._seed, "request", number)
            response = replace(response, headers={**response.headers, "x-request-id": request_id})
            what = (route.operation, parameters.get("project"))
            self.journal.note(self.clock.now(), request, what, response, _named(fault))
        return response

    def _refuse(self, request: Request, error: ApiError) -> Response:
        response = _error_response(error)
        with self._store.transaction() as connection:
            request_id = ids.token(self._seed, "request", self.journal.next_number(connection))
            response = replace(response, headers={**response.headers, "x-request-id": request_id})
            self.journal.note(self.clock.now(), request, (None, None), response, None)
        return response

    def _jump(self, project: str) -> None:
        with self._store.transaction() as connection:
            tenant = self._tenant(connection, project)
            agenda.settle(tenant)
            moment = pending.next_event(tenant)
            if moment is not None:
                self.clock.jump_to(moment)

    @property
    def _seed(self) -> str:
        return str(self._store.get("seed", "modelarts"))

    def _tenant(
        self,
        connection: sqlite3.Connection,
        project: str,
        outcome: Callable[[str, Mapping[str, object]], Outcome | None] = no_outcome,
    ) -> Tenant:
        timings = Timings(**self._store.get("timings", {}))
        return Tenant(connection, project, self.clock.now(), self._seed, timings, outcome)

    def seed(self, world: Mapping[str, Any]) -> None:
        """Replace the world by this one, at the beginning of time; `reset` comes back to it.

        Args:
            world: Plain data as `modelarts_emulator.worlds.loading` describes.

        Raises:
            ImpossibleWorldError: It cannot exist; the old world stays.
        """
        timings = loading.timings_of(world)
        with self._store.transaction() as connection:
            with self._store.attempt():
                for table in WORLD_TABLES:
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names are constants
                self.clock.reset()
                loading.load(connection, world, self.clock.now())
            self._store.put("world", dict(world))
            self._store.put("seed", world.get("seed", "modelarts"))
            self._store.put("timings", vars(timings))

    def reset(self) -> None:
        """Back to the world last seeded: no orders, no faults, an empty journal, time at its beginning."""
        with self._store.transaction():
            self.faults.clear()
            self.journal.clear()
            self.seed(self._store.get("world"))

    def world(self, project: str = PROJECT) -> dict[str, Any]:
        """One project at this moment as plain data: pools with counts and nodes, orders, training jobs."""
        with self._store.transaction() as connection:
            tenant = self._tenant(connection, project)
            agenda.settle(tenant)
            return view(tenant)

    def projects(self) -> list[str]:
        """Projects that have pools."""
        with self._store.transaction() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT project FROM pools ORDER BY project")]

    def finish_training_job(self, job_id: str, phase: str = "Completed", project: str = PROJECT) -> None:
        """End a training job now.

        Raises:
            ApiError: No such job.
            ValueError: Not a phase in which a job ends.
        """
        if phase not in training_job.TERMINAL:
            raise ValueError(f"{phase!r} is not one of {', '.join(training_job.TERMINAL)}")
        with self._store.transaction() as connection:
            tenant = self._tenant(connection, project)
            agenda.settle(tenant)
            training_job.finish(tenant, training_job.find(tenant, job_id), phase)

    def set_node_phase(self, pool: str, name: str, phase: str, project: str = PROJECT) -> None:
        """Make a node Abnormal, or Available again.

        Raises:
            ApiError: No such node.
            ValueError: Another phase.
        """
        if phase not in {"Available", "Abnormal"}:
            raise ValueError(f"{phase!r} is neither Available nor Abnormal")
        with self._store.transaction() as connection:
            tenant = self._tenant(connection, project)
            node.set_outcome(tenant, node.find(tenant, pool, name), phase)

    def transport(self) -> EmulatorTransport:
        """Transport for httpx clients, synchronous and asynchronous, that goes to this emulator without a socket."""
        from modelarts_emulator.transport import EmulatorTransport  # noqa: PLC0415 - only here is httpx needed

        return EmulatorTransport(self)

    def serve(self, port: int = 0, host: str = "127.0.0.1") -> Server:
        """Serve over HTTP on the loopback interface; use it in a `with` statement, or call `close`.

        Args:
            port: Port; 0 takes a free one.
            host: Address to listen on; one beyond loopback lets everybody in who can reach it.
        """
        from modelarts_emulator.server import Server  # noqa: PLC0415 - in-process use needs no server

        return Server(self, host, port)

    def close(self) -> None:
        """Close the world's store."""
        self._store.close()

    def __enter__(self) -> Emulator:
        """The emulator itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def _json(request: Request) -> Any:
    try:
        return Response(200, body=request.body).json()
    except ValueError:
        return None


def _error_response(error: ApiError) -> Response:
    return Response.of_json(error.status, error.document(), error.headers)


def _prevents(fault: Fault) -> bool:
    """True when the request is not processed."""
    return fault.when == "before" and (fault.status is not None or fault.drop in {"reset", "close", "timeout"})


def _fault_response(fault: Fault) -> Response | None:
    if fault.status is None:
        return None
    headers = {} if fault.retry_after is None else {"retry-after": f"{fault.retry_after:g}"}
    return _error_response(ApiError(fault.status, fault.code, fault.message, headers))


def _spoil(response: Response, fault: Fault) -> Response:
    """Turn a good answer into what the fault makes of it."""
    response = _fault_response(fault) or response
    if fault.cut_json:
        response = replace(response, body=response.body[: len(response.body) // 2])
    return replace(response, drop=fault.drop) if fault.drop else response


def _named(fault: Fault | None) -> str | None:
    if fault is None:
        return None
    parts = [str(fault.status or ""), fault.drop or "", "cut_json" * fault.cut_json, "latency" * bool(fault.latency)]
    return " ".join(filter(None, [*parts, fault.when]))

"""The way of a request through the emulator, the same for every operation and written down once.

Route, tenant, authentication, fault before, parse and validate, handler, rendering, journal, fault after. All of it is
one transaction, save that nothing is locked while a latency fault lets time pass.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from modelarts_emulator.messages import Response
from modelarts_emulator.service.call import Call
from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import agenda, pending, retention
from modelarts_emulator.service.models.project import require_region
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME
from modelarts_emulator.service.models.tenant import Tenant, no_outcome
from modelarts_emulator.service.responses.identity import password_of
from modelarts_emulator.service.urls import resolve
from modelarts_emulator.state import ids
from modelarts_emulator.state.choices import Choices
from modelarts_emulator.state.errors import DefectError, DefectWarning, LockedFileError
from modelarts_emulator.state.lifecycle import Timings
from modelarts_emulator.trouble import SCOPE_HEADER, Fault
from modelarts_emulator.trouble.chances import Chances
from modelarts_emulator.wire import signing, spoiling
from modelarts_emulator.wire.refusals import api_does_not_exist, body_too_large, internal_error

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from modelarts_emulator.messages import Loss, Request
    from modelarts_emulator.service.models.set_aside import SetAside
    from modelarts_emulator.service.models.tenant import Outcomes
    from modelarts_emulator.service.operation import Operation
    from modelarts_emulator.state.clock import Clock
    from modelarts_emulator.state.store import Store
    from modelarts_emulator.trouble import Faults, Outcome
    from modelarts_emulator.trouble.endings import Kind
    from modelarts_emulator.wire.journal import Journal
    from modelarts_emulator.wire.signing import Credentials

LARGEST_BODY = 12 * 1024 * 1024
"""Bytes of a request body (documented: API gateway, 12 MB)."""


class Dispatcher:
    """Answers requests.

    Args:
        store: The world.
        clock: Its clock.
        faults: Armed faults.
        journal: Where exchanges are kept.
        credentials: Whom to accept; None accepts everybody.
    """

    def __init__(
        self, store: Store, clock: Clock, faults: Faults, journal: Journal, credentials: Credentials | None
    ) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._credentials = credentials
        self._failed: list[SetAside] = []

    def tenant(self, connection: sqlite3.Connection, project: str, outcome: Outcomes = no_outcome) -> Tenant:
        """One project now, with everything settled that is due."""
        timings, choices = _timings(self._store.text("timings")), _choices(self._store.text("choices"))
        chances = _chances(self._store.text("chances"))
        tenant = Tenant(connection, project, self._clock.now(), self._seed(), timings, choices, chances, outcome)
        self._failed += agenda.settle(tenant)
        return tenant

    @contextmanager
    def inside(self, project: str) -> Iterator[Tenant]:
        """One project now, in a transaction of its own or the one there is."""
        with self._store.transaction() as connection:
            yield self.tenant(connection, project)
        self._warn()

    def _warn(self) -> None:
        """Tell what was set aside, once that is kept."""
        while self._failed and not self._store.transaction().current():
            text = f"a defect of the emulator, please report it: {self._failed.pop()}"
            warnings.warn(text, DefectWarning, stacklevel=3)

    def handle(self, request: Request) -> Response:
        """Answer one request; it and the answer are in the journal when this returns.

        Raises:
            DefectError: Something here failed; the request had no effect, and is in the journal as well.
            LockedFileError: Another process does not let go of the world file.
        """
        try:
            answer = self._handle(request)
        except LockedFileError:
            raise
        except Exception as error:
            raise self._defect(request) from error
        self._warn()
        return answer

    def _handle(self, request: Request) -> Response:
        found = resolve(request.method, request.path)
        if found is None:
            return self._finish(request, None, {}, _unserved(request.path).response(), None)
        route, parameters = found
        if len(request.body) > LARGEST_BODY:
            return self._finish(replace(request, body=b""), route, parameters, body_too_large().response(), None)
        return self._answer(request, route, parameters)

    def _defect(self, request: Request) -> DefectError:
        """Note that a request failed, which it did with nothing changed, and what its sender is told."""
        route, parameters = resolve(request.method, request.path) or (None, {})
        answer = self._kept(request, route, parameters, internal_error().response(), None)
        return DefectError(f"{request.method} {request.path}", answer)

    def _answer(self, request: Request, route: Operation, parameters: dict[str, str]) -> Response:
        with self._store.transaction() as connection:
            refusal = self._refusal(connection, request, route, parameters)
            if refusal is not None:
                return self._finish(request, route, parameters, refusal.response(), None)
            facts = _facts(request, route, parameters)
            fault = self._faults.take(route.name, facts, request.headers.get(SCOPE_HEADER))
            if fault is None or not fault.latency:
                return self._process(request, route, parameters, fault, fault.drop if fault else None)
        return self._process(request, route, parameters, fault, self._delay(request, fault))

    def _refusal(
        self, connection: sqlite3.Connection, request: Request, route: Operation, parameters: dict[str, str]
    ) -> ApiError | None:
        """Why the caller is not let in; None when it is."""
        try:
            if route.gives_token:
                signing.check_user(*password_of(_json(request)), self._credentials)
            else:
                signing.check(request, self._credentials, connection, self._clock.now(), self._clock.wall())
                require_region(connection, parameters.get("project", ""), request.headers.get("host", ""))
        except ApiError as error:
            return error
        return None

    def _delay(self, request: Request, fault: Fault) -> Loss | None:
        """Let a fault's latency pass, or as much of it as the client waits; how the answer is lost after that."""
        patience = fault.latency if request.timeout is None else min(request.timeout, fault.latency)
        self._clock.wait(patience)
        return fault.drop if patience == fault.latency else "timeout"

    def _process(
        self, request: Request, route: Operation, parameters: dict[str, str], fault: Fault | None, loss: Loss | None
    ) -> Response:
        with self._store.transaction() as connection:
            self._prune(connection)
            if fault is not None and spoiling.prevents(fault, loss):
                response = spoiling.answer_of(fault) or Response(0)
            else:
                response = self._served(connection, request, route, parameters)
            if fault is not None:
                response = spoiling.spoil(response, fault, loss)
            return self._finish(request, route, parameters, response, fault)

    def _served(
        self, connection: sqlite3.Connection, request: Request, route: Operation, parameters: dict[str, str]
    ) -> Response:
        scope, known = request.headers.get(SCOPE_HEADER), _facts(request, route, parameters)

        def outcome(kind: Kind, facts: Mapping[str, object]) -> Outcome | None:
            return self._faults.take_outcome(route.name, kind, {**known, **facts}, scope)

        tenant = self.tenant(connection, parameters.get("project", ""), outcome)
        try:
            with nullcontext() if route.reads else self._store.attempt():
                return route.handler(Call(route.contract, request, parameters, tenant))
        except ApiError as error:
            return error.response()

    def _finish(
        self,
        request: Request,
        route: Operation | None,
        parameters: dict[str, str],
        response: Response,
        fault: Fault | None,
    ) -> Response:
        """Keep the exchange, and let the answer go; after an answer to a poll, the `auto` clock moves on."""
        with self._store.transaction() as connection:
            response = self._kept(request, route, parameters, response, fault)
            if route is not None and route.polls and self._clock.state.mode == "auto":
                self._jump(connection, parameters)
        return response

    def _kept(
        self,
        request: Request,
        route: Operation | None,
        parameters: dict[str, str],
        response: Response,
        fault: Fault | None,
    ) -> Response:
        """Number the exchange and note it in the journal."""
        with self._store.transaction() as connection:
            request_id = ids.token(self._seed(), "request", self._journal.next_number(connection))
            response = response.with_header("x-request-id", request_id)
            now, project, trouble = self._clock.now(), parameters.get("project"), spoiling.named(fault, response.drop)
            self._journal.note(now, request, route, project, response, trouble)
        return response

    def _prune(self, connection: sqlite3.Connection) -> None:
        """Once a virtual day, forget what nobody can ask for any more."""
        now = self._clock.now()
        if not retention.is_due(float(self._store.text("pruned_at") or 0.0), now):
            return
        for project in retention.projects(connection):
            retention.prune(self.tenant(connection, project))
        retention.prune_shared(connection, now)
        self._store.put("pruned_at", now)

    def _jump(self, connection: sqlite3.Connection, parameters: dict[str, str]) -> None:
        """Let time stand at the next event, as somebody looked at something pending and may be waiting for it."""
        tenant = self.tenant(connection, parameters.get("project", ""))
        if "pool" in parameters and not pending.is_under_way_in(tenant, parameters["pool"]):
            return
        if "network" in parameters and not pending.is_network_under_way(tenant, parameters["network"]):
            return
        moment = pending.next_event(tenant)
        if moment is not None:
            self._clock.jump_to(moment)

    def _seed(self) -> str:
        return str(self._store.get("seed", "modelarts"))


@lru_cache(64)
def _timings(row: str | None) -> Timings:
    return Timings(**from_json(row)) if row else Timings()


@lru_cache(64)
def _choices(row: str | None) -> Choices:
    return Choices(**from_json(row)) if row else Choices()


@lru_cache(64)
def _chances(row: str | None) -> Chances:
    return Chances(**from_json(row)) if row else Chances()


def _facts(request: Request, route: Operation, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """What tells a request from others: its path parameters, and the id of what it is to make."""
    if not route.makes:
        return parameters
    try:
        display_name = _json(request)["metadata"]["labels"][DISPLAY_NAME]
    except (KeyError, TypeError):
        return parameters
    return {**parameters, route.makes: f"{display_name}-{parameters['project']}"}


def _json(request: Request) -> Any:
    try:
        return request.json()
    except ValueError:
        return None


def _unserved(path: str) -> ApiError:
    """The gateway's answer for a path that is served nowhere, with the reason where that is known."""
    from modelarts_emulator.service.evidence import declined  # noqa: PLC0415 - clients know the paths that they ask

    known = declined.why(path)
    return api_does_not_exist({} if known is None else {declined.HEADER: f"{known.what}: {known.reason}"})

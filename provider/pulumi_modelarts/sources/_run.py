"""One run of a program: what it has asked, so that equal questions are asked once, and the session it asks in."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi import dynamic

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.sources._errors import tell_program

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from pulumi import Resource

    from pulumi_modelarts.reconcilers.session import Session

AT_ONCE = 16
"""Questions of output forms that are on their way at once."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        name: Of the data source.
        arguments: What it was given, under the names of properties.
        settings: Where it goes, and who asks.
        after: Urns of the resources it comes after.
    """

    name: str
    arguments: Mapping[str, Any]
    settings: Mapping[str, str] = field(repr=False)
    after: frozenset[str] = frozenset()

    @property
    def key(self) -> Hashable:
        """What is the same for equal questions."""
        asked = json.dumps(self.arguments, sort_keys=True)
        return self.name, asked, tuple(sorted(self.settings.items())), self.after


@dataclass
class Run:
    """One run of a program.

    Attributes:
        at_once: Bounds what output forms ask at once.
    """

    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _answers: dict[Hashable, Future[dict[str, Any]]] = field(default_factory=dict)
    _come_after: dict[int, set[str]] = field(default_factory=dict)
    _untold: list[str] = field(default_factory=list)

    def tell(self) -> None:
        """Warns of what the service does not tell this user, once; from the program's own thread."""
        with self._lock:
            texts, self._untold = self._untold, []
        for text in texts:
            pulumi.log.warn(text)

    def answer(self, question: Question) -> dict[str, Any]:
        """Returns what the service tells. One thread asks, and those with an equal question wait for its answer.

        If that fails it alone gets the error, and the next one asks.

        Raises:
            ModelArtsError: The service could not be asked, or its answer was no.
        """
        while True:
            with self._lock:
                waiting = self._answers.get(question.key)
                if waiting is None:
                    mine = self._answers[question.key] = Future()
            if waiting is None:
                return self._settle(question, mine)
            if waiting.exception() is None:
                return waiting.result()

    def _settle(self, question: Question, mine: Future[dict[str, Any]]) -> dict[str, Any]:
        try:
            mine.set_result(self._ask(question))
        except BaseException as error:
            with self._lock:
                del self._answers[question.key]
            mine.set_exception(error)
            if isinstance(error, ModelArtsError):
                tell_program(question.name, error)
            raise
        return mine.result()

    def _ask(self, question: Question) -> dict[str, Any]:
        # What asks is loaded by who asks: a program that only declares loads nothing of it.
        from pulumi_modelarts.handlers._configuration import Configuration  # noqa: PLC0415
        from pulumi_modelarts.queries.catalogue import QUERIES  # noqa: PLC0415

        session = Configuration(dynamic.Config(dict(question.settings), pulumi.get_project())).session
        self._catch_up(session, question.after)
        try:
            return QUERIES[question.name](session, dict(question.arguments))
        finally:
            with self._lock:
                self._untold += [loss.text for loss in session.rights.untold()]

    def _catch_up(self, session: Session, after: frozenset[str]) -> None:
        """Forgets what was known before this run, and before something that a question comes after has changed."""
        with self._lock:
            seen = self._come_after.get(id(session))
            if seen is None or not after <= seen:
                session.changed()
            self._come_after[id(session)] = (seen or set()) | after


_runs: WeakKeyDictionary[Resource, Run] = WeakKeyDictionary()


def current_run() -> Run:
    """Returns the run of the program that asks; where there is none, one that ends with this question."""
    stack = pulumi.runtime.get_root_resource()
    return Run() if stack is None else _runs.setdefault(stack, Run())

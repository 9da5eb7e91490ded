"""The client: the nouns of the API (`nouns`), over one method that asks.

A client is safe to use from many threads at once, and is meant to be shared: it keeps connections and a token.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic_core import to_json

from pulumi_modelarts._version import version
from pulumi_modelarts.api.accepted import Accepted
from pulumi_modelarts.api.auth import signer_for
from pulumi_modelarts.api.bodies import ENCODING, MOST_BYTES
from pulumi_modelarts.api.clock import Clock, SystemClock
from pulumi_modelarts.api.connections import Network
from pulumi_modelarts.api.error_bodies import error_from_answer, request_id_of
from pulumi_modelarts.api.errors import RefusedError, TransportError
from pulumi_modelarts.api.exchange import Call
from pulumi_modelarts.api.http import httpx
from pulumi_modelarts.api.masking import masker
from pulumi_modelarts.api.nouns import Nouns
from pulumi_modelarts.api.outcomes import Answer, Lost
from pulumi_modelarts.api.sending import TIMEOUT, Sender, Signer, untraced
from pulumi_modelarts.api.signing import canonical_query
from pulumi_modelarts.api.wire import unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.exchange import Exchange
    from pulumi_modelarts.api.identity import Identity
    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.operations import Deadline
    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.trace_file import TraceFile


class ModelArts(Nouns):
    """ModelArts of one project, asked with or without a deadline.

    Args:
        settings: where it is and who asks.
        sender: sends, and sends again.
        signer: says who asks.
        deadline: of the wait that all requests serve; None for none.
    """

    def __init__(self, settings: Settings, sender: Sender, signer: Signer, deadline: Deadline | None = None) -> None:
        self._settings = settings
        self._sender = sender
        self._signer = signer
        self._deadline = deadline

    @property
    def settings(self) -> Settings:
        """Where it is and who asks."""
        return self._settings

    @cached_property
    def identity(self) -> Identity:
        """IAM, about whoever asks: projects, token. The connections must lead there."""
        from pulumi_modelarts.api.identity import Identity, ShowsItself  # noqa: PLC0415 - on demand

        settings = replace(self.settings, endpoint=self.settings.iam_endpoint)
        signers = (self._signer, ShowsItself(self._signer))
        return Identity(*(ModelArts(settings, self._sender, signer, self._deadline) for signer in signers))

    def request(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        attempting: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content_type: str = "application/json",
    ) -> Any:
        """Ask, and return the answer.

        Args:
            method: HTTP method.
            path: below the endpoint; `{project_id}` stands for the project, and every other part is quoted already.
            operation: which operation of the service this is.
            attempting: what this is, in words that can begin an error message.
            params: the query; what is None is left out.
            json: the body; None for none.
            content_type: of the body.

        Returns:
            The parsed JSON; None for an answer without a body.

        Raises:
            ApiError: the service answered no.
            TransportError: no usable answer.
            CancelledError: a stop was requested before it was sent, or while something was read.
            UnreadableError: the answer is longer than any that is read.
        """
        query = canonical_query([(name, str(value)) for name, value in (params or {}).items() if value is not None])
        call = _call(method, self._url(path, query), operation, attempting, json, content_type)
        return _value(self._asked(call), call)

    def write(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        attempting: str,
        json: Any = None,
        content_type: str = "application/json",
    ) -> Accepted[Any]:
        """Ask for a change, and return the answer with what the change can be followed by.

        Args:
            method: HTTP method.
            path: as for `request`.
            operation: which operation of the service this is.
            attempting: what this is, in words that can begin an error message.
            json: the body; None for none.
            content_type: of the body.

        Raises:
            ModelArtsError: as for `request`.
        """
        call = _call(method, self._url(path, ""), operation, attempting, json, content_type)
        answer = self._asked(call)
        mask = masker(self.settings.secrets)
        return Accepted(_value(answer, call), mask(request_id_of(answer)))

    def _asked(self, call: Call) -> Answer:
        """The answer that says yes, whatever is in it."""
        outcome = self._sender.send(call, self._signer, self._deadline)
        if isinstance(outcome, Lost):
            arrived = outcome.may_have_been_acted_on
            raise TransportError(call.attempting, str(outcome), may_have_arrived=arrived) from outcome.error
        if not outcome.response.is_success:
            raise error_from_answer(
                outcome,
                call.attempting,
                operation=call.operation,
                project=self.settings.project_id,
                secrets=self.settings.secrets,
                expired=self.settings.credentials.expired,
            )
        return outcome

    def until(self, deadline: Deadline) -> ModelArts:
        """The same service, asked on behalf of a wait that ends.

        It shares connections and token. Each of its requests is tried at least once, unless a stop was requested; no
        pause before another try ends later than the deadline, and no step of a try is waited for longer than what
        remains, or a second if that is more.

        Args:
            deadline: when the wait ends, by the client's clock.
        """
        return ModelArts(self.settings, self._sender, self._signer, deadline)

    def _url(self, path: str, query: str) -> str:
        address = self.settings.endpoint + path.replace("{project_id}", quote(self.settings.project_id, safe=""))
        return f"{address}?{query}" if query else address


class Client(ModelArts):
    """ModelArts of one project, with connections of its own.

    Args:
        settings: where it is and who asks.
        transport: sends, in place of the network; the embedded emulator's, say.
        clock: measures, sleeps, and dates signatures.
        max_connections: connections at a time, by each way; more requests than that wait for one.
        trace: where every request is written down; None for nowhere.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        max_connections: int = 64,
        trace: TraceFile | None = None,
    ) -> None:
        if settings.emulator_file is not None and transport is None:
            raise RefusedError("These settings are for the embedded emulator, and no transport to it was given.")
        self.clock = clock or SystemClock()
        self._http = httpx.Client(
            transport=transport or Network(settings, max_connections),
            trust_env=False,  # the settings say which proxies and certificates there are
            timeout=TIMEOUT,
            headers={
                "User-Agent": f"pulumi-modelarts/{version()}",
                "Accept": "application/json",
                "Accept-Encoding": ENCODING,
            },
        )
        sender = Sender(self._http, self.clock, proxies=settings.proxies, trace=_told(trace, settings))
        super().__init__(settings, sender, signer_for(settings, self.clock, sender))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _told(file: TraceFile | None, settings: Settings) -> Callable[[Exchange], None]:
    """What is told of every request that has ended."""
    if file is None:
        return untraced
    from pulumi_modelarts.api.trace import Trace  # noqa: PLC0415 - on demand

    return Trace(file, settings)


def _call(method: str, url: str, operation: Operation, attempting: str, json: Any, content_type: str) -> Call:
    content = None if json is None else to_json(json)
    return Call(method, url, operation, attempting, content, {} if json is None else {"Content-Type": content_type})


def _value(answer: Answer, call: Call) -> Any:
    """The parsed JSON; None for an answer without a body."""
    if answer.too_long:
        found = f"more than {MOST_BYTES >> 20} MiB, which is the most that is read of one answer"
        raise unreadable(call.attempting, "", found, accepted=call.changes)
    if not answer.is_json and answer.response.content.strip():
        kind = answer.response.headers.get("content-type", "no content type")
        raise TransportError(call.attempting, f"the answer is not JSON ({kind})", may_have_arrived=True)
    return answer.body

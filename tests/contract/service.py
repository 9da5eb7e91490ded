"""ModelArts of one project, wherever it is, with the questions that contract tests have in common."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, NoReturn

import httpx
import pytest
from pydantic_core import from_json, to_json

from modelarts_emulator.messages import JSON, MERGE_PATCH
from modelarts_emulator.service.urls import resolve
from pulumi_modelarts.api.credentials import secrets_of
from pulumi_modelarts.api.error_bodies import explain
from pulumi_modelarts.api.exchange import Call
from pulumi_modelarts.api.outcomes import Lost, read
from pulumi_modelarts.api.sending import Sender, Signer
from pulumi_modelarts.api.settings import Settings
from tests import contracts, missing
from tests.operations import operation_of

NOWHERE = "missing-5f2b8c"
"""The beginning of names that nothing has."""

INDEX = re.compile(r"\[\d+\]")


class Answer(NamedTuple):
    """What was asked, and what came of it.

    Attributes:
        operation: Operation id; None for a path that is served nowhere.
        status: HTTP status.
        problems: What its contract says against it.
        inventions: Fields that its contract does not know.
    """

    operation: str | None
    status: int
    problems: list[str]
    inventions: list[str]


@dataclass(frozen=True)
class Service:
    """ModelArts of one project. Every answer is held to its contract.

    Attributes:
        where: `in process`, `over loopback` or `real`.
        settings: where it is and who asks.
        sender: sends.
        signer: says who asks.
        sleep: lets seconds pass.
        answers: what was answered so far.
    """

    where: str
    settings: Settings
    sender: Sender
    signer: Signer
    sleep: Callable[[float], None]
    answers: list[Answer] = field(default_factory=list)

    @property
    def project(self) -> str:
        """Id of the project."""
        return self.settings.project_id

    def get(self, path: str, **query: str) -> httpx.Response:
        """GET below `/v2/{project}`, or `/v1` when the path begins with it."""
        return self.ask("GET", self.url(path), query)

    def post(self, path: str, document: object) -> httpx.Response:
        """POST a JSON document."""
        return self.ask("POST", self.url(path), document=document)

    def patch(self, pool: str, document: object, content_type: str = MERGE_PATCH) -> httpx.Response:
        """PATCH a pool."""
        return self.ask("PATCH", self.url(f"/pools/{pool}"), document=document, content_type=content_type)

    def delete(self, path: str) -> httpx.Response:
        """DELETE."""
        return self.ask("DELETE", self.url(path))

    def ask(
        self,
        method: str,
        url: str,
        query: Mapping[str, str] | None = None,
        *,
        document: object = None,
        content_type: str = JSON,
        signer: Signer | None = None,
    ) -> httpx.Response:
        """Ask anything, as somebody else where `signer` says so."""
        target = str(httpx.URL(url, params=query)) if query else url
        call = Call(method, target, operation_of(method), "ask")
        if document is not None:
            call = replace(call, content=to_json(document), headers={"content-type": content_type})
        outcome = self.sender.send(call, signer or self.signer)
        if isinstance(outcome, Lost):
            raise outcome.error
        self.answers.append(_judged(outcome.response))
        return outcome.response

    def url(self, path: str) -> str:
        """URL of a path, with version and project."""
        version, rest = ("v1", path.removeprefix("/v1")) if path.startswith("/v1/") else ("v2", path)
        return f"{self.settings.endpoint}/{version}/{self.project}{rest}"

    def document(self, path: str, **query: str) -> dict[str, Any]:
        """Document of a good answer to GET."""
        response = self.get(path, **query)
        assert response.status_code == httpx.codes.OK, self.said(response)
        found: dict[str, Any] = response.json()
        return found

    def said(self, response: httpx.Response) -> str:
        """What an answer says, without what must not be shown of who asks."""
        text = f"{response.status_code} {response.text}"
        for secret in secrets_of(self.settings.credentials):
            text = text.replace(secret, "***")
        return text

    def items(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Items of a list, of all its pages."""
        return [item for page in self.pages(path, **query) for item in page]

    def some(self, what: str, path: str, least: int = 1, **query: str) -> list[dict[str, Any]]:
        """Items of a list; the test is skipped where the account has fewer than it needs."""
        found = self.items(path, **query)
        if len(found) < least:
            self.lacks(f"{least} {what} or more")
        return found

    def pages(self, path: str, **query: str) -> list[list[dict[str, Any]]]:
        """Pages of a list, which may say with `metadata.continue` that it goes on, and where."""
        pages: list[list[dict[str, Any]]] = []
        seen: list[str] = []
        while not seen or seen[-1]:
            mark = {"continue": seen[-1]} if seen else {}
            page = self.document(path, **query, **mark)
            pages.append(page["items"])
            following = page.get("metadata", {}).get("continue", "")
            assert following not in seen, "the list goes on where it has been before"
            seen.append(following)
        return pages

    def pool(self, nodes: int = 0) -> str:
        """Id of a pool that is Running and has so many nodes."""
        for item in self.items("/pools"):
            name: str = item["metadata"]["name"]
            if item["status"].get("phase") == "Running" and len(self.items(f"/pools/{name}/nodes")) >= nodes:
                return name
        return self.lacks(f"a running pool with {nodes} nodes")

    def lacks(self, what: str) -> NoReturn:
        """End the test for want of something: skipped on a real account, failed where we made the account."""
        if self.where == "real":
            missing.skip(f"{what} in the real account", "nothing to look at")
        pytest.fail(f"the emulated account has not {what}: the test looks at nothing")

    def nothing(self, kind: str) -> str:
        """A name that nothing of a kind has."""
        return f"{NOWHERE}-{kind}-{self.project}"


def names(items: list[dict[str, Any]]) -> list[str]:
    """Names of listed objects."""
    return [item["metadata"]["name"] for item in items]


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, whoever refused; no code for an answer that says none."""
    return response.status_code, explain(read(response))[0]


def third(items: list[Any]) -> str:
    """Size of pages of which a list makes three, or as many as it has items."""
    return str(-(-len(items) // 3))


def _judged(response: httpx.Response) -> Answer:
    found = resolve(response.request.method, response.request.url.path)
    operation = found[0].name if found else None
    name = operation or "an unknown path"
    asked = f"{response.request.method} {name} {response.status_code}"
    try:
        document = from_json(response.content) if response.content else None
    except ValueError:
        return Answer(operation, response.status_code, [f"{asked}: the body is not JSON"], [])
    against = contracts.problems(operation, response.status_code, document, response.headers)
    fields = contracts.inventions(operation, response.status_code, document)
    beyond = sorted({f"{name}: {re.sub(INDEX, '[]', path)}" for path in fields})
    return Answer(
        operation,
        response.status_code,
        [f"{asked}: {problem}" for problem in against],
        beyond,
    )

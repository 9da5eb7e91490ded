import re
import time

import httpx
import pytest
from pydantic import SecretStr

from modelarts_emulator.messages import JSON
from pulumi_modelarts.api.auth import AccessKeySignature, GivenToken
from pulumi_modelarts.api.clock import SystemClock
from pulumi_modelarts.api.credentials import AccessKey
from pulumi_modelarts.api.sending import Signer, Unsigned
from tests.contract.service import Service, refusal

STRANGER = (401, "APIGW.0301")


class Slow(SystemClock):
    """A clock that is 20 minutes late."""

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time() - 20 * 60


def key(service: Service) -> AccessKey:
    """The access key that the service lets in."""
    if not isinstance(service.settings.credentials, AccessKey):
        service.lacks("an access key")
    return service.settings.credentials


def ask_as(service: Service, signer: Signer) -> httpx.Response:
    """List pools as somebody else."""
    return service.ask("GET", service.url("/pools"), signer=signer)


def test_unknown_token(service: Service) -> None:
    """A token that IAM never issued is refused."""
    response = ask_as(service, GivenToken(SecretStr("MIIF-no-token-of-anybody")))

    assert refusal(response) == STRANGER


def test_nobody(service: Service) -> None:
    """Who does not say who it is is refused."""
    assert refusal(ask_as(service, Unsigned())) == STRANGER


def test_wrong_signature(service: Service) -> None:
    """What is signed with another secret key than the access key's is refused."""
    forged = AccessKey(key(service).access_key, SecretStr("another-secret-key"), key(service).security_token)

    response = ask_as(service, AccessKeySignature(forged, service.project, SystemClock()))

    assert refusal(response) == STRANGER


@pytest.mark.behaviour("access", "A signature is valid for 15 minutes around its date")
def test_old_signature(service: Service) -> None:
    """A signature from 20 minutes ago is refused, and one from now is not."""
    old = ask_as(service, AccessKeySignature(key(service), service.project, Slow()))
    new = ask_as(service, AccessKeySignature(key(service), service.project, SystemClock()))

    assert (refusal(old), new.status_code) == (STRANGER, 200)


@pytest.mark.behaviour("errors", "A path or method that is not served is 404 `APIGW.0101`")
@pytest.mark.parametrize(("method", "path"), [("GET", "/no-such-things"), ("PUT", "/pools")])
def test_what_is_not_served(service: Service, method: str, path: str) -> None:
    """The gateway answers for a path or method that is not served."""
    assert refusal(service.ask(method, service.url(path))) == (404, "APIGW.0101")


@pytest.mark.behaviour("errors", "The request id stands in the header `X-Request-Id`")
def test_request_id(service: Service) -> None:
    """Every answer has an id of its own, refusals included."""
    answers = [service.get("/pools"), service.get(f"/pools/{service.nothing('pool')}"), service.get("/no-such-things")]

    ids = [answer.headers.get("x-request-id", "") for answer in answers]
    assert all(re.fullmatch(r"[0-9A-Za-z-]{8,}", found) for found in ids)
    assert len(set(ids)) == len(ids)


def test_answers_are_json(service: Service) -> None:
    """Good answers and refusals say that they are JSON."""
    answers = [service.get("/pools"), service.get(f"/pools/{service.nothing('pool')}")]

    assert [answer.headers["content-type"].partition(";")[0] for answer in answers] == [JSON, JSON]


@pytest.mark.behaviour("errors", 'The body of an error is `{"error_code", "error_msg"}`')
def test_error_body(service: Service) -> None:
    """A refusal is a code and a text, which name what was asked for."""
    missing = service.nothing("pool")

    document = service.get(f"/pools/{missing}").json()

    assert document.keys() == {"error_code", "error_msg"}
    assert missing in document["error_msg"]


@pytest.mark.behaviour("regions", "A project belongs to one region")
def test_projects(service: Service) -> None:
    """IAM lists the project, under the name of its region."""
    url = f"{service.settings.iam_endpoint}/v3/projects"

    found = service.ask("GET", url, {"name": service.settings.region}).json()["projects"]

    assert {service.project: service.settings.region} == {
        item["id"]: item["name"] for item in found if item["id"] == service.project
    }

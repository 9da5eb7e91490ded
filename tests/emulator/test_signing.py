from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.sdk_request import SdkRequest  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.signer.signer import Signer  # type: ignore[import-untyped] # ships no types
from hypothesis import given
from hypothesis import strategies as st

from modelarts_emulator import PROJECT, TRAIN_POOL, Credentials, Emulator, Request
from modelarts_emulator.messages import MERGE_PATCH
from modelarts_emulator.state.clock import EPOCH

CREDENTIALS = Credentials(
    access_keys={"AKFAKE": "SKFAKE", "AKTEMP": "SKTEMP"},
    security_tokens={"AKTEMP": "session"},
    users={("acme", "ann"): "correct horse"},
)
DATE = "20260101T000000Z"


class Wall:
    """A wall clock at the beginning of virtual time."""

    def __call__(self) -> float:
        """The moment of DATE."""
        return EPOCH


@pytest.fixture
def strict() -> Iterator[Emulator]:
    """An emulator that lets nobody in whom it does not know."""
    with Emulator(credentials=CREDENTIALS, wall=Wall()) as emulator:
        yield emulator


def signed(
    method: str = "GET",
    path: str = f"/v2/{PROJECT}/pools",
    query: list[tuple[str, str]] | None = None,
    body: bytes = b"",
    key: tuple[str, str] = ("AKFAKE", "SKFAKE"),
    session: str | None = None,
    **headers: str,
) -> Request:
    """A request signed by the vendor's own SDK."""
    fields = {name.replace("_", "-"): value for name, value in {"X_Sdk_Date": DATE, **headers}.items()}
    if session is not None:
        fields["X-Security-Token"] = session
    request = SdkRequest(
        method=method,
        schema="https",
        host="modelarts.test",
        resource_path=path,
        query_params=query or [],
        header_params=fields,
        body=body,
    )
    Signer(BasicCredentials(*key, PROJECT)).sign(request)
    return Request(method, request.uri, request.header_params, body)


def unbound(request: Request) -> dict[str, str]:
    """Headers of a request whose signature does not say for which host it is."""
    return {**request.headers, "authorization": request.headers["authorization"].replace("host;", "")}


def tampered(request: Request, **changes: Any) -> Request:
    """The request with something changed after it was signed."""
    return Request(**{**vars(request), **changes})


def message(emulator: Emulator, request: Request) -> tuple[int, str]:
    """Status and error text of an answer."""
    answer = emulator.handle(request)
    return answer.status, answer.json().get("error_msg", "")


words = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=6)


@given(st.lists(st.tuples(words, words), max_size=3), st.binary(max_size=20))
def test_signatures_of_the_official_sdk(query: list[tuple[str, str]], body: bytes) -> None:
    """Whatever the official SDK signs is let in: any query, any body."""
    with Emulator(credentials=CREDENTIALS, wall=Wall()) as emulator:
        request = signed(
            "POST", f"/v2/{PROJECT}/pools/a b/nodes/batch-drain", query, body, Content_Type="application/json"
        )

        assert emulator.handle(request).status in {400, 404}


def test_merge_patch_of_the_official_sdk(strict: Emulator) -> None:
    """A merge patch is accepted with the body left out of the signature, as the SDK signs it."""
    body = b'{"metadata":{"annotations":{"os.modelarts/description":"x"}}}'

    request = signed("PATCH", f"/v2/{PROJECT}/pools/{TRAIN_POOL}", body=body, Content_Type=MERGE_PATCH)

    assert request.headers["x-sdk-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert message(strict, request) == (200, "")


def test_temporary_key(strict: Emulator) -> None:
    """A temporary access key needs its security token."""
    key = ("AKTEMP", "SKTEMP")

    assert message(strict, signed(key=key, session="session")) == (200, "")
    assert message(strict, signed(key=key))[0] == 401


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"target": f"/v2/{PROJECT}/pools?status=created"}, "signature not match"),
        ({"method": "POST", "target": f"/v2/{PROJECT}/training-job-searches"}, "signature not match"),
        ({"target": f"/v2/{PROJECT}/pools/x"}, "signature not match"),
        ({"body": b"{}"}, "signature not match"),
        ({"headers": {}}, "no valid Authorization header"),
        ({"headers": unbound(signed())}, "signature not match"),
    ],
)
def test_tampering(strict: Emulator, change: dict[str, Any], reason: str) -> None:
    """A request that was changed after it was signed is refused."""
    status, text = message(strict, tampered(signed(), **change))

    assert (status, reason in text) == (401, True)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (signed(key=("AKFAKE", "wrong")), "signature not match"),
        (signed(key=("AKNONE", "SKFAKE")), "ak AKNONE not exist"),
        (signed(session="stray"), "wrong security token"),
        (signed(X_Sdk_Date="20260101T001501Z"), "the request has expired"),
        (signed(X_Sdk_Date="20251231T234459Z"), "the request has expired"),
    ],
)
def test_refusals(strict: Emulator, request_: Request, reason: str) -> None:
    """A wrong key, a stray token and a date beyond fifteen minutes are refused with the reason and no secret."""
    status, text = message(strict, request_)

    assert (status, reason in text) == (401, True)
    assert not [secret for secret in ("SKFAKE", "SKTEMP", "session") if secret in text + repr(CREDENTIALS)]


def login(password: str = "correct horse") -> Request:  # noqa: S107 - a password made up for these tests
    """A token request."""
    user = {"name": "ann", "password": password, "domain": {"name": "acme"}}
    document = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    return Request.of_json("POST", "/v3/auth/tokens", document)


class TestTokens:
    def test_token_lasts_a_day(self, strict: Emulator) -> None:
        """A token for a user's password opens the door for 24 hours of virtual time."""
        answer = strict.handle(login())
        use = Request("GET", f"/v2/{PROJECT}/pools", {"X-Auth-Token": answer.headers["x-subject-token"]})

        strict.clock.advance(86_399)
        in_time = message(strict, use)
        strict.clock.advance(1)

        assert (answer.status, answer.json()["token"]["expires_at"]) == (201, "2026-01-02T00:00:00.000000Z")
        assert (in_time, message(strict, use)) == (
            (200, ""),
            (401, "Incorrect IAM authentication information: token expired"),
        )

    def test_expired_token_where_everybody_is_let_in(self) -> None:
        """Also without credentials, a token that was issued here and has expired is refused."""
        with Emulator() as emulator:
            token = emulator.handle(login("anything")).headers["x-subject-token"]
            emulator.clock.advance(86_400)

            statuses = [
                emulator.handle(Request("GET", f"/v2/{PROJECT}/pools", {"X-Auth-Token": text})).status
                for text in (token, "of another issuer")
            ]

        assert statuses == [401, 200]

    def test_unknown_token(self, strict: Emulator) -> None:
        """A token that was not issued here is refused."""
        request = Request("GET", f"/v2/{PROJECT}/pools", {"X-Auth-Token": "made-up"})

        assert message(strict, request)[0] == 401

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_wrong_password(self, strict: Emulator, password: str) -> None:
        """A wrong password gets no token."""
        answer = strict.handle(login(password))

        assert (answer.status, "x-subject-token" in answer.headers) == (401, False)

    @pytest.mark.parametrize("document", [None, {}, {"auth": {"identity": {}}}, []])
    def test_token_request_of_another_form(self, strict: Emulator, document: Any) -> None:
        """A token request without user, password and domain is refused."""
        assert strict.handle(Request.of_json("POST", "/v3/auth/tokens", document)).status == 400

    def test_tokens_differ(self, strict: Emulator) -> None:
        """Every login gets a token of its own."""
        tokens = {strict.handle(login()).headers["x-subject-token"] for _ in range(3)}

        assert len(tokens) == 3


def test_project_of_a_region(strict: Emulator) -> None:
    """The identity service names the project of a region, which the official SDK asks for."""
    request = signed(path="/v3/projects", query=[("name", "cn-north-7")])

    projects = strict.handle(request).json()["projects"]

    assert projects == [{"id": PROJECT, "name": "cn-north-7", "enabled": True}]


def test_everybody_is_let_in_by_default() -> None:
    """Without credentials a request needs no signature and no token."""
    with Emulator() as emulator, httpx.Client(transport=emulator.transport()) as client:
        assert client.get(f"http://modelarts.test/v2/{PROJECT}/pools").status_code == 200


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"users": ["SKFAKE"]}, r"users must be a map from \(domain, user name\) to passwords"),
        ({"users": {"ann": "SKFAKE"}}, r"users must be a map from \(domain, user name\) to passwords"),
        ({"access_keys": [("AKFAKE", "SKFAKE")]}, "access_keys must be a map from access keys to strings"),
        ({"security_tokens": {"AKFAKE": None}}, "security_tokens must be a map from access keys to strings"),
        ({"max_skew": "SKFAKE"}, "max_skew must be a number of seconds, or null"),
        ({"max_skew": float("nan")}, "max_skew must be a number of seconds, or null"),
    ],
)
def test_credentials_of_another_form(given: dict[str, Any], reason: str) -> None:
    """Credentials to which no request could be held are refused when they are made, and nothing of them is shown."""
    with pytest.raises(ValueError, match=reason) as refusal:
        Credentials(**given)

    assert "SKFAKE" not in str(refusal.value)

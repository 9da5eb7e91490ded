import base64
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.caller import Caller, serving
from pulumi_modelarts.api.cancellation import Cancellation
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import CancelledError, ModelArtsError
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.proxies import Proxies
from pulumi_modelarts.api.settings import AccessKey, Password, Settings, Token
from tests.api.credentials import USER, settings_with
from tests.api.traced import Traced
from tests.api.wires import Script, Step, answer, pool_named
from tests.clocks import FakeClock

CPU = "modelarts.vm.cpu.4ud"
BEGIN = "2026-11-18T11:06:40.000+00:00"
TOKEN = "KeystoneCreateUserTokenByPassword"  # noqa: S105 - the name of an operation
MOVE = Move((NODE,), TRAIN_POOL, INFER_POOL, INFER_POOL, CPU)
LATE = httpx.ReadTimeout("too late")
OFF = httpx.ConnectError("refused")


@pytest.fixture
def traced(tmp_path: Path, settings: Settings, emulator: Emulator, clock: FakeClock) -> Traced:
    """A client of the documented world."""
    return Traced(tmp_path, settings, emulator.transport(), clock)


def scripted(tmp_path: Path, clock: FakeClock, *steps: Step, settings: Settings | None = None) -> Traced:
    """A client of a service that answers by a script."""
    return Traced(tmp_path, settings or settings_with(Token(SecretStr("a-given-token"))), Script(*steps), clock)


class TestALine:
    def test_tells_all_of_a_read(self, traced: Traced, emulator: Emulator) -> None:
        """When, for which resource, what, how it ended, and by which id the service knows it; one try."""
        with serving(Caller(urn="urn:a", during="check")):
            traced.client.nodes.list(TRAIN_POOL)

        request_id = emulator.journal.exchanges()[0].response_headers["x-request-id"]
        ended = {"outcome": "answered", "status": 200, "request_id": request_id, "seconds": 0.0}
        assert traced.lines == [
            {
                "time": BEGIN,
                "urn": "urn:a",
                "during": "check",
                "operation": "ListPoolNodes",
                "request": f"GET /v2/{{project_id}}/pools/{TRAIN_POOL}/nodes",
                "object": {"pool": TRAIN_POOL},
                **ended,
                "tries": [{"after": 0.0, **ended}],
            }
        ]
        assert json.loads(traced.text)["process"] == os.getpid()

    def test_tells_what_a_write_has_sent(self, traced: Traced, emulator: Emulator) -> None:
        """The nodes, where they go, the body, and the job that came of it."""
        job = traced.client.node_migrations.start(TRAIN_POOL, MOVE).value

        (line,) = traced.lines
        assert (line["object"], line["job"]) == ({"pool": TRAIN_POOL, "nodes": [NODE], "to_pool": INFER_POOL}, job)
        assert line["sent"] == emulator.journal.exchanges("batchMigratePoolNodes")[0].body

    def test_tells_the_order_of_a_patch_that_makes_one(self, traced: Traced) -> None:
        """A pool names its last order in each answer; a patch of something else has none."""
        entries = [entry.to_wire() | {"count": 3} for entry in traced.client.resource_pools.get(TRAIN_POOL).entries]

        order = traced.client.resource_pools.patch(TRAIN_POOL, {"spec": {"resources": entries}}).value.order_name
        traced.client.resource_pools.patch(TRAIN_POOL, {"metadata": {"annotations": {"os.modelarts/description": "x"}}})

        assert [line.get("order") for line in traced.lines] == [None, order, None]

    def test_tells_each_try(self, traced: Traced, emulator: Emulator, clock: FakeClock) -> None:
        """When it began, how long it took, how it ended, and its own id."""
        emulator.faults.arm(Fault("showPool", status=503, message="busy"))
        emulator.faults.arm(Fault("showPool", drop="reset"))

        traced.client.resource_pools.get(TRAIN_POOL)

        ids = [exchange.response_headers.get("x-request-id") for exchange in emulator.journal.exchanges()]
        first, second = clock.sleeps
        (line,) = traced.lines
        assert (line["outcome"], line["request_id"], line["seconds"]) == ("answered", ids[2], round(first + second, 3))
        assert [one["after"] for one in line["tries"]] == [0.0, round(first, 3), round(first + second, 3)]
        assert [one["outcome"] for one in line["tries"]] == ["failed", "lost", "answered"]
        assert [one.get("request_id") for one in line["tries"]] == [ids[0], None, ids[2]]
        assert "broke the connection" in line["tries"][1]["reason"]

    def test_tells_what_the_service_said(self, traced: Traced) -> None:
        """Its code and its words, where it said no."""
        with suppress(ModelArtsError):
            traced.client.nodes.get(TRAIN_POOL, "nobody")

        (line,) = traced.lines
        assert line["object"] == {"pool": TRAIN_POOL, "node": "nobody"}
        told = ("refused", 404, "ModelArts.50015001", 'node "nobody" not found')
        assert (line["outcome"], line["status"], line["code"], line["reason"]) == told

    def test_is_of_whoever_asks(self, traced: Traced) -> None:
        """A listing that serves many is that of the one that asked for it; afterwards nobody is asked for."""
        with serving(Caller(urn="urn:a")):
            traced.client.resource_pools.list()
        traced.client.resource_pools.list()

        assert [line.get("urn") for line in traced.lines] == ["urn:a", None]


def look(client: Client) -> None:
    """Read something."""
    client.resource_pools.get(TRAIN_POOL)


def move(client: Client) -> None:
    """Change something that must not be done twice."""
    client.node_migrations.start(TRAIN_POOL, MOVE)


class TestAnEnd:
    @pytest.mark.parametrize(
        ("ask", "steps", "end"),
        [
            (look, [answer(200, pool_named(TRAIN_POOL))], ("answered", ["answered"])),
            (move, [httpx.Response(200)], ("answered", ["answered"])),
            (move, [answer(409)], ("refused", ["refused"])),
            (look, [httpx.Response(302)], ("refused", ["refused"])),
            (move, [answer(500)], ("failed", ["failed"])),
            (look, [httpx.Response(200, html="log in")], ("unreadable", ["unreadable"])),
            (move, [LATE], ("lost", ["lost"])),
            (move, [OFF, answer(200, {"job_id": "1"})], ("answered", ["not sent", "answered"])),
            (move, [answer(429), LATE], ("lost", ["refused", "lost"])),
            (move, [httpx.LocalProtocolError("no header")], ("not sent", ["not sent"])),
        ],
        ids=lambda value: value.__name__ if callable(value) else None,
    )
    def test_has_a_word(
        self,
        tmp_path: Path,
        clock: FakeClock,
        ask: Callable[[Client], None],
        steps: list[Step],
        end: tuple[str, list[str]],
    ) -> None:
        """Of the whole, and of each try."""
        traced = scripted(tmp_path, clock, *steps)

        with suppress(ModelArtsError):
            ask(traced.client)

        assert [(outcome, tries) for _, outcome, tries in traced.ends] == [end]

    def test_of_a_write_that_was_stopped(self, tmp_path: Path, clock: FakeClock) -> None:
        """It was not sent: it has no try."""
        traced, cancellation = scripted(tmp_path, clock, answer()), Cancellation(last_look=0)
        cancellation.request()

        with pytest.raises(CancelledError):
            move(traced.client.until(Deadline(60, cancellation)))  # type: ignore[arg-type]  # all that is asked of it

        assert traced.ends == [("BatchMigratePoolNodes", "stopped", [])]

    def test_of_a_write_that_was_stopped_between_tries(self, tmp_path: Path, clock: FakeClock) -> None:
        """What may have been acted on is not "stopped"; what never arrived is."""
        cancellation = Cancellation(last_look=0)

        def lose(_: httpx.Request) -> httpx.Response:
            cancellation.request()
            raise OFF

        traced = scripted(tmp_path, clock, lose)

        with pytest.raises(CancelledError):
            move(traced.client.until(Deadline(60, cancellation)))  # type: ignore[arg-type]  # all that is asked of it

        assert traced.ends == [("BatchMigratePoolNodes", "stopped", ["not sent"])]

    @pytest.mark.parametrize(
        ("token", "ends"),
        [
            (
                httpx.Response(201, json={}, headers={"X-Subject-Token": "issued-1"}),
                [(TOKEN, "answered", ["answered"]), ("ShowPool", "answered", ["answered"])],
            ),
            (answer(401), [(TOKEN, "refused", ["refused"]), ("ShowPool", "not sent", [])]),
        ],
        ids=["issued", "refused"],
    )
    def test_of_a_token_is_a_line_of_its_own(
        self, tmp_path: Path, clock: FakeClock, token: Step, ends: list[tuple[str, str, list[str]]]
    ) -> None:
        """What needs the token comes after it, and was not even tried where there is none; the body is not shown."""
        traced = scripted(tmp_path, clock, token, answer(200, pool_named(TRAIN_POOL)), settings=settings_with(USER))

        with suppress(ModelArtsError):
            look(traced.client)

        assert traced.ends == ends
        assert "sent" not in traced.lines[0]

    def test_of_a_process(self, tmp_path: Path, clock: FakeClock) -> None:
        """What breaks off is written down too, and goes on breaking off."""

        def interrupt(_: httpx.Request) -> httpx.Response:
            raise KeyboardInterrupt

        traced = scripted(tmp_path, clock, interrupt)

        with pytest.raises(KeyboardInterrupt):
            move(traced.client)

        assert traced.ends == [("BatchMigratePoolNodes", "broken off", ["broken off"])]


PLANTED = {
    "access key": "AKPLANTED0123",
    "secret key": "SKplanted/4567+x",
    "security token": "STplanted 89%ab",
    "token": "TOKplanted-cdef",
    "password": "PWplanted/ghij",
    "proxy": "PXplanted-klmn",
    "issued": "ISplanted-opqr",
    "input": "INplanted stuv/w",
}
"""Secrets that would be known again in whichever form."""

KINDS: dict[str, AccessKey | Token | Password] = {
    "key": AccessKey(*(SecretStr(PLANTED[part]) for part in ("access key", "secret key", "security token"))),
    "token": Token(SecretStr(PLANTED["token"])),
    "user": Password("ann", SecretStr(PLANTED["password"]), "acme"),
}


def shown(secret: str) -> set[str]:
    """What of a secret would be seen: in plain, percent-encoded, and what base64 makes of its middle."""
    in_base64 = {
        encode(b"?" * before + secret.encode())[4:-4].decode("ascii")
        for before in range(3)
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    }
    return {secret, quote(secret), quote(secret, safe=""), *in_base64}


def babbling(request: httpx.Request) -> httpx.Response:
    """Refuse, and repeat everything that one has heard, in every form, in every place."""
    if request.url.path == "/v3/auth/tokens":
        return httpx.Response(201, json={}, headers={"X-Subject-Token": PLANTED["issued"]})
    heard = [*PLANTED.values(), *request.headers.values(), request.content.decode(), str(request.url)]
    forms = [form for secret in heard for form in (secret, quote(secret, safe=""), _encoded(secret))]
    body = {"error_code": f"ModelArts.1 {' '.join(forms)}"[:2000], "error_msg": " ".join(forms)}
    return httpx.Response(400, json=body, headers={"X-Request-Id": _encoded(" ".join(PLANTED.values()))})


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


@pytest.mark.parametrize("credentials", KINDS.values(), ids=KINDS)
def test_no_secret_is_in_a_trace(
    tmp_path: Path, settings: Settings, clock: FakeClock, credentials: AccessKey | Token | Password
) -> None:
    """A service that repeats all it hears, headers and bodies too, brings none of it into the file."""
    proxies = Proxies.of_environment({"HTTPS_PROXY": f"http://ann:{quote(PLANTED['proxy'])}@proxy.example:3128"})
    settings = replace(settings, credentials=credentials, proxies=proxies)
    traced = scripted(tmp_path, clock, babbling, settings=settings)
    hidden = [PLANTED["input"]]
    caller = Caller("urn:a", "update", lambda text: text.replace(hidden[0], "[secret]"), has_secrets=True)
    said = {"metadata": {"annotations": {"os.modelarts/description": PLANTED["input"]}}, "spec": {"count": 17}}

    with serving(caller):
        for ask in (look, lambda client: client.resource_pools.patch(TRAIN_POOL, said)):
            with suppress(ModelArtsError):
                ask(traced.client)

    carried = {"key": "access key", "token": "token", "user": "issued"}
    known = {*settings.secrets, PLANTED["proxy"], PLANTED[carried[_kind(credentials)]]}
    assert traced.lines[-1]["sent"]["spec"] == {"count": "[hidden]"}
    assert [(secret, form) for secret in known for form in shown(secret) if form in traced.text] == []
    assert PLANTED["input"] not in traced.text


def _kind(credentials: AccessKey | Token | Password) -> str:
    return next(name for name, value in KINDS.items() if value is credentials)

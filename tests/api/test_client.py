import json
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from modelarts_emulator import TRAIN_POOL, Emulator, Fault
from pulumi_modelarts import api
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ApiError, RefusedError, ServerError, ThrottledError, TransportError
from pulumi_modelarts.api.settings import Settings, Token
from tests.api.wires import Script, answer
from tests.clocks import FakeClock
from tests.operations import CHANGE, LOOK

SECRET = "token-of-ann"  # noqa: S105 - made up
DESCRIPTION = {"metadata": {"annotations": {"os.modelarts/description": "new"}}}


def operations(emulator: Emulator) -> list[str]:
    """What the service was asked, in order."""
    return [exchange.operation or "?" for exchange in emulator.journal.exchanges()]


class TestRequest:
    def test_it_says_who_asks_for_what(self, settings: Settings, clock: FakeClock) -> None:
        """Address, query in canonical order without what is None, headers, and compact JSON."""
        wire = Script(answer(body={"fine": True}))
        client = Client(settings, transport=wire, clock=clock)

        got = client.request(
            "POST",
            "/v2/{project_id}/pools/a%2Fb",
            operation=CHANGE,
            attempting="try",
            params={"z": "ä b+c", "limit": 500, "none": None},
            json={"ä": [1, None]},
            content_type="application/merge-patch+json",
        )

        sent = wire.requests[0]
        assert got == {"fine": True}
        assert str(sent.url) == (
            "https://modelarts.example/v2/86c13962597848eeb29c5861153a391f/pools/a%2Fb?limit=500&z=%C3%A4%20b%2Bc"
        )
        assert sent.content == '{"ä":[1,null]}'.encode()
        assert sent.headers["content-type"] == "application/merge-patch+json"
        assert sent.headers["user-agent"].startswith("pulumi-modelarts/")

    def test_without_a_body_there_is_none(self, settings: Settings, clock: FakeClock) -> None:
        """A GET has neither body nor content type."""
        wire = Script(answer())

        Client(settings, transport=wire, clock=clock).request("GET", "/x", operation=LOOK, attempting="try")

        assert wire.requests[0].content == b""
        assert "content-type" not in wire.requests[0].headers

    @pytest.mark.parametrize("body", [b"", b" \n"])
    def test_an_empty_answer_is_none(self, settings: Settings, clock: FakeClock, body: bytes) -> None:
        """Batch operations answer nothing."""
        client = Client(settings, transport=Script(httpx.Response(200, content=body)), clock=clock)

        assert client.request("POST", "/x", operation=CHANGE, attempting="try") is None

    def test_a_success_that_is_not_json_is_no_answer(self, settings: Settings, clock: FakeClock) -> None:
        """The login page of a proxy is not mistaken for the service."""
        page = httpx.Response(200, html="<html>please log in</html>")
        client = Client(settings, transport=Script(page), clock=clock)

        with pytest.raises(TransportError, match=r"try: .*the answer is not JSON \(text/html") as caught:
            client.request("GET", "/x", operation=LOOK, attempting="try")

        assert caught.value.may_have_arrived

    def test_a_redirect_is_not_followed(self, settings: Settings, clock: FakeClock) -> None:
        """Credentials do not travel to where an answer points."""
        wire = Script(httpx.Response(302, headers={"Location": "https://evil.example/"}))
        client = Client(settings, transport=wire, clock=clock)

        with pytest.raises(ApiError, match="HTTP 302"):
            client.request("GET", "/x", operation=LOOK, attempting="try")

        assert len(wire.requests) == 1

    def test_emulator_settings_without_an_emulator_are_refused(self, settings: Settings) -> None:
        """What is meant for the emulator never goes out to the network."""
        with pytest.raises(RefusedError, match="no transport"):
            Client(replace(settings, emulator_file="w.db"))


class TestTrouble:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault("patchPool", status=429, code="APIGW.0308", retry_after=7),
            Fault("patchPool", status=503),
            Fault("patchPool", drop="reset"),
            Fault("patchPool", drop="close", when="after"),
            Fault("patchPool", drop="truncate", when="after"),
            Fault("patchPool", cut_json=True, when="after"),
        ],
        ids=lambda fault: str(fault.status or fault.drop or "cut"),
    )
    def test_a_patch_survives_it(self, client: Client, emulator: Emulator, fault: Fault) -> None:
        """Throttled, unavailable, dropped before or after, cut off: the change is made, and made once in effect."""
        emulator.faults.arm(fault)

        pool = client.resource_pools.patch(TRAIN_POOL, DESCRIPTION)

        assert pool.value.description == "new"
        assert operations(emulator) == ["patchPool", "patchPool"]

    def test_a_patch_that_was_lost_makes_no_second_order(self, client: Client, emulator: Emulator) -> None:
        """Absolute counts sent twice order once."""
        entries = [entry.to_wire() | {"count": 3} for entry in client.resource_pools.get(TRAIN_POOL).entries]
        emulator.faults.arm(Fault("patchPool", drop="reset", when="after"))

        client.resource_pools.patch(TRAIN_POOL, {"spec": {"resources": entries}})

        assert len(client.nodes.list(TRAIN_POOL)) == 3
        assert len(client.orders.list(TRAIN_POOL)) == 1

    def test_a_deletion_that_was_lost_is_not_repeated(self, client: Client, emulator: Emulator) -> None:
        """A POST whose answer was lost is left to the caller, who can see that it took effect."""
        victim = client.nodes.list(TRAIN_POOL)[-1].name
        emulator.faults.arm(Fault("batchDeletePoolNodes", drop="reset", when="after"))

        with pytest.raises(TransportError, match="the service may have acted on it"):
            client.nodes.delete(TRAIN_POOL, [victim])

        assert operations(emulator).count("batchDeletePoolNodes") == 1
        assert {node.name: node.phase for node in client.nodes.list(TRAIN_POOL)}[victim] == "Deleting"

    def test_a_search_that_was_lost_is_repeated(self, client: Client, emulator: Emulator) -> None:
        """It is a POST, and changes nothing."""
        emulator.faults.arm(Fault("listTrainingJobs", drop="reset", when="after"))

        assert client.training_jobs.running_in(TRAIN_POOL) == []

        assert operations(emulator) == ["listTrainingJobs", "listTrainingJobs"]

    def test_throttling_that_stays_is_an_error_with_a_remedy(
        self, client: Client, emulator: Emulator, clock: FakeClock
    ) -> None:
        """Patience ends after two minutes; the error says what to do."""
        emulator.faults.arm(Fault("listPools", status=429, code="APIGW.0308", message="threshold reached", times=99))

        with pytest.raises(ThrottledError, match=r"^list resource pools: threshold reached \(APIGW.0308, request "):
            client.resource_pools.list()

        assert 60 < clock.now <= 120

    def test_an_error_of_the_service_is_no_traceback_of_ours(self, client: Client, emulator: Emulator) -> None:
        """The request id is in the error, to be given to the service's support."""
        emulator.faults.arm(Fault("patchPool", status=500, code="ModelArts.50005000", message="internal error"))

        with pytest.raises(ServerError) as caught:
            client.resource_pools.patch(TRAIN_POOL, DESCRIPTION)

        assert str(caught.value) == (
            f"change resource pool {TRAIN_POOL}: internal error "
            f"(ModelArts.50005000, request {caught.value.request_id}). {ServerError.remedy}"
        )
        assert caught.value.request_id


class TestThreads:
    def test_sixty_four_threads_share_a_client(self, settings: Settings) -> None:
        """Over real connections, all at once: everybody gets the answer to their own question."""
        with Emulator() as emulator, emulator.serve() as server:
            client = Client(replace(settings, endpoint=server.url))
            barrier = threading.Barrier(64)

            def ask(number: int) -> str:
                barrier.wait(10)
                try:
                    return client.resource_pools.get(f"pool-{number}").name
                except ApiError as error:
                    return str(error).split(":")[0]

            with ThreadPoolExecutor(64) as pool:
                asked = list(pool.map(ask, range(64)))
            client.close()

        assert asked == [f"show resource pool pool-{number}" for number in range(64)]


class TestImports:
    def test_errors_load_nothing_but_python(self) -> None:
        """A program that catches our errors pays neither for an HTTP library nor for pydantic."""
        code = (
            "import sys, json, types\n"
            "package = types.ModuleType('pulumi_modelarts'); package.__path__ = [sys.argv[1]]\n"
            "sys.modules['pulumi_modelarts'] = package  # the API side by itself, without the Pulumi side around it\n"
            "import pulumi_modelarts.api.errors\n"
            "print(json.dumps(sorted({'httpx', 'pydantic', 'pydantic_core', 'pulumi'} & set(sys.modules))))\n"
        )

        run = python(code, str(Path(api.__path__[0]).parent))

        assert json.loads(run) == []

    def test_models_do_not_load_an_http_library(self) -> None:
        """Whoever plans with models alone pays for pydantic only, and nothing here loads Pulumi or the emulator."""
        code = (
            "import sys, json, types\n"
            "package = types.ModuleType('pulumi_modelarts'); package.__path__ = [sys.argv[1]]\n"
            "sys.modules['pulumi_modelarts'] = package  # the API side by itself, without the Pulumi side around it\n"
            "def heavy(): return sorted({'httpx', 'pulumi', 'modelarts_emulator'} & set(sys.modules))\n"
            "import pulumi_modelarts.api.resource_pool, pulumi_modelarts.api.node, pulumi_modelarts.api.settings\n"
            "import pulumi_modelarts.api.operations, pulumi_modelarts.api.pool_board, pulumi_modelarts.api.errors\n"
            "models = heavy()\n"
            "import pulumi_modelarts.api.client\n"
            "print(json.dumps([models, heavy()]))\n"
        )

        run = python(code, str(Path(api.__path__[0]).parent))

        assert json.loads(run) == [[], ["httpx"]]


def python(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_client_shows_no_secret_when_it_fails(settings: Settings, clock: FakeClock) -> None:
    """The error, its fields and its traceback are free of the token that was sent and that the service repeats."""
    body = {"error_code": "APIGW.0301", "error_msg": f"bad token {SECRET}"}
    client = Client(
        replace(settings, credentials=Token(SecretStr(SECRET))), transport=Script(answer(401, body)), clock=clock
    )

    with pytest.raises(ApiError) as caught:
        client.resource_pools.list()

    assert SECRET not in f"{''.join(traceback.format_exception(caught.value))} {vars(caught.value)}"

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.manifest import reading, running
from modelarts_emulator.manifest.endpoint import Endpoint, EndpointError
from modelarts_emulator.manifest.recorder import Recorder
from modelarts_emulator.messages import MERGE_PATCH, Request, Response
from modelarts_emulator.wire.server import Server
from modelarts_emulator.worlds.documented import WORLD
from tests.contract.places import ACCESS_KEY, SECRET_KEY, WHOM, beside
from tests.emulator.wire import CPU, world

POOLS = f"/v2/{PROJECT}/pools"
SECRETS = (
    "secret-label",
    "secret-text",
    "secret-tag",
    "10.0.0.",
    "auto-pool-os",
    "network-maos",
    NODE,
    PROJECT,
    "cn-north",
)
"""What is planted into a world and into requests, and what stands in the world that no other account has."""


@contextmanager
def recorded(emulator: Emulator, file: Path, now: Callable[[], float] = lambda: 0.0) -> Iterator[httpx.Client]:
    """A client behind a recorder that asks an emulator."""
    with (
        closing(Recorder(beside(emulator), file, now, "2026-11-26")) as recorder,
        Server(recorder, "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator that lets in only who signs with the recorder's key."""
    with Emulator(credentials=WHOM) as found:
        yield found


def course(client: httpx.Client, emulator: Emulator) -> None:
    """What a client does that looks around, grows a pool, follows its order, and says things that are its own."""
    listed = client.get(POOLS, headers={"x-secret-text": "secret-text"}).raise_for_status().json()
    pool = listed["items"][0]["metadata"]["name"]
    client.get(f"{POOLS}/{pool}/nodes?limit=1&secret-text=secret-text").raise_for_status()
    patch = {
        "metadata": {
            "labels": {"secret-label": "secret-text"},
            "annotations": {"os.modelarts/description": "secret-text"},
        },
        "spec": {"resources": [{"flavor": CPU, "count": 3, "secret-label": "secret-text"}]},
    }
    client.patch(f"{POOLS}/{pool}", json=patch, headers={"content-type": MERGE_PATCH}).raise_for_status()
    emulator.clock.advance(100)
    order = client.get(f"/v1/{PROJECT}/orders?involvedName={pool}").raise_for_status().json()["items"][0]["orderName"]
    client.get(f"/v1/{PROJECT}/orders/{order}").raise_for_status()
    client.post(
        f"/v1/{PROJECT}/pools/{pool}/tags/create", json={"tags": [{"key": "secret-tag", "value": "secret-text"}]}
    )
    client.get(f"{POOLS}/secret-text")
    client.get(f"/v1/{PROJECT}/workspaces/0/quotas").raise_for_status()
    client.get("/v3/projects?name=cn-north-7").raise_for_status()


def test_course(emulator: Emulator, tmp_path: Path) -> None:
    """What was recorded shows nothing of what is somebody's own, and is what a fresh emulator does."""
    file = tmp_path / "recorded.yaml"

    with recorded(emulator, file, emulator.clock.now) as client:
        course(client, emulator)

    text = file.read_text()
    assert [secret for secret in SECRETS if secret in text] == []
    assert (file.stat().st_mode & 0o777, ACCESS_KEY in text) == (0o600, False)
    given = reading.read(file)
    with Emulator(credentials=WHOM) as fresh:
        verdicts = list(running.run(given.cases, beside(fresh), changes=True, together=given.together))
    assert [(item.result, item.why) for item in verdicts] == [("agrees", "")] * 9
    assert [item.case.says for item in verdicts][2] == "3. patchPool is answered with 200"
    assert verdicts[2].case.steps[-1].send == {
        "metadata": {"labels": {}, "annotations": {"os.modelarts/description": "text"}},
        "spec": {"resources": [{"flavor": CPU, "count": 3}]},
    }


def test_names_that_are_given(emulator: Emulator, tmp_path: Path) -> None:
    """A name that a client gives, or that is refused, is made up anew; one of what was there before has to be found."""
    file = tmp_path / "a.yaml"
    body = {"apiVersion": "v1", "kind": "Network", "metadata": {"labels": {"os.modelarts/name": "secret-text"}}}
    lock = {"nodeNames": [NODE], "actions": ["delete"]}
    with recorded(emulator, file) as client:
        client.post(f"/v1/{PROJECT}/networks", json={**body, "spec": {"cidr": "192.168.0.0/16"}}).raise_for_status()
        client.get(f"{POOLS}/secret-tag")
        client.post(f"{POOLS}/{TRAIN_POOL}/nodes/batch-lock", json=lock).raise_for_status()

    given = reading.read(file)
    with Emulator(credentials=WHOM) as fresh:
        verdicts = list(running.run(given.cases, beside(fresh), changes=True, together=given.together))

    assert [item.case.names for item in verdicts] == [{"name_1": "name-1"}, {"pool_1": "pool-1"}, {}]
    assert [(item.result, item.why) for item in verdicts] == [
        ("agrees", ""),
        ("agrees", ""),
        ("lacks", "nothing was found for {pool_2}"),
    ]


def test_another_service(emulator: Emulator, tmp_path: Path) -> None:
    """A recording tells services apart: one that answers otherwise contradicts it."""
    file = tmp_path / "recorded.yaml"
    with recorded(emulator, file) as client:
        client.get(POOLS)
    given = reading.read(file)

    with Emulator(credentials=WHOM) as other:
        other.faults.arm(Fault("listPools", status=500, times=None))
        verdicts = list(running.run(given.cases, beside(other), changes=False, together=given.together))

    assert [item.result for item in verdicts] == ["contradicts"]


def test_signs_anew(emulator: Emulator, tmp_path: Path) -> None:
    """The service is asked with the recorder's own key, whatever the client has, and gets no header of the client's."""
    with recorded(emulator, tmp_path / "a.yaml") as client:
        answer = client.get(POOLS, headers={"x-auth-token": "nobody", "authorization": "none", "x-own": "1"})

    assert answer.status_code == 200
    (exchange,) = emulator.journal.exchanges()
    assert (exchange.status, "x-own" in exchange.headers) == (200, False)


def test_tokens_are_not_asked_for(emulator: Emulator, tmp_path: Path) -> None:
    """A client that wants a token for a password is told to bring a key; the password goes nowhere."""
    with recorded(emulator, tmp_path / "a.yaml") as client:
        answers = [client.post("/v3/auth/tokens", json={"auth": {}}), client.get("/_emulator/health")]

    assert [(item.status_code, item.json()["error_code"]) for item in answers] == [(403, "Recorder.0001")] * 2
    assert emulator.journal.exchanges() == []
    assert reading.read(tmp_path / "a.yaml").cases == ()


def test_service_that_fails(tmp_path: Path) -> None:
    """A service that does not answer is told as 502, one that sends no JSON is handed on, and neither is recorded."""
    answers = iter([Response(502, {"content-type": "text/html"}, b"<html>"), None])

    def send(_request: Request, _who: str) -> Response:
        found = next(answers)
        if found is None:
            raise EndpointError("it was lost")
        return found

    file = tmp_path / "a.yaml"
    with closing(Recorder(Endpoint(send, print), file, lambda: 0.0, "2026-11-26")) as recorder:
        request = Request("GET", POOLS)
        found = [recorder.handle(request), recorder.handle(request)]

    assert [(item.status, item.body[:15]) for item in found] == [(502, b"<html>"), (502, b'{"error_code":"')]
    assert (recorder.written, recorder.left_out, reading.read(file).cases) == (0, 1, ())


def test_long_answers(tmp_path: Path) -> None:
    """A long answer reaches the client as it is, byte by byte."""
    with Emulator(world=world(one={"resources": [{"flavor": CPU, "count": 60}]}), credentials=WHOM) as emulator:
        path = f"{POOLS}/one-{PROJECT}/nodes"
        with recorded(emulator, tmp_path / "a.yaml") as client:
            through = client.get(path).content

        assert through == beside(emulator).send(Request("GET", path), "caller").body
    assert len(reading.read(tmp_path / "a.yaml").cases[0].steps[0].answer.body["items"]) == 60


def test_many_at_a_time(emulator: Emulator, tmp_path: Path) -> None:
    """Clients that ask at the same time are written down one after the other."""
    file, barrier = tmp_path / "a.yaml", threading.Barrier(4)

    def ask(client: httpx.Client, path: str) -> None:
        barrier.wait()
        client.get(f"{POOLS}/{TRAIN_POOL}{path}")

    with recorded(emulator, file) as client:
        paths = ("", "/nodes", "/nodepools", "/workloads")
        threads = [threading.Thread(target=ask, args=(client, path)) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    said = [case.says.split() for case in reading.read(file).cases]
    assert [words[0] for words in said] == ["1.", "2.", "3.", "4."]
    assert {words[1] for words in said} == {"showPool", "listPoolNodes", "listNodePools", "listWorkloads"}


def test_waiting(emulator: Emulator, tmp_path: Path) -> None:
    """What is asked again with the same answer is written once, and how long that went on is told before the next."""
    file = tmp_path / "a.yaml"

    with recorded(emulator, file, emulator.clock.now) as client:
        for _ in range(3):
            client.get(f"{POOLS}/{TRAIN_POOL}")
            emulator.clock.advance(10)
        client.get(f"{POOLS}/{TRAIN_POOL}/nodes")

    steps = [[(step.ask, step.wait) for step in case.steps] for case in reading.read(file).cases]
    pool = "GET /v2/{project}/pools/{pool_1}"
    assert steps == [[(pool, 0)], [("", 30), (f"{pool}/nodes", 0)]]


def test_unusual_content_type(emulator: Emulator, tmp_path: Path) -> None:
    """A body of another type than usual is recorded as such, as it is refused for it."""
    file = tmp_path / "a.yaml"

    with recorded(emulator, file) as client:
        client.patch(f"{POOLS}/{TRAIN_POOL}", json={})

    (step,) = reading.read(file).cases[0].steps
    assert (step.type, step.send, step.answer.status) == ("application/json", {}, 415)


def test_file_that_is_there(emulator: Emulator, tmp_path: Path) -> None:
    """A file that is there is not written over."""
    file = tmp_path / "a.yaml"
    file.write_text("mine")

    with pytest.raises(FileExistsError):
        Recorder(beside(emulator), file, lambda: 0.0, "2026-11-26")

    assert file.read_text() == "mine"


@pytest.mark.long
def test_interrupted(emulator: Emulator, tmp_path: Path) -> None:
    """The command says where it listens, and Ctrl-C ends it with a file that is whole."""
    file = tmp_path / "a.yaml"
    environment = {**os.environ, "HW_ACCESS_KEY": ACCESS_KEY, "HW_SECRET_KEY": SECRET_KEY}
    with emulator.serve() as server:
        command = [sys.executable, "-m", "modelarts_emulator", "record", "--to", str(file), "--port", "0", server.url]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            address = process.stdout.readline().split(" at ")[1].split()[0]
            asked = httpx.get(f"{address}{POOLS}", timeout=60).status_code
            process.send_signal(signal.SIGINT)
            told = process.stdout.read()

    assert (asked, process.returncode) == (200, 0)
    assert f"1 exchange in {file}. Read it before you show it to anybody." in told
    assert len(reading.read(file).cases) == 1


def test_world_is_the_documented_one() -> None:
    """The planted names stand in the world that is recorded, so that their absence says something."""
    text = str(WORLD)

    assert [secret for secret in SECRETS[4:] if secret not in text] == []

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelarts_emulator import PROJECT, Emulator, Fault, Outcome
from modelarts_emulator.__main__ import main
from modelarts_emulator.manifest import checking, reading, running, score, surroundings
from modelarts_emulator.manifest.arranging import NAMES
from modelarts_emulator.manifest.case import Case
from modelarts_emulator.manifest.endpoint import Endpoint, EndpointError
from modelarts_emulator.manifest.matching import filled
from modelarts_emulator.manifest.remote import Remote
from modelarts_emulator.messages import Request, Response
from modelarts_emulator.state.errors import UnreadableFileError
from modelarts_emulator.wire.server import Server
from tests.contract.places import ACCESS_KEY, SECRET_KEY, WHOM, beside

SETTINGS = {
    "HW_REGION_NAME": "cn-north-7",
    "HW_PROJECT_ID": PROJECT,
    "HW_ACCESS_KEY": ACCESS_KEY,
    "HW_SECRET_KEY": SECRET_KEY,
}
MISSING_POOL = "errors: A missing pool is 404 `ModelArts.50015001` (documented: PatchPool)"
FREE = {"createNetwork", "deleteNetwork", "patchPool", "batchCreatePoolTags", "batchDeletePoolTags"}

LIST = "GET /v2/{project}/pools"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator that verifies, in which something of everything has happened."""
    with Emulator(credentials=WHOM) as found:
        endpoint = beside(found)
        names = {"project": PROJECT} | NAMES
        for name in ("a growth of two pools", "a migration", "a reboot", "a tag", "a training job that waits"):
            for step in reading.given()[name]:
                if step.wait:
                    found.clock.advance(step.wait)
                else:
                    method, _, target = filled(step.ask, names).partition(" ")
                    endpoint.send(Request.of_json(method, target, filled(step.send, names)), "caller")
        found.clock.advance(600)
        found.journal.clear()
        yield found


def service(emulator: Emulator) -> Endpoint:
    """An emulator that does not say that it is one, and whose time passes when somebody waits."""
    return replace(beside(emulator), is_emulator=False, sleep=emulator.clock.advance)


def cases(path: Path, *given: dict[str, Any]) -> Path:
    """A file of cases."""
    path.write_text(json.dumps({"about": "mine", "cases": [{"known": "assumed", **item} for item in given]}))
    return path


def one(**steps: Any) -> Case:
    """A case of one step that may be run anywhere."""
    return Case.model_validate({"about": "a", "says": "b", "known": "assumed", "reach": "anywhere", "steps": [steps]})


def came_of(case: Case, response: Response) -> running.Verdict:
    """What comes of a case where everything is answered like this."""
    (verdict,) = running.run([case], Endpoint(lambda _request, _who: response, print), changes=False)
    return verdict


def test_reading(emulator: Emulator) -> None:
    """What may be run anywhere agrees, the account has nearly all that it looks at, and is what it was."""
    before = emulator.snapshot()["tables"]

    verdicts = list(running.run(reading.cases(), service(emulator), changes=False))

    anywhere = {item.result for item in verdicts if item.case.reach == "anywhere"}
    counts = score.document(verdicts)["counts"]
    assert (anywhere, counts["lacks"]) == ({"agrees", "lacks"}, 1)
    assert emulator.snapshot()["tables"] == before
    assert {item.status // 100 for item in emulator.journal.writes()} == {4}


def test_changes_to_an_account(emulator: Emulator) -> None:
    """On the service, changes are free and taken back; what costs something is not run."""
    before = emulator.world()
    given = [case for case in reading.cases() if case.reach == "changes"]

    verdicts = list(running.run([*given, *reading.cases()[-3:]], service(emulator), changes=True))

    assert {item.result for item in verdicts if item.case.reach == "changes"} == {"agrees"}
    assert {item.why for item in verdicts if item.case.reach == "emulator"} == {"it is run on an emulator alone"}
    assert {**emulator.world(), "now": None} == {**before, "now": None}
    assert {item.operation for item in emulator.journal.writes() if item.status < 400} >= FREE


def test_what_costs_something_needs_leave_of_its_own(emulator: Emulator) -> None:
    """On the service no node is bought where changes are allowed, and the case says what it takes."""
    given = [case for case in reading.cases() if case.reach == "costs"]

    verdicts = list(running.run(given, service(emulator), changes=True))

    why = "it costs something: run with --changes --costs FLAVOR"
    assert {(item.result, item.why) for item in verdicts} == {("not run", why)}
    told = score.text(verdicts).splitlines()
    assert [text for text in told if text.startswith("not run, ")] == [
        f"not run, {why}: {score.line(case)}" for case in given
    ]
    assert emulator.journal.writes() == []


def test_what_costs_something_is_given_back(emulator: Emulator) -> None:
    """Each makes a pool of one node of the flavor that was named, and the account is what it was."""
    before = emulator.world()
    given = [case for case in reading.cases() if case.reach == "costs"]

    verdicts = list(running.run(given, service(emulator), changes=True, costs=NAMES["cpu8"]))

    made = [item.body["spec"]["resources"] for item in emulator.journal.exchanges("createPool") if item.status == 200]
    assert {item.result for item in verdicts} == {"agrees"}
    assert [[(entry["flavor"], entry["count"]) for entry in entries] for entries in made] == [
        [(NAMES["cpu8"], 1)] for _ in given
    ]
    assert {**emulator.world(), "now": None, "orders": None} == {**before, "now": None, "orders": None}
    assert [item["metadata"]["name"] for item in networks(emulator)] == [NAMES["network"]]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("showPool", status=500, times=None, after=2),
        pytest.param(Fault("createPool", outcome=Outcome(nodes=0)), marks=pytest.mark.long),
        Fault("showOrder", status=404),
        Fault("deletePool", status=500, times=3),
    ],
    ids=("showPool", "createPool", "showOrder", "deletePool"),
)
def test_what_costs_something_is_given_back_however_it_ends(emulator: Emulator, fault: Fault) -> None:
    """A case that is contradicted leaves no pool behind either."""
    (case,) = [each for each in reading.cases() if each.reach == "costs" and "Running once its order" in each.says]
    emulator.faults.arm(fault)

    list(running.run([case], service(emulator), changes=True, costs=NAMES["cpu"]))

    assert set(emulator.world()["pools"]) == {NAMES["train"], NAMES["infer"], NAMES["gpu"]}
    assert [item["metadata"]["name"] for item in networks(emulator)] == [NAMES["network"]]


def networks(emulator: Emulator) -> list[dict[str, Any]]:
    """The networks that are there."""
    response = beside(emulator).send(Request("GET", f"/v1/{PROJECT}/networks"), "caller")
    found: list[dict[str, Any]] = response.json()["items"]
    return found


def test_emulator_is_put_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With leave to change, an emulator gets a world for each case, and is then as it was found, clock included."""
    step = {"ask": "DELETE /v2/{project}/pools/{train}"}
    file = cases(tmp_path / "mine.json", {"says": "a pool goes", "steps": [step]})
    with Emulator(clock="scaled:60") as found, found.serve() as server:
        found.clock.set_mode("frozen")
        found.clock.advance(500)
        before = (found.world(), found.clock.now(), found.clock.mode)

        code = checking.check(server.url, {}, file, changes=True, as_json=False)

        assert (found.world(), found.clock.now(), found.clock.mode) == before
    assert (code, capsys.readouterr().out.splitlines()[-1].partition(",")[0]) == (0, "1 case: 1 as they say")


def test_contradiction(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the service does otherwise, the case is named with how it is known, the request and what came."""
    emulator.faults.arm(Fault("deletePool", status=410, code="ModelArts.1", message=f"not {ACCESS_KEY}", times=None))

    with emulator.serve() as server:
        code = checking.check(server.url, SETTINGS, changes=False, as_json=False)

    shown = capsys.readouterr().out
    assert code == 1
    assert f"it contradicts {MISSING_POOL}\n    DELETE /v2/{{project}}/pools/{{no_pool}}: 410 " in shown
    assert not {ACCESS_KEY, SECRET_KEY} & set(re.findall(r"\w+", shown))
    assert "deletePool                                   0            0" in shown


def test_not_let_in(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Who is not let in asks only once, and is told so without the secret."""
    with emulator.serve() as server:
        code = checking.check(server.url, {**SETTINGS, "HW_ACCESS_KEY": "AKNOBODY"}, changes=False, as_json=False)

        told = capsys.readouterr().err
        assert (code, told.partition(": 401")[0]) == (2, f"modelarts-emulator: {server.url} does not let us in")
    assert "AKNOBODY" not in told
    assert [item.status for item in emulator.journal.exchanges()] == [401]


class Elsewhere:
    """A server that is no emulator."""

    def handle(self, _request: Request) -> Response:
        """Say that there is nothing."""
        return Response.of_json(404, {"error_code": "APIGW.0101", "error_msg": "no such API"})


def test_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The service is not asked until it is said who asks, and for which project."""
    with Server(Elsewhere(), "127.0.0.1", 0) as server:
        code = checking.check(server.url, {}, changes=False, as_json=False)

    assert code == 2
    assert "set HW_REGION_NAME, HW_PROJECT_ID, and HW_ACCESS_KEY" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("modelarts.example", "'modelarts.example' is no address such as"),
        ("ftp://modelarts.example", "'modelarts.example' is no address such as"),
        ("https://modelarts.example/v2", "'modelarts.example' is no address such as"),
        ("https://ann:secret@modelarts.example", "the address holds a user or a password"),
        ("http://modelarts.example", "modelarts.example is asked over https alone"),
    ],
)
def test_addresses(url: str, reason: str) -> None:
    """An address that is none, or would show credentials, is refused without showing what it holds."""
    with pytest.raises(EndpointError) as caught:
        surroundings.base_of(url)

    assert str(caught.value).startswith(reason)
    assert "secret" not in str(caught.value)


def test_half_a_key() -> None:
    """A half of a key is refused."""
    with pytest.raises(EndpointError, match="HW_SECRET_KEY is not set"):
        surroundings.read({"HW_ACCESS_KEY": "AK"})


def test_answer_that_breaks_its_contract() -> None:
    """An answer that is as the case says and not as its contract does is a contradiction, which shows nothing of it."""
    pool = {"apiVersion": "v2", "kind": "Our secret"}
    answer = Response.of_json(200, {"kind": "PoolList", "apiVersion": "v2", "items": [pool]})

    verdict = came_of(one(ask=LIST), answer)

    assert verdict.result == "contradicts"
    assert "the answer is not as its contract says: ('items', 0, 'kind')" in verdict.why
    assert "secret" not in verdict.why


def test_answer_that_has_more() -> None:
    """A field that no contract knows is told, and is no contradiction: the service may grow."""
    answer = Response.of_json(200, {"kind": "PoolList", "apiVersion": "v2", "items": [], "total": 0})

    verdict = came_of(one(ask=LIST), answer)

    assert (verdict.result, verdict.beyond) == ("agrees", ("listPools: total",))
    assert "it has, in no contract, listPools: total" in score.text([verdict])


def test_what_an_account_lacks() -> None:
    """A case that finds nothing to look at is told apart from one that is contradicted, and a refusal is the latter."""
    case = one(ask=LIST, needs="a pool", answer={"body": {"items": {"$has": {}}}})
    empty = Response.of_json(200, {"kind": "PoolList", "apiVersion": "v2", "items": []})
    refused = Response.of_json(500, {"error_code": "ModelArts.1", "error_msg": "no"})

    found = [came_of(case, answer) for answer in (empty, refused)]

    assert [(item.result, item.why.partition(" {")[0]) for item in found] == [
        ("lacks", "it needs a pool"),
        ("contradicts", "GET /v2/{project}/pools: 500"),
    ]


def test_no_answer() -> None:
    """Where nothing comes back the run goes on, and ends when that happens again and again."""

    def send(_request: Request, _who: str) -> Response:
        raise EndpointError("it was lost")

    verdicts = list(running.run([one(ask=LIST)] * 5, Endpoint(send, print), changes=False))

    assert [item.result for item in verdicts] == ["no answer"] * 3 + ["not run"] * 2
    assert "it was lost" in score.text(verdicts)


def test_interrupted() -> None:
    """Ctrl-C within a case ends the run once what the case has made is taken away."""
    made: list[str] = []

    def send(request: Request, _who: str) -> Response:
        made.append(request.method)
        if request.method == "GET":
            raise KeyboardInterrupt
        return Response(204)

    path = "/v1/{project}/pools/p/tags"
    steps = [{"ask": f"POST {path}/create", "answer": {"status": 204}}, {"ask": f"GET {path}"}]
    undo = [{"ask": f"DELETE {path}/delete", "answer": {"status": 204}}]
    case = {"about": "a", "says": "b", "known": "assumed", "reach": "changes", "steps": steps, "afterwards": undo}

    with pytest.raises(KeyboardInterrupt):
        list(running.run([Case.model_validate(case)], Endpoint(send, print), changes=True))

    assert made == ["POST", "GET", "DELETE"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--json"], "--changes, --costs, --cases and --json go with --check URL"),
        (["--costs", "f"], "--changes, --costs, --cases and --json go with --check URL"),
        (["--check", "https://x", "--costs", "f"], "--costs goes with --changes: what it makes is taken away again"),
    ],
)
def test_options_that_need_others(options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Options of a check are refused where there is no address to check, and a price without leave to change."""
    code = main(["evidence", *options])

    assert (code, capsys.readouterr().err) == (2, f"modelarts-emulator: {told}\n")


def test_one_request_too_many() -> None:
    """What the service refuses for now is sent again after the time that it says."""
    answers = iter([httpx.Response(429, headers={"retry-after": "0"}), httpx.Response(200, json={})])
    client = httpx.Client(transport=httpx.MockTransport(lambda _: next(answers)))
    remote = Remote(client, "https://modelarts.test", surroundings.read(SETTINGS))

    assert remote.send(Request("GET", "/v2/p/pools"), "caller").status == 200


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({"says": "a", "steps": []}, "cases.0 ('a'): Value error, a case has either steps, or says in unshown why"),
        ({"says": "a", "steps": [{}]}, "cases.0.steps.0 ('a'): Value error, a step says one of ask, wait, control"),
        ({"says": "a", "step": []}, "cases.0.step ('a'): Extra inputs are not permitted"),
        ({"says": "a", "known": {"documented": ""}, "steps": [{"ask": LIST}]}, "cases.0 ('a'): Value error, known is"),
    ],
)
def test_unreadable_file(tmp_path: Path, case: dict[str, Any], reason: str) -> None:
    """A file that holds no cases is refused with the place, and what the case says that is wrong."""
    file = cases(tmp_path / "mine.json", case)

    with pytest.raises(UnreadableFileError) as caught:
        reading.read(file)

    assert str(caught.value).startswith(f"{file}: {reason}")

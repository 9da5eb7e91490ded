"""What the doctor says of an account in which something is wrong: it names it, says what to do, and goes on."""

import json
from typing import Any

import httpx
import pytest

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, Credentials, Emulator, Fault, Request
from modelarts_emulator.service.urls import OPERATIONS as SERVED
from pulumi_modelarts.api.nodes import LIST_POOL_NODES
from pulumi_modelarts.api.operation import Operation
from pulumi_modelarts.api.resource_pools import LIST_POOLS
from pulumi_modelarts.cli.doctor.rights import TRIES, WITHOUT
from tests.cli.doctor import REGION, TOKEN, USER, Done, doctor, examined, findings

OF_THE_SERVICE = ("rights", "inventory", "unknown_fields", "assumptions")


def refuse(emulator: Emulator, *operations: Operation) -> None:
    """Let an emulator refuse operations for ever, in words that name somebody."""
    for operation in operations:
        name = next(
            each for each in SERVED if each.lower().removesuffix("s") == operation.name.lower().removesuffix("s")
        )
        message = "user annabel of zenith may not"
        emulator.faults.arm(Fault(name, status=403, code="ModelArts.0103", message=message, times=None))


def in_vain(done: Done) -> dict[str, list[str]]:
    """What is said in the sections that need the service."""
    return {name: [finding["text"] for finding in done.section(name).values()] for name in OF_THE_SERVICE}


class TestRightsThatAreMissing:
    def test_are_named_with_their_actions(self, emulator: Emulator) -> None:
        """Each read that is refused is told with status, code and request id, and with what to grant."""
        refuse(emulator, *TRIES)

        done = examined(emulator)

        rights = done.section("rights")
        told = {name: finding for name, finding in rights.items() if not finding["text"].startswith("not tried")}
        assert {name: finding["facts"] | {"request_id": ""} for name, finding in told.items()} == {
            each.name: {
                "operation": each.name,
                "action": each.action or None,
                "status": 403,
                "code": "ModelArts.0103",
                "request_id": "",
            }
            for each in TRIES
        }
        assert {name: (finding["state"], finding["advice"]) for name, finding in told.items()} == {
            each.name: ("warning" if each in WITHOUT else "failed", each.to_grant("project-1")) for each in TRIES
        }
        assert all(
            finding["text"].startswith("refused: HTTP 403 ModelArts.0103, request ") for finding in told.values()
        )
        assert "annabel" not in done.text
        assert done.code == 1

    def test_leave_the_others_as_they_are(self, emulator: Emulator) -> None:
        """Who may not list nodes may still be allowed all else, and pools are counted without."""
        refuse(emulator, LIST_POOL_NODES)

        done = examined(emulator)

        states = done.states("rights")
        assert [name for name, state in states.items() if state in {"failed", "warning"}] == ["ListPoolNodes"]
        pool = done.section("inventory")["pool-1"]
        assert pool["state"] == "not known"
        assert pool["text"].startswith(
            "Running, Train/Infer; declared 2 of modelarts.vm.cpu.4ud; its nodes cannot be listed: HTTP 403"
        )

    def test_are_told_in_the_words_of_the_service_to_their_own_user(self, emulator: Emulator) -> None:
        """With names, what the service said is repeated."""
        refuse(emulator, LIST_POOLS)

        finding = examined(emulator, "--names").section("rights")["ListPools"]

        assert finding["text"].startswith("refused: user annabel of zenith may not (HTTP 403 ModelArts.0103, request ")
        assert finding["advice"] == LIST_POOLS.to_grant(PROJECT)


class TestWhoIsNotLetIn:
    def test_is_told_once(self) -> None:
        """A wrong key is one failure; what rests on it is not asked, as each try would be refused."""
        with Emulator(credentials=Credentials(access_keys={"another": "key"})) as emulator:
            done = examined(emulator)
            asked = [item.path for item in emulator.journal.exchanges()]

        assert done.states("identity")["let in"] == "failed"
        assert in_vain(done) == {name: ["not asked: who asks is not let in"] for name in OF_THE_SERVICE}
        assert asked == [f"/v2/{PROJECT}/pools"]
        assert done.code == 1

    def test_with_a_token_that_has_ended(self, emulator: Emulator) -> None:
        """So is an expired token, which cannot be renewed."""
        token = issued(emulator)
        emulator.clock.advance(25 * 3600)

        identity = examined(emulator, environ={**TOKEN, "HW_AUTH_TOKEN": token}).section("identity")

        assert identity["credentials"]["text"] == "a token that was given, which cannot be renewed"
        assert identity["let in"]["state"] == "failed"
        assert identity["let in"]["text"].startswith("the service does not let in who asks: HTTP 401 APIGW.0301")

    def test_by_iam(self) -> None:
        """A wrong password is told as what IAM said, and IAM is not asked again: it locks users out."""
        with Emulator(credentials=Credentials(users={("zenith", "annabel"): "right"})) as emulator:
            done = examined(emulator, environ=USER)
            asked = [item.path for item in emulator.journal.exchanges()]

        connection = done.section("connection")
        assert connection["ModelArts"]["text"].endswith("reached directly; not asked, as IAM gave no token")
        assert (connection["ModelArts"]["state"], connection["IAM"]["state"]) == ("not known", "ok")
        assert done.states("identity")["let in"] == "failed"
        assert asked == ["/v3/auth/tokens"]


def issued(emulator: Emulator) -> str:
    """A token that the emulator has given to somebody."""
    user = {"name": "annabel", "password": "right", "domain": {"name": "zenith"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    answered = emulator.handle(
        Request.of_json("POST", "/v3/auth/tokens", {"auth": {"identity": identity, "scope": {}}})
    )
    return answered.headers["x-subject-token"]


class TestPools:
    def test_that_cannot_be_read_are_failures_of_their_own(self, emulator: Emulator) -> None:
        """The place is told, and the other pools are seen."""
        listed: Any = json.loads(emulator.handle(Request("GET", f"/v2/{PROJECT}/pools")).body)
        listed["items"][0]["spec"]["resources"] = "none"
        emulator.faults.arm(Fault("listPools", body=listed, times=None))

        done = examined(emulator)

        assert sorted(done.states("inventory").values()) == ["failed", "ok", "ok", "ok"]
        (broken,) = [finding for finding in done.section("inventory").values() if finding["state"] == "failed"]
        assert broken["text"] == (
            "the answer was not understood at items[0].spec.resources: a text, where a list must be"
        )
        assert done.code == 1

    def test_with_nodes_to_look_after_are_warned_of(self, emulator: Emulator) -> None:
        """Broken and drained nodes are named by what stands for them."""
        path = f"/v2/{PROJECT}/pools/{TRAIN_POOL}/nodes/batch-drain"
        emulator.handle(Request.of_json("POST", path, {"nodeNames": [NODE]}))
        emulator.break_node(TRAIN_POOL, "os-node-created-k9x2v")

        warned = [each for each in findings(examined(emulator).report) if each["subject"] == "pool-1"]

        assert [(each["state"], each["text"], each["facts"].get("nodes")) for each in warned] == [
            (
                "ok",
                "Running, Train/Infer; declared 2 of modelarts.vm.cpu.4ud; listed 1 Abnormal, 1 Available",
                {"Abnormal": 1, "Available": 1},
            ),
            ("warning", "node node-1: Abnormal", ["node-1"]),
            ("warning", "node node-2: drained", ["node-2"]),
        ]

    def test_are_missed(self) -> None:
        """An account without pools may be the wrong one."""
        with Emulator(world={"projects": {PROJECT: {}}}) as emulator:
            done = examined(emulator)

        assert done.section("inventory")["pools"]["state"] == "warning"
        assert done.states("unknown_fields") == {"pools": "not known", "nodes": "not known"}
        assert done.code == 0


class TestTheProject:
    @pytest.mark.parametrize(
        ("projects", "state", "text"),
        [
            ([{"id": PROJECT, "name": REGION}], "ok", f"project-1 is of region {REGION}, as IAM says"),
            (
                [{"id": PROJECT, "name": f"{REGION}_team"}],
                "ok",
                f"project-1 is within the project of region {REGION}, as IAM says",
            ),
            (
                [{"id": PROJECT, "name": "eu-west-101"}],
                "failed",
                f"project-1 is of region eu-west-101, as IAM says, and the settings name {REGION}",
            ),
            ([], "warning", "IAM lists 0 projects to this user, and project-1 is none of them"),
        ],
    )
    def test_is_looked_for_in_iam(self, projects: list[dict[str, str]], state: str, text: str) -> None:
        """A project belongs to one region, and IAM says to which."""

        def iam(request: httpx.Request) -> httpx.Response:
            if request.url.path != "/v3/projects":
                return httpx.Response(403, json={"error_code": "ModelArts.0103"})
            named = request.url.params.get("name", "")
            return httpx.Response(200, json={"projects": [each for each in projects if named in {"", each["name"]}]})

        found = doctor("--json", transport=httpx.MockTransport(iam)).section("identity")["project"]

        assert (found["state"], found["text"]) == (state, text)


class TestTheToken:
    @pytest.mark.parametrize(
        ("ends", "state", "text"),
        [
            ("2026-11-18T13:06:40.000000Z", "ok", "ends 2026-11-18 13:06 UTC, in 2.0 h"),
            ("2026-11-18T11:36:40.000000Z", "warning", "ends 2026-11-18 11:36 UTC, in 0.5 h"),
            ("tomorrow", "not known", "IAM does not tell when it ends"),
        ],
    )
    def test_says_when_it_ends_and_whose_it_is(self, ends: str, state: str, text: str) -> None:
        """IAM shows anybody their own token; the names in it are replaced, and shown on one's own screen."""

        def iam(request: httpx.Request) -> httpx.Response:
            if request.url.path != "/v3/auth/tokens":
                return httpx.Response(403, json={"error_code": "ModelArts.0103"})
            assert request.headers["x-subject-token"] == request.headers["x-auth-token"] == TOKEN["HW_AUTH_TOKEN"]
            user = {"name": "annabel", "domain": {"name": "zenith"}}
            return httpx.Response(200, json={"token": {"expires_at": ends, "user": user, "project": {"id": PROJECT}}})

        replaced = doctor("--json", environ=TOKEN, transport=httpx.MockTransport(iam)).section("identity")
        shown = doctor("--json", "--names", environ=TOKEN, transport=httpx.MockTransport(iam)).section("identity")

        assert (replaced["token"]["state"], replaced["token"]["text"]) == (state, text)
        assert replaced["user"]["text"] == "user-1 of account domain-1"
        assert shown["user"]["text"] == "annabel of account zenith"

    def test_for_another_project_is_a_failure(self) -> None:
        """A token is for one project."""

        def iam(request: httpx.Request) -> httpx.Response:
            if request.url.path != "/v3/auth/tokens":
                return httpx.Response(403, json={"error_code": "ModelArts.0103"})
            return httpx.Response(200, json={"token": {"project": {"id": "another"}}})

        done = doctor("--json", environ=TOKEN, transport=httpx.MockTransport(iam))

        (identity,) = [section for section in done.report["sections"] if section["name"] == "identity"]
        assert [finding["state"] for finding in identity["findings"] if finding["subject"] == "token"] == [
            "failed",
            "not known",
        ]


def test_a_section_that_breaks_off_ends_alone(emulator: Emulator) -> None:
    """A defect of ours is told as one, without a traceback, and the other sections are there."""
    inner = emulator.transport()

    def defect(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/training-job-searches"):
            raise LookupError(request.url.path)
        return inner.handle_request(request)

    done = doctor("--json", transport=httpx.MockTransport(defect))

    rights = done.section("rights")
    assert rights["rights"]["text"] == "this section broke off: a defect of pulumi-modelarts (LookupError)"
    assert rights["ListPools"]["state"] == "ok"
    assert done.states("inventory")["pools"] == "ok"
    assert done.code == 1

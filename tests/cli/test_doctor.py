"""What the doctor says of an account in which everything is in order."""

from contextlib import chdir
from pathlib import Path

import pytest
from dirty_equals import IsList, IsPositiveInt, IsStr

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Request
from pulumi_modelarts.api.iam_token import CREATE_TOKEN
from pulumi_modelarts.api.rights import OPERATIONS
from pulumi_modelarts.cli.doctor.assumptions import ASSUMPTIONS
from tests.cli.doctor import ENVIRON, REGION, doctor, examined, findings

FLAVOR = "modelarts.vm.cpu.4ud"


def busy(emulator: Emulator) -> None:
    """Let something of everything happen: an order, two jobs, a tag."""
    for method, path, document in (
        ("PATCH", f"v2/{PROJECT}/pools/{TRAIN_POOL}", {"spec": {"resources": [{"flavor": FLAVOR, "count": 3}]}}),
        ("POST", f"v2/{PROJECT}/pools/{TRAIN_POOL}/nodes/batch-reboot", {"nodeNames": ["os-node-created-mnmcf"]}),
        ("POST", f"v2/{PROJECT}/pools/{TRAIN_POOL}/nodes/batch-reboot", {"nodeNames": ["os-node-created-k9x2v"]}),
        ("POST", f"v1/{PROJECT}/pools/{TRAIN_POOL}/tags/create", {"tags": [{"key": "team", "value": "blue"}]}),
    ):
        answered = emulator.handle(Request.of_json(method, f"/{path}", document))
        assert answered.status < 300, answered.body
        emulator.clock.advance(1200)


def writes(emulator: Emulator) -> list[str]:
    """What was asked of an emulator that was not for reading; searches are, although they are sent by POST."""
    return [
        f"{item.method} {item.path}"
        for item in emulator.journal.exchanges()
        if item.method != "GET" and not item.path.endswith("training-job-searches")
    ]


def test_the_report_is_whole(emulator: Emulator) -> None:
    """Every section is there, in its order, and every finding has all of its parts."""
    report = examined(emulator).report

    found = findings(report)
    assert report == {
        "format": 1,
        "version": IsStr(),
        "at": "2026-11-18T11:06:40Z",
        "names": False,
        "well": True,
        "counts": {"ok": IsPositiveInt(), "warning": 0, "failed": 0, "not known": IsPositiveInt()},
        "sections": [
            {"name": name, "title": title, "findings": IsList(length=(1, ...))}
            for name, title in (
                ("versions", "Versions"),
                ("settings", "Settings"),
                ("connection", "Connection"),
                ("identity", "Who asks"),
                ("rights", "Rights"),
                ("inventory", "Pools and nodes"),
                ("unknown_fields", "Fields that nobody knows"),
                ("assumptions", "Assumed behaviours"),
            )
        ],
    }
    assert sum(report["counts"].values()) == len(found)
    assert {tuple(each) for each in found} == {("state", "subject", "text", "advice", "facts")}
    assert [each for each in found if (each["state"] == "ok") != (each["advice"] is None)] == []


def test_it_only_reads(emulator: Emulator) -> None:
    """Nothing is written, whatever there is to see."""
    busy(emulator)
    emulator.journal.clear()

    examined(emulator)

    assert len(emulator.journal.exchanges()) > 15
    assert writes(emulator) == []


def test_settings_say_where_they_are_from(emulator: Emulator) -> None:
    """Each has its source; what may be shown is shown, what is made from another is said to be."""
    settings = examined(emulator, environ={**ENVIRON, "HW_CACERT": ""}).section("settings")

    assert {subject: finding["text"] for subject, finding in settings.items()} == {
        "region": "cn-north-7 (HW_REGION_NAME)",
        "project id": "project-1 (HW_PROJECT_ID)",
        "access key": "set, not shown (HW_ACCESS_KEY)",
        "secret key": "set, not shown (HW_SECRET_KEY)",
        "endpoint": f"https://modelarts.{REGION}.myhuaweicloud.com (made from the region)",
        "IAM endpoint": f"https://iam.{REGION}.myhuaweicloud.com (made from the region)",
    }
    assert settings["region"]["facts"] == {"source": "HW_REGION_NAME", "value": REGION, "without_effect": []}
    assert settings["secret key"]["facts"] == {"source": "HW_SECRET_KEY", "value": None, "without_effect": []}


def test_each_right_is_there(emulator: Emulator) -> None:
    """Every read of the provider is tried and allowed; every write is listed with its action, and is not tried."""
    busy(emulator)

    rights = examined(emulator).section("rights")

    reads = [each.name for each in OPERATIONS if each.only_reads and each != CREATE_TOKEN]
    assert [subject for subject, finding in rights.items() if finding["state"] == "ok"] == reads
    assert {subject: finding["text"].split(";")[:2] for subject, finding in rights.items() if subject not in reads} == {
        each.name: [
            "not tried, as it changes something",
            f" needs {each.action}" if each.action else " needs no action, as its page says",
        ]
        for each in OPERATIONS
        if not each.only_reads
    }
    assert rights["ListPools"]["facts"] == {"operation": "ListPools", "action": "modelarts:pool:list"}


def test_pools_are_counted(emulator: Emulator) -> None:
    """Each pool has a line with what it should have and what it has."""
    inventory = examined(emulator).section("inventory")

    assert {subject: finding["text"] for subject, finding in inventory.items()} == {
        "pools": "3 pools in the workspace that the service takes by default",
        "pool-1": "Running, Train/Infer; declared 2 of modelarts.vm.cpu.4ud; listed 2 Available",
        "pool-2": "Running, Train; declared 2 of modelarts.vm.gpu.t4u8; listed 2 Available",
        "pool-3": "Running, Infer; declared 2 of modelarts.vm.cpu.4ud; listed 2 Available",
    }
    assert inventory["pool-1"]["facts"] == {
        "pool": "pool-1",
        "phase": "Running",
        "flavors": {FLAVOR: 2},
        "prepaid": False,
        "nodes": {"Available": 2},
    }


def test_every_assumption_agrees_where_there_is_something_to_see(emulator: Emulator) -> None:
    """The emulator behaves as is assumed of the service."""
    busy(emulator)

    found = examined(emulator).section("assumptions")

    assert {subject: finding["facts"] for subject, finding in found.items()} == {
        each.subject: {"sentence": each.sentence, "known_from": each.known_from, "verdict": "agrees"}
        for each in ASSUMPTIONS
    }


def test_a_quiet_account_cannot_tell_everything(emulator: Emulator) -> None:
    """What nothing shows is neither right nor wrong, and the report says what it would take."""
    found = examined(emulator).section("assumptions")

    assert {subject: finding["advice"] for subject, finding in found.items() if finding["state"] == "not known"} == {
        "tags of pools": "It takes a pool with a tag.",
        "last order": "It takes a pool whose last order is still known.",
        "phases of orders": "It takes an order of the last month.",
        "phases of jobs": "It takes a job.",
        "order of jobs": "It takes two jobs of the last 30 days.",
    }


def test_fields_that_nobody_knows_are_named() -> None:
    """The documented world has two, which are told by their paths and not by their values."""
    with Emulator() as emulator:
        found = examined(emulator).section("unknown_fields")

    assert {subject: (finding["state"], finding["facts"]) for subject, finding in found.items()} == {
        "pools": ("warning", {"paths": ["spec.futureSpec", "spec.resources[].futureField"]}),
        "nodes": ("ok", {"paths": []}),
    }


def test_the_embedded_emulator_is_looked_at_in_memory_where_there_is_no_file(tmp_path: Path) -> None:
    """Nobody's folder gets a world for having looked."""
    with chdir(tmp_path):
        done = doctor("--endpoint", "emulator", "--json", environ={})

    assert done.code == 0
    assert done.states("identity") == {"credentials": "ok", "let in": "ok", "project": "ok"}
    assert done.section("connection")["ModelArts"]["facts"]["emulator"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["zenith.db", f"zenith{'-and-on' * 20}.db"], ids=["short", "too long to be repeated"])
def test_a_file_that_is_no_world_is_told(tmp_path: Path, name: str) -> None:
    """It is left as it is; its place is nobody's affair, also where a message repeats the beginning of it alone."""
    (tmp_path / name).write_text("no world at all" * 100)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        f"config:\n  modelarts:endpoint: emulator\n  modelarts:emulatorFile: {tmp_path / name}\n"
    )

    done = doctor("--stack", "dev", "--cwd", str(tmp_path), "--json", environ={})

    finding = done.section("connection")["ModelArts"]
    assert finding["state"] == "failed"
    assert finding["text"].startswith("modelarts:emulatorFile: 'file-1' cannot be used: ")
    assert "zenith" not in done.text
    assert done.code == 1


def test_the_embedded_emulator_is_looked_at_in_its_file(tmp_path: Path) -> None:
    """A world that exists is the one that is seen, by the settings of the stack."""
    with Emulator(tmp_path / "world.db", clock="frozen", world={"projects": {PROJECT: {}}}):
        pass
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        f"config:\n  modelarts:endpoint: emulator\n  modelarts:emulatorFile: {tmp_path / 'world.db'}\n"
    )

    done = doctor("--stack", "dev", "--cwd", str(tmp_path), "--json")

    assert done.section("inventory")["pools"]["text"] == "none in the workspace that the service takes by default"
    assert done.section("settings")["other settings"]["facts"] == {"without_effect": list(ENVIRON)}
    assert (done.code, done.report["counts"]["failed"]) == (0, 0)

"""Settings of a stack, read from the files of its project without Pulumi."""

from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, Emulator
from tests.cli.doctor import ENVIRON, Done, doctor, findings

PROJECT_FILE = "name: shop\nruntime: python\n"
PLAIN = f"""
config:
  modelarts:region: cn-north-4
  modelarts:projectId: {PROJECT}
  modelarts:claim: true
  shop:colour: blue
"""


def folder(path: Path, stack: str, project: str = PROJECT_FILE) -> Path:
    """A project with a stack."""
    (path / "Pulumi.yaml").write_text(project, encoding="utf-8")
    (path / "Pulumi.zenith.yaml").write_text(stack, encoding="utf-8")
    return path


def settings(emulator: Emulator, path: Path, *words: str, environ: dict[str, str] = ENVIRON) -> Done:
    """What the doctor says with the settings of the stack."""
    given = ("--json", "--stack", "zenith", "--cwd", str(path), *words)
    return doctor(*given, environ=environ, transport=emulator.transport())


def texts(done: Done) -> dict[str, str]:
    """What is said of each setting, addresses that are made from others left out."""
    return {
        subject: each["text"] for subject, each in done.section("settings").items() if "made from" not in each["text"]
    }


def test_plain_values_come_first(tmp_path: Path, emulator: Emulator) -> None:
    """The stack wins over the environment; what it wins over is told."""
    done = settings(emulator, folder(tmp_path, PLAIN))

    assert texts(done) == {
        "stack": "stack-1, 4 settings",
        "region": "cn-north-4 (modelarts:region in Pulumi.stack-1.yaml); HW_REGION_NAME set too, without effect",
        "project id": "project-1 (modelarts:projectId in Pulumi.stack-1.yaml); HW_PROJECT_ID set too, without effect",
        "access key": "set, not shown (HW_ACCESS_KEY)",
        "secret key": "set, not shown (HW_SECRET_KEY)",
        "claim": "true (modelarts:claim in Pulumi.stack-1.yaml)",
    }
    assert "zenith" not in done.text


def test_values_of_the_project_are_behind_those_of_the_stack(tmp_path: Path, emulator: Emulator) -> None:
    """A project has values, and defaults of what it declares; keys without a prefix are its own."""
    project = """
name: modelarts
stackConfigDir: stacks
config:
  region: eu-west-101
  modelarts:workers: {type: integer, default: 8}
  modelarts:workspaceId: {value: "0"}
"""
    (tmp_path / "stacks" / "deep").mkdir(parents=True)
    (tmp_path / "Pulumi.yaml").write_text(project, encoding="utf-8")
    (tmp_path / "stacks" / "Pulumi.zenith.yaml").write_text("config:\n  modelarts:config:workers: '08'\n")

    done = settings(emulator, tmp_path / "stacks" / "deep", "--names")

    assert texts(done) | {"access key": "", "secret key": "", "project id": ""} == {
        "stack": "zenith, 3 settings",
        "region": "eu-west-101 (modelarts:region in Pulumi.yaml); HW_REGION_NAME set too, without effect",
        "workspace id": "0 (modelarts:workspaceId in Pulumi.yaml)",
        "workers": "08 (modelarts:workers in Pulumi.zenith.yaml)",
        "access key": "",
        "secret key": "",
        "project id": "",
    }


def test_encrypted_values_are_those_of_the_environment(tmp_path: Path, emulator: Emulator) -> None:
    """They take the stack's passphrase: what stands in their place is named."""
    stack = f"{PLAIN}  modelarts:accessKey:\n    secure: v1:abc\n  modelarts:secretKey: {{secure: v1:def}}\n"

    done = settings(emulator, folder(tmp_path, stack))

    place = "modelarts:accessKey in Pulumi.stack-1.yaml"
    of_the_key = [each for each in findings(done.report) if each["subject"] == "access key"]
    assert [(each["state"], each["text"]) for each in of_the_key] == [
        ("not known", f"encrypted ({place}), which is not read; HW_ACCESS_KEY stands in its place"),
        ("ok", "set, not shown (HW_ACCESS_KEY)"),
    ]
    assert done.code == 0


def test_encrypted_values_are_missed_where_nothing_stands_in_their_place(tmp_path: Path, emulator: Emulator) -> None:
    """Then the doctor says what to set for it, and that nothing more can be seen."""
    stack = f"{PLAIN}  modelarts:token: {{secure: v1:abc}}\n"

    done = settings(emulator, folder(tmp_path, stack), environ={})

    token = done.section("settings")["token"]
    assert (token["state"], token["advice"]) == ("failed", "Set HW_AUTH_TOKEN for this command.")
    assert "credentials" not in done.section("settings")
    assert done.section("rights")["service"]["text"] == "not asked: settings are missing or cannot be used"
    assert done.code == 1


@pytest.mark.parametrize(
    ("endpoint", "environ", "said"),
    [
        ("  modelarts:endpoint: emulator\n", {}, "is set, and the embedded emulator needs no credentials"),
        (
            "",
            {"PULUMI_CONFIG_PASSPHRASE": "emulator"},
            "is encrypted with the passphrase of the public example (PULUMI_CONFIG_PASSPHRASE), which anybody can read",
        ),
    ],
)
def test_encrypted_keys_that_runs_refuse_are_failures(
    tmp_path: Path, emulator: Emulator, endpoint: str, environ: dict[str, str], said: str
) -> None:
    """That can be told without reading them, and so can what to do."""
    stack = f"{PLAIN}{endpoint}  modelarts:accessKey: {{secure: v1:abc}}\n"

    key = settings(emulator, folder(tmp_path, stack), environ=environ).section("settings")["access key"]

    assert (key["state"], key["text"]) == ("failed", f"modelarts:accessKey in Pulumi.stack-1.yaml: {said}")
    assert "`pulumi config rm modelarts:accessKey`" in key["advice"]


def test_secrets_that_are_not_encrypted_are_warned_of(tmp_path: Path, emulator: Emulator) -> None:
    """Whoever reads the repository reads them; they are not repeated."""
    done = settings(emulator, folder(tmp_path, f"{PLAIN}  modelarts:secretKey: SKPLANTED\n  modelarts:accessKey: AK\n"))

    key = done.section("settings")["secret key"]
    assert key["state"] == "warning"
    assert key["advice"] == "Get a new one, and encrypt that: pulumi config set --secret modelarts:secretKey"
    assert "SKPLANTED" not in done.text


def test_what_is_wrong_is_told_all_at_once(tmp_path: Path, emulator: Emulator) -> None:
    """Misspelt settings, unusable values and those without effect; a value is not repeated, as it may be anything."""
    stack = """
environment: [shared]
config:
  modelarts:regoin: cn-north-4
  modelarts:projectId: not an id
  modelarts:endpoint: http://far.zenith.example
  modelarts:livePreview: perhaps
  modelarts:colour: blue
"""

    done = settings(emulator, folder(tmp_path, stack), environ={})

    found = done.section("settings")
    assert {subject: each["text"] for subject, each in found.items() if each["state"] != "ok"} == {
        "stack": "it has environments of Pulumi ESC, which are not read: they may set more than is seen here",
        "region": "missing",
        "project id": (
            "modelarts:projectId in Pulumi.stack-1.yaml: its value is no project id; give its id, of letters, digits "
            "and hyphens, as the console shows it beside the region"
        ),
        "endpoint": (
            "modelarts:endpoint in Pulumi.stack-1.yaml: must begin with https://; http:// is for this machine "
            "(127.0.0.1, localhost) only"
        ),
        "live preview": "modelarts:livePreview in Pulumi.stack-1.yaml: is its value; set it to true or false",
        "credentials": "missing",
        "modelarts:regoin in Pulumi.stack-1.yaml": (
            "is no setting of pulumi-modelarts; did you mean modelarts:region?"
        ),
        "modelarts:colour": "is no setting of pulumi-modelarts and has no effect",
    }
    assert found["region"]["advice"] == (
        "Set it in the stack (`pulumi config set modelarts:region`), or HW_REGION_NAME."
    )
    assert done.code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config:\n  - [\n", "Pulumi.stack-1.yaml is no YAML, line 3, column 1"),
        ("- a list\n", "Pulumi.stack-1.yaml is no map"),
        ("a: \x00\n", "Pulumi.stack-1.yaml cannot be read (ReaderError)"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_failed_setting(
    tmp_path: Path, emulator: Emulator, text: str, said: str
) -> None:
    """It says where, and nothing of what is in it."""
    done = settings(emulator, folder(tmp_path, text), environ={})

    assert done.section("settings")["stack"]["text"] == said
    assert done.code == 1


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("dev", "there is no Pulumi.dev.yaml in {folder}; there are files of zenith\n"),
        ("acme/shop/prod", "there is no Pulumi.prod.yaml in {folder}; there are files of zenith\n"),
    ],
)
def test_a_stack_that_is_not_there_is_a_wrong_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stack: str, said: str
) -> None:
    """Those that are there are named."""
    folder(tmp_path, PLAIN)

    done = doctor("--stack", stack, "--cwd", str(tmp_path))

    assert (done.code, done.text) == (2, "")
    assert capsys.readouterr().err == f"modelarts doctor: {said.format(folder=tmp_path)}"


def test_a_folder_that_is_no_project_is_a_wrong_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how to name another."""
    done = doctor("--stack", "dev", "--cwd", str(tmp_path))

    assert done.code == 2
    assert capsys.readouterr().err.endswith("nor in a folder above it; name the project's with --cwd\n")


def test_the_command_line_wins(tmp_path: Path, emulator: Emulator) -> None:
    """An endpoint on the command line stands in place of the stack's."""
    stack = f"{PLAIN}  modelarts:endpoint: https://modelarts.zenith.example\n"

    done = settings(emulator, folder(tmp_path, stack), "--endpoint", "http://127.0.0.1:1")

    assert texts(done)["endpoint"] == "http://127.0.0.1:1 (--endpoint)"

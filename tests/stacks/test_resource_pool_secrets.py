import pytest

from modelarts_emulator import PROJECT, Credentials, Emulator
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, Code, pool, train

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

AK, SK, WRONG_SK, TOKEN = "AKTESTAKTESTAKTEST01", "sk-0bc8d1f0aa-right", "sk-77e0d2c4be-wrong", "st-5f0e9a-security"
SECRETS = (AK, SK, WRONG_SK, TOKEN)
IMPORTS = "import os\n\n"


def _reached_at(url: str) -> dict[str, str | None]:
    nothing = dict.fromkeys(["modelarts:emulatorFile", "modelarts:emulatorClock"])
    address = {"modelarts:endpoint": url, "modelarts:region": "cn-north-7", "modelarts:projectId": PROJECT}
    return nothing | address


def test_of_the_stack_are_nowhere_to_be_read(project: Project) -> None:
    """Keys in the stack's configuration reach no state, log or error, while they are refused and while they work."""
    accepted = Credentials(access_keys={AK: SK}, security_tokens={AK: TOKEN})
    project.env["MODELARTS_DEBUG"] = "1"
    with (
        Emulator.open(project.emulator_file, clock="scaled:600", credentials=accepted) as emulator,
        emulator.serve() as server,
    ):
        project.configure(_reached_at(server.url))
        for key, value in {"accessKey": AK, "secretKey": WRONG_SK, "securityToken": TOKEN}.items():
            project.run("config", "set", "--secret", f"modelarts:{key}", value)
        project.program(train(3))
        refused = project.up("--debug", fails=True)
        seen = project.everything_written()
        project.run("config", "set", "--secret", "modelarts:secretKey", SK)
        worked = project.up("--debug")
        seen += project.everything_written()
        traced = project.preview("--debug", "--verbose=9", "--logtostderr", "--logflow").text.splitlines()

    assert "AuthenticationError: list resource pools: " in refused.text
    assert f'done: flavors["{CPU}"] 2 -> 3' in worked.text
    assert [secret for secret in SECRETS if secret in refused.text + worked.text] == []
    assert [secret for secret in SECRETS if secret.encode() in seen] == []
    # The engine traces by itself, at this level, what it configures a provider with.
    ours = [line for line in traced if "Configure().inputs]: value=" not in line]
    assert [secret for secret in SECRETS if secret in "".join(ours)] == []


def test_of_an_explicit_provider_are_kept_encrypted(project: Project) -> None:
    """A provider works beside the stack's settings; its keys stand in the state as secrets, and in no log."""
    project.env |= {"TEST_AK": AK, "TEST_SK": SK}
    with (
        Emulator.open(project.emulator_file, clock="scaled:600", credentials=Credentials({AK: SK})) as emulator,
        emulator.serve() as server,
    ):
        project.configure({"modelarts:endpoint": "https://modelarts.invalid"})
        provider = (
            f"north = modelarts.Provider('north', endpoint={server.url!r}, region='cn-north-7', "
            f"project_id={PROJECT!r}, access_key=os.environ['TEST_AK'], secret_key=os.environ['TEST_SK'])\n"
        )
        opts = Code("pulumi.ResourceOptions(provider=north)")
        project.program(IMPORTS + provider + pool(flavors={CPU: 3}, opts=opts))
        up = project.up("--debug")
        again = project.preview("--expect-no-changes")
        refreshed = project.refresh("--expect-no-changes")

    assert f'done: flavors["{CPU}"] 2 -> 3' in up.text
    assert "3 unchanged" in again.text
    assert "3 unchanged" in refreshed.text
    kept = project.resource("north")["inputs"]
    assert set(kept["modelarts:secretKey"]) == set(kept["modelarts:accessKey"]) == SECRET
    assert [secret for secret in (AK, SK) if secret.encode() in project.everything_written()] == []


SECRET = {"4dabf18193072939515e22adb298388d", "ciphertext"}
"""Keys of an encrypted value in a state file."""

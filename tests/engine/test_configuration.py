"""What a stack's configuration does in the host, and what states of other SDKs and Pythons do."""

import base64
import copy
import subprocess
from pathlib import Path

import dill  # type: ignore[import-untyped]  # it has no annotations
import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Credentials, Emulator
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.engine.engine import Stack
from tests.engine.environments import OWN
from tests.engine.host import CallFailedError, Host
from tests.engine.pools import CALL, FLAVOR, Hosts, train
from tools.paths import ROOT

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""What marks a secret among properties that travel between engine and provider."""

ACCESS_KEY, SECRET_KEY = "AK-FOR-NOBODY", "SK-FOR-NOBODY"
EMULATED = ("modelarts:endpoint", "modelarts:emulatorFile")

RECORD = """
from pulumi.dynamic.dynamic import serialize_provider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
print(serialize_provider(ResourcePoolProvider()), end="")
"""


class TestSettings:
    def test_reach_the_service_with_secrets_unwrapped(self, python: Path, start: Hosts) -> None:
        """Region, project, endpoint and keys lead to a service that lets in nobody else; numbers arrive whole."""
        with (
            Emulator(credentials=Credentials(access_keys={ACCESS_KEY: SECRET_KEY})) as service,
            service.serve() as server,
        ):
            service.clock.set_mode("scaled:600")
            host = start(
                python,
                config=dict.fromkeys(EMULATED, "")
                | {
                    "modelarts:region": "cn-north-7",
                    "modelarts:projectId": "86c13962597848eeb29c5861153a391f",
                    "modelarts:endpoint": server.url,
                    "modelarts:accessKey": {**SECRET, "value": ACCESS_KEY},
                    "modelarts:secretKey": {**SECRET, "value": SECRET_KEY},
                },
            )

            changed = Stack(host).up(train(3.0))

            (write,) = service.journal.writes()
            assert changed["changes"] == {f"flavors.{FLAVOR}": "2 -> 3"}
            assert [type(entry["count"]) for entry in write.body["spec"]["resources"]] == [int]
            assert service.world()["pools"][TRAIN_POOL]["counts"] == {FLAVOR: 3}
            assert host.printed == ""

    def test_that_are_missing_are_listed_in_one_error(self, start: Hosts) -> None:
        """Without settings the error names every key that was looked for, and the way to try without an account."""
        unset = start(config=dict.fromkeys(EMULATED, ""))

        with pytest.raises(CallFailedError) as failed:
            unset.check(train(3), call=CALL)

        assert "ModelArts settings that are missing: region, project id, credentials" in str(failed.value)
        assert "modelarts:secretKey, huaweicloud:secretKey, HW_SECRET_KEY" in str(failed.value)
        assert "pulumi config set modelarts:endpoint emulator" in str(failed.value)
        assert "Traceback" not in str(failed.value)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"modelarts:workers": "many"}, "modelarts:workers: is 'many'; set it to a whole number of 1 or more"),
            ({"modelarts:livePreview": "perhaps"}, "modelarts:livePreview: is 'perhaps'; set it to true or false"),
            ({"modelarts:emulatorClock": "fast"}, "unknown clock setting 'fast': use real, frozen, auto or scaled:N"),
            ({"modelarts:emulatorFile": "/proc/world.db"}, "modelarts:emulatorFile: '/proc/world.db' cannot be used: "),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_that_are_wrong_are_named(self, start: Hosts, wrong: dict[str, str], said: str) -> None:
        """A setting that cannot be used is named with what it may be, at every call, and is no defect."""
        host = start(config=wrong)

        for _ in range(2):
            with pytest.raises(CallFailedError) as failed:
                host.check(train(3), call=CALL)

            assert said in str(failed.value)
            assert "defect" not in str(failed.value)

    def test_that_are_misspelt_are_refused(self, python: Path, start: Hosts) -> None:
        """Every SDK shows which keys are set: one that nearly is a setting is refused with the right one."""
        host = start(python, config={"modelarts:endpont": "emulator"})

        with pytest.raises(CallFailedError) as failed:
            host.check(train(3), call=CALL)

        assert "modelarts:endpont: is no setting of pulumi-modelarts; did you mean modelarts:endpoint?" in str(
            failed.value
        )

    def test_that_do_nothing_are_warned_of_once(self, python: Path, start: Hosts) -> None:
        """For the whole stack, however many resources there are; the program's own keys are its own."""
        host = start(python, config={"modelarts:colour": "blue", "shop:endpont": "x"})

        answers = [host.check(train(2), call=CALL)[1] for _ in range(3)]

        warnings = [(line.urn, line.text.partition(" and ")[0]) for line in host.lines if line.severity == "WARNING"]
        assert (answers, warnings) == ([[]] * 3, [("", "modelarts:colour is no setting of pulumi-modelarts")])

    def test_of_a_file_that_this_locale_cannot_name(self, start: Hosts, tmp_path: Path) -> None:
        """The file is named as what is wrong, and not the clock."""
        ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        config = {"modelarts:emulatorFile": str(tmp_path / "wörld.db"), "modelarts:emulatorClock": "auto"}
        host = start(config=config, env=ascii_only)

        with pytest.raises(CallFailedError) as failed:
            host.check(train(3), call=CALL)

        assert "modelarts:emulatorFile: " in str(failed.value)
        assert "emulatorClock" not in str(failed.value)


class TestTheEmbeddedEmulator:
    def test_has_a_clock_that_runs(self, start: Hosts, tmp_path: Path) -> None:
        """A new file without a word about time: what is waited for comes."""
        file = tmp_path / "new.db"

        changed = Stack(start(config={"modelarts:emulatorFile": str(file)})).up(train(3))

        with Emulator.open(file) as emulator:
            assert (changed["changes"], emulator.clock.mode) == ({f"flavors.{FLAVOR}": "2 -> 3"}, "scaled:60")

    def test_has_the_clock_that_was_asked_for_or_that_its_file_has(self, start: Hosts, tmp_path: Path) -> None:
        """A setting beats all; a file that is there already keeps its own, and where that stands still it is said."""
        new, old = tmp_path / "new.db", tmp_path / "old.db"
        Emulator.open(old, clock="frozen").close()

        start(config={"modelarts:emulatorFile": str(new), "modelarts:emulatorClock": "auto"}).check(train(2), call=CALL)
        standing = start(config={"modelarts:emulatorFile": str(old)})
        standing.check(train(2), call=CALL)
        standing.check(train(2), call=CALL)

        with Emulator.open(new) as one, Emulator.open(old) as other:
            assert (one.clock.mode, other.clock.mode) == ("auto", "frozen")
        (line,) = standing.lines
        assert (line.severity, line.urn, "stands still (clock frozen)" in line.text) == ("WARNING", "", True)

    def test_knows_its_region(self, start: Hosts, tmp_path: Path) -> None:
        """A project that belongs to a region is unknown to the service of another one, as over a server."""
        file = tmp_path / "regional.db"
        world = copy.deepcopy(WORLD)
        world["projects"][PROJECT]["region"] = "cn-north-4"
        Emulator(file, world=world).close()
        here = start(config={"modelarts:emulatorFile": str(file), "modelarts:region": "cn-north-4"})
        elsewhere = start(config={"modelarts:emulatorFile": str(file), "modelarts:region": "cn-east-3"})

        inputs, failures = here.check(train(2), call=CALL)
        with pytest.raises(CallFailedError) as failed:
            elsewhere.check(train(2), call=CALL)

        assert (failures, inputs["changes"]) == ([], {})
        assert f"The project {PROJECT} is in region cn-north-4" in str(failed.value)


class TestAState:
    @pytest.fixture
    def recorded(self, python: Path) -> str:
        """How each environment records the provider."""
        environment = {"PYTHONPATH": str(ROOT / "provider")}
        answer = subprocess.run([python, "-c", RECORD], env=environment, capture_output=True, text=True, check=True)
        return answer.stdout

    def test_of_another_sdk_or_python_is_taken_up(self, recorded: str, start: Hosts) -> None:
        """A provider that another environment recorded works here, and shows no change by itself."""
        inputs, failures = start(OWN.interpreter(), provider=recorded).check(train(2), call=CALL)

        assert failures == []
        assert inputs["changes"] == {}

    def test_is_taken_up_by_another_sdk_or_python(self, host: Host) -> None:
        """A provider that was recorded here works in each environment."""
        assert host.check(train(2), call=CALL) == ({**train(2), "changes": {}}, [])

    @pytest.mark.parametrize("protocol", [2, 5])
    def test_of_another_pickle_protocol_is_taken_up(self, start: Hosts, protocol: int) -> None:
        """Python 3.14 pickles by protocol 5 where earlier ones do by 4; either is read, and is no change."""
        other = base64.b64encode(dill.dumps(ResourcePoolProvider(), protocol=protocol)).decode()
        stack = Stack(start(provider=other))
        stack.up(train(2))

        stack.host = start()

        assert stack.preview(train(2)) == {}

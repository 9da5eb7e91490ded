"""Settings as the host hands them over: misspelt ones, foreign ones, all that are wrong at once, and ceilings."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import dynamic

from modelarts_emulator import TRAIN_POOL, Emulator
from pulumi_modelarts.api.choices import without_effect
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.sources import KEYS, OWN_KEYS
from pulumi_modelarts.handlers._configuration import Configuration
from pulumi_modelarts.handlers._options import Options
from pulumi_modelarts.resources.provider import Provider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from pulumi_modelarts.specs.paths import property_name
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack
from tools.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def config(**settings: Any) -> dynamic.Config:
    """The configuration of a stack, as the host hands it over."""
    return dynamic.Config({f"modelarts:{key}": value for key, value in settings.items()}, "shop")


def refused(given: dynamic.Config) -> str:
    """What is said of a configuration that cannot be used."""
    with pytest.raises(ConfigurationError) as caught:
        _ = Configuration(given).session
    with pytest.raises(ConfigurationError) as again:
        _ = Configuration(given).options
    assert str(again.value) == str(caught.value)
    return str(caught.value)


class TestNames:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            *(("endpont", "endpoint"), ("endPoint", "endpoint"), ("project_id", "projectId"), ("project", "projectId")),
            *(("regoin", "region"), ("emulatorfile", "emulatorFile"), ("livepreview", "livePreview")),
            *(
                ("accesKey", "accessKey"),
                ("max_growth", "maxGrowth"),
                ("maxScalein", "maxScaleIn"),
                ("worker", "workers"),
            ),
        ],
    )
    def test_near_misses_are_refused(self, written: str, meant: str) -> None:
        """Silently without effect, they would lead to another project or service."""
        said = refused(config(endpoint="emulator", **{written: "x"}))

        assert said == (
            "ModelArts settings that cannot be used:\n"
            f"  modelarts:{written}: is no setting of pulumi-modelarts; did you mean modelarts:{meant}?"
        )

    def test_others_of_ours_are_warned_of(self) -> None:
        """What nothing can be meant by has no effect, and the warning lists what there is."""
        (warning,) = without_effect(["modelarts:colour", "modelarts:region"])

        assert warning.startswith("modelarts:colour is no setting of pulumi-modelarts and has no effect.")
        assert "app:colour" in warning
        assert warning.endswith("token, userName, workers, workspaceId.")

    def test_those_of_programs_and_other_packages_are_left_alone(self) -> None:
        """Whatever they are called, in whatever project."""
        keys = ["shop:endpont", "shop:endpoint", "aws:region", "huaweicloud:regoin", "pulumi:tags", "modelart:endpoint"]

        assert without_effect(keys) == []
        assert Configuration(dynamic.Config(dict.fromkeys(keys, "x"), "shop")).options == Options()

    def test_an_sdk_that_hides_them_is_no_trouble(self) -> None:
        """Then nobody can say which there are, and settings are read as ever."""

        class Hiding:
            def get(self, key: str) -> str | None:
                return {"modelarts:workers": "8"}.get(key)

        hiding: Any = Hiding()

        assert Configuration(hiding).options == Options(workers=8)


class TestTheList:
    def test_of_the_page_is_whole(self) -> None:
        """Every setting has a row with all its names, in its order; the rows name no other."""
        page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

        rows = re.findall(r"^\| `(modelarts:\w+)` \|.*\| (.*?) ?\|$", page, re.MULTILINE)

        told = {key: (key, *re.findall(r"`([^`]+)`", others)) for key, others in rows}
        known = {keys[0]: keys for keys in KEYS.values() if keys[0] in OWN_KEYS}
        assert told == {**known, "modelarts:caFile": ("modelarts:caFile",)}
        (named,) = re.findall(r"form:\n(`modelarts:caFile`.*?); the first that", page, re.DOTALL)
        assert tuple(re.findall(r"`([^`]+)`", named)) == KEYS["CA file"]

    def test_of_variables_is_whole(self) -> None:
        """Every variable that the package names has a place on the page."""
        page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
        texts = [path.read_text(encoding="utf-8") for path in (ROOT / "provider" / "pulumi_modelarts").rglob("*.py")]

        named = set(re.findall(r'"((?:MODELARTS|PULUMI|HW|SSL|NO)_[A-Z_]+)"', "\n".join(texts)))

        assert "MODELARTS_DEBUG" in named
        assert [name for name in sorted(named) if f"`{name}`" not in page] == []

    def test_of_an_explicit_provider_is_whole(self) -> None:
        """It takes every setting as an argument."""
        arguments = inspect.signature(Provider).parameters.keys() - {"resource_name", "opts"}

        assert {f"modelarts:{property_name(name)}" for name in arguments} == set(OWN_KEYS)


class TestAllThatIsWrong:
    def test_is_one_error(self) -> None:
        """Names, switches, numbers, clocks, addresses and what is missing: in one go, each with what it may be."""
        said = refused(
            config(
                endpoint="http://far.example",
                regoin="r-1",
                livePreview="perhaps",
                workers="0",
                maxGrowth="many",
                maxScaleIn="-1",
                emulatorClock="fast",
                caFile="/none.pem",
            )
        )

        assert [line.partition(":")[2].partition(":")[0] for line in said.splitlines()[1:9]] == [
            *("regoin", "workers", "livePreview", "emulatorClock", "maxGrowth", "maxScaleIn", "endpoint", "caFile")
        ]
        assert "ModelArts settings that are missing: region, project id, credentials." in said

    @pytest.mark.parametrize("number", ["8", "8.0", 8, 8.0])
    def test_numbers_of_providers_are_numbers(self, number: Any) -> None:
        """An explicit provider hands over 8.0, where a stack hands over text."""
        assert Configuration(config(workers=number)).options == Options(workers=8)

    def test_is_no_reason_not_to_configure(self) -> None:
        """The host takes any configuration; the calls that follow say what is wrong with it."""
        assert Configuration(config(workers="many")).workers == 64


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A world file, its time running quickly."""
    path = tmp_path / "emulator.db"
    Emulator.open(path, clock="auto").close()
    return path


class TestCeilings:
    @staticmethod
    def stack(file: Path, **settings: Any) -> Stack:
        """A resource in a stack with these settings."""
        provider = ResourcePoolProvider()
        provider.configure(dynamic.ConfigureRequest(config(endpoint="emulator", emulatorFile=str(file), **settings)))
        return Stack(provider)

    @pytest.mark.parametrize(
        ("program", "said"),
        [
            (
                {"maxGrowth": 5.0},
                "max_growth: is 5, and modelarts:maxGrowth allows 4; declare 4 or less, or raise the setting",
            ),
            ({"maxScaleIn": 3.0}, "max_scale_in: is 3, and modelarts:maxScaleIn allows 2; declare 2 or less, or raise"),
        ],
    )
    @pytest.mark.parametrize("live", ["true", "false"])
    def test_are_not_exceeded(self, file: Path, program: dict[str, float], said: str, live: str) -> None:
        """A pool that allows itself more is refused in the preview, at that input, offline too."""
        stack = self.stack(file, maxGrowth="4", maxScaleIn="2", livePreview=live)

        with pytest.raises(CheckFailedError) as caught:
            stack.preview(train(2, **program))

        assert said in str(caught.value)

    def test_come_with_everything_else_that_is_wrong(self, file: Path) -> None:
        """What the declaration and the service have against it is told beside them."""
        stack = self.stack(file, maxGrowth="0", maxScaleIn="0")

        with pytest.raises(CheckFailedError) as caught:
            stack.preview(train(3, maxScaleIn=1.0, scope=["Sleep"]))

        assert [
            part in str(caught.value) for part in ("max_scale_in: is 1", "scope[0]: ", "modelarts:maxGrowth allows 0")
        ] == [
            True,
            True,
            True,
        ]

    def test_bound_a_pool_that_says_nothing(self, file: Path) -> None:
        """Its growth ends at the ceiling, which the refusal names; it still removes nothing."""
        stack = self.stack(file, maxGrowth="1", maxScaleIn="9")

        with pytest.raises(CheckFailedError) as more:
            stack.preview(train(4))
        with pytest.raises(CheckFailedError) as fewer:
            stack.preview(train(1))

        assert "would buy 2 nodes and modelarts:maxGrowth allows 1. Raise modelarts:maxGrowth to 2, or declare" in str(
            more.value
        )
        assert "max_scale_in allows 0" in str(fewer.value)

    def test_leave_what_is_recorded_as_it_is(self, file: Path) -> None:
        """A run within them does what it says, and the state has no trace of them."""
        stack = self.stack(file, maxGrowth="1", maxScaleIn="1")

        stack.up(train(3, maxGrowth=1.0))
        stack.up(train(2, maxScaleIn=1.0))

        assert stack.state is not None
        assert {key: stack.state.inputs.get(key) for key in ("maxGrowth", "maxScaleIn", "flavors")} == {
            "maxGrowth": None,
            "maxScaleIn": 1,
            "flavors": {CPU: 2},
        }
        with Emulator.open(file) as emulator:
            assert emulator.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 2}

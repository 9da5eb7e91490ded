"""Settings that are missing or cannot be used."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pulumi import dynamic

from pulumi_modelarts.api.choices import without_effect
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.handlers._configuration import Configuration
from tests.messages.situation import ERROR, SCENES, WARNING, Scene, scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.messages.situation import Situation

SETTINGS = "Settings"
REMOTE = {
    "region": "cn-north-4",
    "projectId": "0123456789abcdef0123456789abcdef",
    "accessKey": "AK",
    "secretKey": "SK",
}


def session(configuration: Configuration) -> object:
    """Open what the settings lead to."""
    return configuration.session


@scene(SETTINGS, "a setting of ours does not exist", WARNING)
def nothing_of_ours(_: Situation) -> list[str]:
    """It is nothing like one that does."""
    return without_effect(["modelarts:colour"])


def configured(when: str, config: dict[str, str], use: Callable[[Configuration], object] | None = None) -> None:
    """Add a scene in which settings are used.

    Args:
        when: When its message appears.
        config: Keys of `modelarts:` and their values.
        use: What is made of them; by default they are only looked at.
    """
    values = {f"modelarts:{key}": value for key, value in config.items()}

    def play(_: Situation) -> list[str]:
        try:
            if use is None:
                Settings.resolve(values.get, {})
            else:
                use(Configuration(dynamic.Config(values, "test")))
        except ModelArtsError as error:
            return [str(error)]
        raise AssertionError(f"nothing failed: {when}")

    SCENES.append(Scene(SETTINGS, when, ERROR, play))


configured("nothing is configured", {})
configured("one part of the credentials is missing", {**REMOTE, "secretKey": ""})
configured("an address is none", {**REMOTE, "endpoint": "https://[::1"})
configured("an address has more than it should", {**REMOTE, "endpoint": "https://user:secret@modelarts.example.com"})
configured("an address is that of the emulator, where none can be", {**REMOTE, "iamEndpoint": "emulator"})
configured("an address is not encrypted", {**REMOTE, "endpoint": "http://modelarts.example.com"})
configured("a key has blanks inside", {**REMOTE, "accessKey": "two words"})
configured(
    "live previews are neither on nor off",
    {"livePreview": "yes"},
    lambda configuration: configuration.options,
)
configured("a setting is misspelt", {**REMOTE, "endpont": "https://modelarts.example.com"}, session)
configured("an endpoint is nearly the emulator", {"endpoint": "emulater"})
configured("ids and a region are none", {**REMOTE, "region": "cn north", "projectId": "my project", "workspaceId": "/"})
configured("a value has line breaks inside", {**REMOTE, "workspaceId": "a\nb"})
configured("a ceiling is none", {"endpoint": "emulator", "maxScaleIn": "many"}, session)
configured("keys stand beside the embedded emulator", {"endpoint": "emulator", "secretKey": "SK"})
configured(
    "keys are encrypted with the passphrase of the example",
    REMOTE,
    lambda _: Settings.resolve(
        lambda key: REMOTE.get(key.removeprefix("modelarts:")), {"PULUMI_CONFIG_PASSPHRASE": "emulator"}
    ),
)
configured("the number of workers is none", {"workers": "many"}, session)
configured(
    "the file of the emulator cannot be opened",
    {"endpoint": "emulator", "emulatorFile": "/proc/emulator.db"},
    session,
)


@scene(SETTINGS, "the clock of the emulator is none")
def clock(_: Situation) -> Iterator[str]:
    """Its file is a new one."""
    with TemporaryDirectory() as folder:
        values = {"endpoint": "emulator", "emulatorFile": f"{folder}/emulator.db", "emulatorClock": "fast"}
        config = dynamic.Config({f"modelarts:{key}": value for key, value in values.items()}, "test")
        try:
            raise AssertionError(Configuration(config).session)
        except ModelArtsError as error:
            yield str(error)

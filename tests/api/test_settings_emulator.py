"""Settings beside the embedded emulator: what it needs, and what has no place there."""

from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import SecretStr

from pulumi_modelarts.api.credentials import readable, unneeded
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.settings import Settings, Token

ACCOUNT = {"HW_REGION_NAME": "cn-north-4", "HW_PROJECT_ID": "p1", "HW_ACCESS_KEY": "AK1", "HW_SECRET_KEY": "SK1"}
CREDENTIAL_KEYS = tuple(
    f"modelarts:{name}" for name in ("accessKey", "secretKey", "securityToken", "token", "password")
)


def resolve(config: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> Settings:
    """The settings found in a configuration and an environment."""
    return Settings.resolve((config or {}).get, environ or {})


class TestEmulator:
    def test_it_needs_nothing_else(self) -> None:
        """The documented project and region, the default file, and addresses that lead nowhere."""
        settings = resolve({"modelarts:endpoint": "emulator"})

        assert settings == Settings(
            region="cn-north-7",
            project_id="86c13962597848eeb29c5861153a391f",
            endpoint="https://modelarts.cn-north-7.emulator.invalid",
            iam_endpoint="https://iam.cn-north-7.emulator.invalid",
            credentials=Token(SecretStr("emulator")),
            emulator_file=".modelarts/emulator.db",
        )

    def test_a_real_account_does_not_reach_it(self) -> None:
        """Region, project and credentials of the environment and of the other provider count for nothing."""
        own = {"modelarts:endpoint": "emulator"}

        assert resolve(own | {"huaweicloud:projectId": "p2"}, ACCOUNT) == resolve(own)

    def test_its_own_keys_count(self) -> None:
        """File and project can be set under `modelarts:*`."""
        config = {"modelarts:endpoint": "emulator", "modelarts:emulatorFile": "w.db", "modelarts:projectId": "p3"}

        settings = resolve(config, ACCOUNT)

        assert settings == replace(
            resolve({"modelarts:endpoint": "emulator"}),
            project_id="p3",
            emulator_file="w.db",
        )

    @pytest.mark.parametrize("written", ["emulater", "Emulator", "EMULATOR", "emulator:", "the emulator"])
    def test_its_name_written_otherwise_is_refused(self, written: str) -> None:
        """It is asked for and nothing else, so that nothing else is said to be missing."""
        with pytest.raises(ConfigurationError) as caught:
            resolve({"modelarts:endpoint": written})

        assert str(caught.value) == (
            "ModelArts settings that cannot be used:\n"
            "  modelarts:endpoint: is neither an address nor the emulator; did you mean 'emulator'?"
        )

    @pytest.mark.parametrize("key", CREDENTIAL_KEYS)
    def test_credentials_beside_it_are_refused(self, key: str) -> None:
        """It needs none, and the files of an example are no place for the keys of an account."""
        with pytest.raises(ConfigurationError) as caught:
            resolve({"modelarts:endpoint": "emulator", key: "planted"})

        reason = unneeded(key)
        assert str(caught.value) == f"ModelArts settings that cannot be used:\n  {key}: {reason}"

    @pytest.mark.parametrize(
        ("config", "environ"),
        [({}, {"HW_MODELARTS_ENDPOINT": "emulator"}), ({"huaweicloud:endpoint": "emulator"}, {})],
    )
    def test_it_is_chosen_in_the_stack_only(self, config: dict[str, str], environ: dict[str, str]) -> None:
        """Another provider's configuration or an environment cannot turn a real stack into an emulated one."""
        with pytest.raises(ConfigurationError, match="the emulator is chosen in the stack only"):
            resolve(config, ACCOUNT | environ)


class TestThePassphraseOfTheExample:
    PUBLIC: ClassVar = {"PULUMI_CONFIG_PASSPHRASE": "emulator"}

    @pytest.mark.parametrize("key", [*CREDENTIAL_KEYS, "huaweicloud:secretKey"])
    def test_protects_no_credentials(self, key: str) -> None:
        """Anybody can read what is encrypted with it, so that a stack's keys are refused under it."""
        with pytest.raises(ConfigurationError) as caught:
            resolve({key: "planted"}, ACCOUNT | self.PUBLIC)

        assert f"  {key}: {readable(key)}" in str(caught.value).splitlines()

    def test_is_no_matter_to_what_no_stack_keeps(self) -> None:
        """Keys of the environment are written nowhere, and a passphrase of one's own is a good one."""
        keys = {"modelarts:accessKey": "AK", "modelarts:secretKey": "SK"}

        assert resolve({}, ACCOUNT | self.PUBLIC) == resolve({}, ACCOUNT)
        assert resolve(keys, ACCOUNT | {"PULUMI_CONFIG_PASSPHRASE": "own"}) == resolve(keys, ACCOUNT)

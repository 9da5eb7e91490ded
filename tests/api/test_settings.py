import pickle
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.settings import AccessKey, Password, Settings, Token
from pulumi_modelarts.api.sources import KEYS

ACCOUNT = {"HW_REGION_NAME": "cn-north-4", "HW_PROJECT_ID": "p1", "HW_ACCESS_KEY": "AK1", "HW_SECRET_KEY": "SK1"}


def resolve(config: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> Settings:
    """The settings found in a configuration and an environment."""
    return Settings.resolve((config or {}).get, environ or {})


class TestPrecedence:
    def test_an_environment_alone_is_enough(self) -> None:
        """The variables of Huawei Cloud's other tools make complete settings, with the region's public addresses."""
        settings = resolve(environ=ACCOUNT)

        assert settings == Settings(
            region="cn-north-4",
            project_id="p1",
            endpoint="https://modelarts.cn-north-4.myhuaweicloud.com",
            iam_endpoint="https://iam.cn-north-4.myhuaweicloud.com",
            credentials=AccessKey(SecretStr("AK1"), SecretStr("SK1")),
        )

    def test_own_configuration_beats_the_other_provider_beats_the_environment(self) -> None:
        """For each key the first place that has it wins, whatever the other keys do."""
        config = {
            "modelarts:region": "own-1",
            "huaweicloud:region": "other-1",
            "huaweicloud:projectId": "other-project",
        }

        settings = resolve(config, ACCOUNT)

        assert (settings.region, settings.project_id) == ("own-1", "other-project")
        assert settings.credentials == AccessKey(SecretStr("AK1"), SecretStr("SK1"))

    def test_blank_is_absent_and_blanks_around_are_a_slip(self) -> None:
        """An empty setting does not hide the next place; a newline that was copied along is dropped."""
        settings = resolve({"modelarts:region": "  ", "modelarts:secretKey": "SK2\n"}, ACCOUNT)

        assert settings.region == "cn-north-4"
        assert settings.credentials == AccessKey(SecretStr("AK1"), SecretStr("SK2"))

    def test_addresses_and_workspace_can_be_given(self) -> None:
        """Addresses lose their trailing slash, and the IAM address of other tools its version."""
        config = {"modelarts:endpoint": "https://modelarts.example/", "modelarts:workspaceId": "0"}

        settings = resolve(config, ACCOUNT | {"HW_AUTH_URL": "https://iam.example:443/v3/"})

        assert settings == replace(
            resolve(environ=ACCOUNT),
            endpoint="https://modelarts.example",
            iam_endpoint="https://iam.example:443",
            workspace_id="0",
        )


class TestCredentials:
    @pytest.mark.parametrize(
        ("config", "environ", "expected"),
        [
            ({"modelarts:token": "T"}, {}, Token(SecretStr("T"))),
            (
                {"modelarts:userName": "ann", "modelarts:password": "pw", "huaweicloud:domainName": "acme"},
                {},
                Password("ann", SecretStr("pw"), "acme"),
            ),
            ({}, {"HW_AUTH_TOKEN": "T"}, AccessKey(SecretStr("AK1"), SecretStr("SK1"))),
            ({}, {"HW_SECURITY_TOKEN": "ST"}, AccessKey(SecretStr("AK1"), SecretStr("SK1"), SecretStr("ST"))),
        ],
        ids=["token in the stack", "user in the stack", "two kinds in one place", "temporary key"],
    )
    def test_the_kind_named_in_the_most_specific_place_is_taken(
        self, config: dict[str, str], environ: dict[str, str], expected: Any
    ) -> None:
        """What the stack names beats what the environment holds; in one place an access key beats the rest."""
        settings = resolve(config, ACCOUNT | environ)

        assert settings.credentials == expected

    def test_a_leftover_security_token_does_not_spoil_a_key_from_elsewhere(self) -> None:
        """A security token counts only in the place of the access key it belongs to."""
        config = {"modelarts:accessKey": "AK2", "modelarts:secretKey": "SK2"}

        settings = resolve(config, ACCOUNT | {"HW_SECURITY_TOKEN": "of-another-key"})

        assert settings.credentials == AccessKey(SecretStr("AK2"), SecretStr("SK2"))

    def test_half_a_credential_is_an_error_even_beside_a_whole_one(self) -> None:
        """A user without a password in the stack is not quietly replaced by a token from the environment."""
        with pytest.raises(ConfigurationError) as caught:
            resolve({"modelarts:userName": "ann"}, {**ACCOUNT, "HW_AUTH_TOKEN": "T", "HW_ACCESS_KEY": ""})

        assert "missing: password, domain name." in str(caught.value)

    @pytest.mark.parametrize("part", ["accessKey", "token", "securityToken"])
    def test_characters_that_no_header_carries_are_named_without_the_value(self, part: str) -> None:
        """A credential with blanks or beyond ASCII is refused by its key; the value is not repeated."""
        value = "geheim nichts für Köpfe"
        keys = {"modelarts:accessKey": "AK", "modelarts:secretKey": "SK"} if part == "securityToken" else {}

        with pytest.raises(ConfigurationError) as caught:
            resolve(keys | {f"modelarts:{part}": value}, ACCOUNT)

        assert f"modelarts:{part}: has blanks or characters beyond ASCII inside" in str(caught.value)
        assert value not in str(caught.value)


class TestMissing:
    def test_nothing_configured_is_one_error_with_every_key(self) -> None:
        """All that is missing is said at once, with every place that was looked in, and how to go on."""
        with pytest.raises(ConfigurationError) as caught:
            resolve()

        said = str(caught.value)
        assert said.startswith("ModelArts settings that are missing: region, project id, credentials.")
        for what in ["region", "project id", "access key", "secret key", "token", "user name", "password"]:
            assert f"  {what}: {', '.join(KEYS[what])}" in said
        assert "`pulumi config set modelarts:region cn-north-4`" in said
        assert "`pulumi config set modelarts:endpoint emulator`" in said

    def test_what_is_there_is_not_asked_for(self) -> None:
        """Only the missing half of an access key is listed."""
        with pytest.raises(ConfigurationError) as caught:
            resolve(environ={**ACCOUNT, "HW_SECRET_KEY": ""})

        listed = re.findall(r"^  ([^:]+):", str(caught.value), flags=re.MULTILINE)
        assert listed == ["secret key"]

    def test_missing_and_unusable_come_together(self) -> None:
        """What cannot be used and what is missing are one error."""
        with pytest.raises(ConfigurationError) as caught:
            resolve({"modelarts:region": "cn north"}, {"HW_PROJECT_ID": "p1"})

        assert "modelarts:region: 'cn north' is no region; give one such as cn-north-4" in str(caught.value)
        assert "missing: credentials." in str(caught.value)


class TestEndpoint:
    @pytest.mark.parametrize(
        "address",
        ["https://modelarts.example", "http://127.0.0.1:8765", "http://[::1]:8765", "http://localhost", "https://a/b"],
    )
    def test_https_and_this_machine_are_taken(self, address: str) -> None:
        """An address is https, or plain http on a loopback address."""
        settings = resolve({"modelarts:endpoint": address}, ACCOUNT)

        assert settings.endpoint == address

    @pytest.mark.parametrize(
        "address",
        [
            "http://modelarts.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "ftp://127.0.0.1",
            "modelarts.example",
            "https://",
            "https://h:port",
            "https://user:hunter2@modelarts.example",
            "https://modelarts.example?x=1",
        ],
    )
    def test_anything_else_is_refused_without_repeating_it(self, address: str) -> None:
        """Credentials never travel in clear over a network, and a password inside an address is not repeated."""
        with pytest.raises(ConfigurationError, match="modelarts:endpoint: ") as caught:
            resolve({"modelarts:endpoint": address}, ACCOUNT)

        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize("region", ["evil.example/", "a b", "-a", "A", "cn_north"])
    def test_a_region_cannot_redirect_the_address(self, region: str) -> None:
        """What becomes part of a host name must look like one."""
        with pytest.raises(ConfigurationError, match="is no region"):
            resolve({"modelarts:region": region}, ACCOUNT)


class TestSecrets:
    @given(
        st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=8).map(lambda text: f"~~{text}~~")
    )
    def test_no_text_of_settings_shows_them(self, secret: str) -> None:
        """Neither `repr` nor `str` of any settings has a secret in it."""
        keys = {"modelarts:accessKey": f"1{secret}", "modelarts:secretKey": f"2{secret}"}
        temporary = resolve(keys | {"modelarts:securityToken": f"3{secret}"}, ACCOUNT)
        token = resolve({"modelarts:token": secret}, ACCOUNT)
        user = {"modelarts:userName": "ann", "modelarts:password": secret, "modelarts:domainName": "acme"}

        shown = f"{temporary!r} {temporary} {token!r} {token} {resolve(user, ACCOUNT)!r} {resolve(user, ACCOUNT)}"

        assert secret not in shown

    def test_settings_are_a_key(self) -> None:
        """Equal settings are one key, and another secret is another one."""
        same, other = resolve(environ=ACCOUNT), resolve(environ=ACCOUNT | {"HW_SECRET_KEY": "SK9"})

        assert {resolve(environ=ACCOUNT): 1}.get(same) == 1
        assert {resolve(environ=ACCOUNT): 1}.get(other) is None
        assert pickle.loads(pickle.dumps(same)) == same  # noqa: S301 - made on this line

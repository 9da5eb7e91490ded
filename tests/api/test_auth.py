import logging

import pytest
from pydantic import SecretStr

from modelarts_emulator import Credentials, Emulator
from pulumi_modelarts.api.auth import AccessKeySignature
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import AuthenticationError
from pulumi_modelarts.api.iam_token import IamToken
from pulumi_modelarts.api.settings import AccessKey, Password, Settings, Token
from tests.api.credentials import KEY, PROJECT, USER, settings_with
from tests.api.wires import Script, answer
from tests.clocks import FakeClock


class TestAccessKey:
    def test_a_request_carries_date_project_and_security_token(self, clock: FakeClock) -> None:
        """The date is the clock's, in UTC; a temporary key brings its token."""
        wire = Script(answer(body={"items": []}))
        key = AccessKey(KEY.access_key, KEY.secret_key, SecretStr("STFAKE0"))

        Client(settings_with(key), transport=wire, clock=clock).resource_pools.list()

        sent = wire.requests[0].headers
        assert (sent["x-sdk-date"], sent["x-project-id"], sent["x-security-token"]) == (
            "20261118T110640Z",
            PROJECT,
            "STFAKE0",
        )
        assert "Access=AKFAKE0, SignedHeaders=host;x-project-id;x-sdk-date;x-security-token," in sent["authorization"]
        assert "SKFAKE0" not in str(sent.raw)

    def test_each_try_is_signed_anew(self, clock: FakeClock) -> None:
        """A request that is sent again after a while carries the date and the signature of that moment."""
        wire = Script(answer(429, Retry_After="60"), answer(body={"items": []}))

        Client(settings_with(KEY), transport=wire, clock=clock).resource_pools.list()

        first, second = (request.headers for request in wire.requests)
        assert (first["x-sdk-date"], second["x-sdk-date"]) == ("20261118T110640Z", "20261118T110740Z")
        assert first["authorization"] != second["authorization"]

    @pytest.mark.parametrize("security_token", [None, "STFAKE0"])
    def test_an_independent_reading_of_the_protocol_accepts_it(self, security_token: str | None) -> None:
        """The emulator, checking signatures, lets lists, merge patches and pages with odd characters through."""
        tokens = {} if security_token is None else {"AKFAKE0": security_token}
        verifying = Emulator(credentials=Credentials(access_keys={"AKFAKE0": "SKFAKE0"}, security_tokens=tokens))
        key = AccessKey(KEY.access_key, KEY.secret_key, SecretStr(security_token) if security_token else None)
        client = Client(settings_with(key), transport=verifying.transport())

        (name,) = client.resource_pools.list(label_selector="os.modelarts/name=auto-pool-os").pools
        patched = client.resource_pools.patch(
            name, {"metadata": {"annotations": {"os.modelarts/description": "größer ✓"}}}
        )

        assert patched.value.description == "größer ✓"

    def test_a_wrong_key_is_refused_without_being_shown(self) -> None:
        """The gateway names the key it does not know; the error does not."""
        verifying = Emulator(credentials=Credentials(access_keys={"ANOTHER": "SKFAKE0"}))
        client = Client(settings_with(KEY), transport=verifying.transport())

        with pytest.raises(AuthenticationError, match=r"^list resource pools: .*ak \*\*\* not exist") as caught:
            client.resource_pools.list()

        assert "AKFAKE0" not in f"{caught.value} {caught.value!r}"


class TestGivenToken:
    def test_it_is_sent_as_it_is(self, clock: FakeClock) -> None:
        """A token from elsewhere goes into every request, and a refusal is final: it cannot be renewed."""
        wire = Script(answer(401, {"error_code": "APIGW.0301", "error_msg": "token expired"}))
        client = Client(settings_with(Token(SecretStr("given"))), transport=wire, clock=clock)

        with pytest.raises(AuthenticationError, match="list resource pools: token expired"):
            client.resource_pools.list()

        assert [request.headers["x-auth-token"] for request in wire.requests] == ["given"]


class TestSecrets:
    def test_no_log_shows_them(self, caplog: pytest.LogCaptureFixture) -> None:
        """With everything logged at the finest level, over a real connection, no credential is in the log."""
        caplog.set_level(logging.DEBUG)
        with (
            Emulator(credentials=Credentials(users={("acme", "ann"): "hunter2"})) as emulator,
            emulator.serve() as server,
        ):
            client = Client(Settings("r", PROJECT, server.url, server.url, USER))
            client.resource_pools.list()
            token = client_token(client)
            client.close()

        assert any("connect_tcp" in line for line in caplog.messages)
        assert token.startswith("emulated-")
        assert token not in caplog.text
        assert "hunter2" not in caplog.text

    @pytest.mark.parametrize("credentials", [KEY, USER, Token(SecretStr("tok-secret"))])
    def test_no_text_of_a_client_shows_them(self, credentials: AccessKey | Password | Token, clock: FakeClock) -> None:
        """Neither the client nor what it is made of has a secret in its `repr`."""
        client = Client(settings_with(credentials), transport=Script(answer()), clock=clock)
        signer = client._signer

        shown = f"{client!r} {vars(client)!r} {signer!r} {vars(signer)!r}"

        assert not any(secret in shown for secret in ("SKFAKE0", "AKFAKE0", "hunter2", "tok-secret"))
        assert isinstance(signer, AccessKeySignature) == isinstance(credentials, AccessKey)
        assert isinstance(signer, IamToken) == isinstance(credentials, Password)


def client_token(client: Client) -> str:
    """The token a client keeps."""
    signer = client._signer
    assert isinstance(signer, IamToken)
    assert signer._issued is not None
    assert signer._issued.token not in repr(signer._issued)
    return signer._issued.token

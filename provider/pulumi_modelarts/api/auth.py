"""Saying who asks with what the settings have: by signature, or by a given token. Documented: the API signing guide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pulumi_modelarts.api.credentials import AccessKey, Credentials, Password, Token
from pulumi_modelarts.api.sending import Sender, Signer
from pulumi_modelarts.api.signing import authorization

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.operations import Deadline
    from pulumi_modelarts.api.settings import Settings


def signer_for(settings: Settings, clock: Clock, sender: Sender) -> Signer:
    """The signer that fits the credentials.

    Args:
        settings: the credentials, the project and the address of IAM.
        clock: dates signatures and tells when a token ends.
        sender: asks IAM, where the credentials are a user and a password.
    """
    credentials: Credentials = settings.credentials
    match credentials:
        case AccessKey():
            return AccessKeySignature(credentials, settings.project_id, clock)
        case Token(token):
            return GivenToken(token)
        case Password():
            from pulumi_modelarts.api.iam_token import IamToken  # noqa: PLC0415 - on demand

            return IamToken(credentials, settings.iam_endpoint, settings.project_id, clock, sender)


class AccessKeySignature(Signer):
    """Signs every request with an access key.

    Args:
        key: the access key.
        project_id: the project that is asked about.
        clock: its time goes into the signature; the service accepts 15 minutes of difference.
    """

    def __init__(self, key: AccessKey, project_id: str, clock: Clock) -> None:
        self._key = key
        self._project_id = project_id
        self._clock = clock

    def sign(self, request: httpx.Request, deadline: Deadline | None, refused: httpx.Request | None = None) -> None:  # noqa: ARG002 - what signs here has nothing to fetch
        """Add date, project, signature, and the security token of a temporary key."""
        now = datetime.fromtimestamp(self._clock.time(), UTC)
        request.headers["X-Sdk-Date"] = now.strftime("%Y%m%dT%H%M%SZ")
        request.headers["X-Project-Id"] = self._project_id
        if self._key.security_token is not None:
            request.headers["X-Security-Token"] = self._key.security_token.get_secret_value()
        request.headers["Authorization"] = authorization(
            request,
            access_key=self._key.access_key.get_secret_value(),
            secret_key=self._key.secret_key.get_secret_value(),
        )


class GivenToken(Signer):
    """Sends a token that was given.

    Args:
        token: the token.
    """

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def sign(self, request: httpx.Request, deadline: Deadline | None, refused: httpx.Request | None = None) -> None:  # noqa: ARG002 - what signs here has nothing to fetch
        """Add the token."""
        request.headers["X-Auth-Token"] = self._token.get_secret_value()

"""Made-up credentials, and settings that have them."""

from pydantic import SecretStr

from pulumi_modelarts.api.settings import AccessKey, Password, Settings, Token

PROJECT = "86c13962597848eeb29c5861153a391f"
KEY = AccessKey(SecretStr("AKFAKE0"), SecretStr("SKFAKE0"))
USER = Password("ann", SecretStr("hunter2"), "acme")


def settings_with(credentials: AccessKey | Token | Password) -> Settings:
    """A service at a made-up address."""
    return Settings("cn-north-7", PROJECT, "https://modelarts.example", "https://iam.example", credentials)

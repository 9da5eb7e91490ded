"""The vendor's own client, which shares no code with this project, with signatures checked."""

from typing import Any

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.auth.credentials import BasicCredentials  # type: ignore[import-untyped] # ships no types

from modelarts_emulator import PROJECT, Credentials, Emulator

USER = {"name": "ann", "password": "secret", "domain": {"name": "acme"}}


def strict_emulator() -> Emulator:
    """An emulator that checks every signature."""
    return Emulator(credentials=Credentials(access_keys={"AKFAKE": "SKFAKE"}, users={("acme", "ann"): "secret"}))


def client_of(url: str, secret: str = "SKFAKE") -> Any:  # noqa: S107 - the emulator's, not anybody's
    """The SDK's client of a server."""
    credentials = BasicCredentials("AKFAKE", secret, PROJECT)
    return sdk.ModelArtsClient.new_builder().with_credentials(credentials).with_endpoints([url]).build()

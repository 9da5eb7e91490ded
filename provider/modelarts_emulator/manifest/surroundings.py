"""What the environment says of the real service: the variables that Huawei Cloud's other tools read, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from modelarts_emulator.manifest.callers import AccessKey, Credential, Token
from modelarts_emulator.manifest.endpoint import EndpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Surroundings:
    """Who asks, and for which project.

    Attributes:
        credential: What the caller has.
        project: Id of the project; empty: the environment does not say.
        region: Name of its region; likewise.
        iam: Address of IAM, where the service is not an emulator.
        authorities: File of certificates to believe beside none; empty: those of the machine.
    """

    credential: Credential
    project: str
    region: str
    iam: str
    authorities: str


def read(environment: Mapping[str, str]) -> Surroundings:
    """What the environment says.

    Raises:
        EndpointError: A half of a key is missing.
    """
    region = environment.get("HW_REGION_NAME", "")
    return Surroundings(
        _credential(environment),
        environment.get("HW_PROJECT_ID", ""),
        region,
        environment.get("HW_AUTH_URL", "") or f"https://iam.{region}.myhuaweicloud.com",
        environment.get("HW_CACERT", ""),
    )


def base_of(url: str) -> str:
    """Address of an endpoint without what follows its host and port.

    Raises:
        EndpointError: It is none, holds a password, or would carry credentials in the clear beyond this machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise EndpointError(
            f"{parts.hostname or url!r} is no address such as https://modelarts.cn-north-4.myhuaweicloud.com"
        )
    if parts.username or parts.password:
        raise EndpointError("the address holds a user or a password: leave them out, credentials are read from HW_*")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise EndpointError(
            f"{parts.hostname} is asked over https alone: http shows credentials to everybody on the way"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _credential(environment: Mapping[str, str]) -> Credential:
    token = environment.get("HW_AUTH_TOKEN", "")
    access_key, secret_key = environment.get("HW_ACCESS_KEY", ""), environment.get("HW_SECRET_KEY", "")
    if bool(access_key) != bool(secret_key):
        missing = "HW_SECRET_KEY" if access_key else "HW_ACCESS_KEY"
        raise EndpointError(f"{missing} is not set, the other half of the key is")
    if access_key:
        return AccessKey(access_key, secret_key, environment.get("HW_SECURITY_TOKEN", ""))
    return Token(token) if token else None

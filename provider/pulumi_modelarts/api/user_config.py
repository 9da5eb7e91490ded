"""What a user may have in a project: how many pools and networks, and from which addresses.

Documented: ShowOsConfig.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import Wire, read

if TYPE_CHECKING:
    from pulumi_modelarts.api.service import Service

SHOW_OS_CONFIG: Final = Operation(
    "ShowOsConfig",
    "how many pools and networks there may be, and from which addresses: where a program makes some",
    stated=Stated.AS_NONE,
    only_reads=True,
    previews=True,
)


class UserConfig(Wire):
    """What a user may have in a project.

    Attributes:
        network_cidrs: blocks that the addresses of a network may be taken from; empty if the service does not say.
        network_quota: networks that there may be; None if the service does not say.
        pool_quota: pools that there may be; None if the service does not say.
    """

    network_cidrs: list[str] = Field(default_factory=list)
    network_quota: int | None = Field(None, ge=0)
    pool_quota: int | None = Field(None, ge=0)


class UserConfigs:
    """What the user may have in the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def get(self) -> UserConfig:
        """What the user may have; how much of it is used shows in the lists of pools and networks.

        Raises:
            ApiError: the service does not tell this user, which a run can do without.
            UnreadableError: the answer is no such object.
        """
        attempting = "show what the project may have"
        path = "/v1/{project_id}/os-user-config"
        answer = self._service.request("GET", path, operation=SHOW_OS_CONFIG, attempting=attempting)
        return read(UserConfig, answer, attempting)

"""The client: one attribute per noun of the API, over one method that sends.

A client is safe to use from many threads at once, and is meant to be shared: it keeps connections and a token.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from pydantic_core import from_json, to_json

from pulumi_modelarts._version import __version__
from pulumi_modelarts.api.auth import auth_for
from pulumi_modelarts.api.clock import Clock, SystemClock
from pulumi_modelarts.api.credentials import secrets_of
from pulumi_modelarts.api.errors import RefusedError, TransportError, error_from_response
from pulumi_modelarts.api.job import Jobs
from pulumi_modelarts.api.node import Nodes
from pulumi_modelarts.api.node_migration import NodeMigrations
from pulumi_modelarts.api.order import Orders
from pulumi_modelarts.api.resource_flavor import ResourceFlavors
from pulumi_modelarts.api.resource_pool import ResourcePools
from pulumi_modelarts.api.retry import NEVER_ARRIVED, ONLY_READS, RetryTransport
from pulumi_modelarts.api.settings import Settings, is_loopback
from pulumi_modelarts.api.signing import canonical_query
from pulumi_modelarts.api.training_job import TrainingJobs
from pulumi_modelarts.api.workspace import Workspaces

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT: Final = httpx.Timeout(connect=10, read=60, write=30, pool=120)
KEEPALIVE: Final = 60.0
"""Seconds an unused connection is kept: longer than the longest interval between two looks of a wait."""


class Client:
    """ModelArts of one project.

    Args:
        settings: where it is and who asks.
        transport: sends, in place of the network; the embedded emulator's, say.
        clock: measures, sleeps, and dates signatures.
        max_connections: connections at a time; more requests than that wait for one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        max_connections: int = 64,
    ) -> None:
        if settings.emulator_file is not None and transport is None:
            raise RefusedError("These settings are for the embedded emulator, and no transport to it was given.")
        self.settings = settings
        self.clock = clock or SystemClock()
        wire = transport or _network(settings, max_connections)
        self._http = httpx.Client(
            transport=RetryTransport(wire, self.clock),
            auth=auth_for(settings, self.clock),
            timeout=TIMEOUT,
            headers={"User-Agent": f"pulumi-modelarts/{__version__}", "Accept": "application/json"},
        )

    @cached_property
    def resource_pools(self) -> ResourcePools:
        """Resource pools: list, get, patch."""
        return ResourcePools(self)

    @cached_property
    def nodes(self) -> Nodes:
        """Nodes of a pool: list, get, drain, delete."""
        return Nodes(self)

    @cached_property
    def orders(self) -> Orders:
        """Orders: get, list."""
        return Orders(self)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs: get, list."""
        return Jobs(self)

    @cached_property
    def node_migrations(self) -> NodeMigrations:
        """Node migrations: start."""
        return NodeMigrations(self)

    @cached_property
    def training_jobs(self) -> TrainingJobs:
        """Training jobs: get, tasks, running_in, listed_in."""
        return TrainingJobs(self)

    @cached_property
    def workspaces(self) -> Workspaces:
        """Workspaces: list."""
        return Workspaces(self)

    @cached_property
    def resource_flavors(self) -> ResourceFlavors:
        """Resource flavors: list."""
        return ResourceFlavors(self)

    def request(
        self,
        method: str,
        path: str,
        *,
        attempting: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content_type: str = "application/json",
        only_reads: bool = False,
    ) -> Any:
        """Ask, and return the answer.

        Args:
            method: HTTP method.
            path: below the endpoint; `{project_id}` stands for the project, and every other part is quoted already.
            attempting: what this is, in words that can begin an error message.
            params: the query; what is None is left out.
            json: the body; None for none.
            content_type: of the body.
            only_reads: changes nothing although the method is POST, so that it may be repeated like a GET.

        Returns:
            The parsed JSON; None for an answer without a body.

        Raises:
            ApiError: the service answered no.
            TransportError: no usable answer.
        """
        request = self._request(method, path, params or {}, json, content_type)
        request.extensions[ONLY_READS] = only_reads
        try:
            response = self._http.send(request)
        except httpx.RequestError as error:
            arrived = not isinstance(error, NEVER_ARRIVED)
            raise TransportError(attempting, _describe(error), may_have_arrived=arrived) from error
        if not response.is_success:
            raise error_from_response(response, attempting, secrets=secrets_of(self.settings.credentials))
        return _parsed(response, attempting)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _request(
        self, method: str, path: str, params: Mapping[str, Any], json: Any, content_type: str
    ) -> httpx.Request:
        address = self.settings.endpoint + path.replace("{project_id}", quote(self.settings.project_id, safe=""))
        query = canonical_query([(name, str(value)) for name, value in params.items() if value is not None])
        return self._http.build_request(
            method,
            f"{address}?{query}" if query else address,
            content=None if json is None else to_json(json),
            headers=None if json is None else {"Content-Type": content_type},
        )


def _network(settings: Settings, max_connections: int) -> httpx.BaseTransport:
    """The network, through the proxy the environment names for the service."""
    limits = httpx.Limits(
        max_connections=max_connections, max_keepalive_connections=max_connections, keepalive_expiry=KEEPALIVE
    )
    return httpx.HTTPTransport(limits=limits, proxy=proxy_for(settings.endpoint))


def proxy_for(address: str) -> str | None:
    """The proxy that the environment names for an address (`https_proxy`, `no_proxy`, …); none for this machine."""
    parts = urlsplit(address)
    proxies = getproxies()
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"


def _parsed(response: httpx.Response, attempting: str) -> Any:
    if not response.content.strip():
        return None
    try:
        return from_json(response.content)
    except ValueError as error:
        kind = response.headers.get("content-type", "no content type")
        raise TransportError(attempting, f"the answer is not JSON ({kind})", may_have_arrived=True) from error


def _describe(error: httpx.RequestError) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

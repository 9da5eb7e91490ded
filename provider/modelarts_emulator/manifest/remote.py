"""An endpoint beyond this process, over HTTP."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from modelarts_emulator.manifest import wall
from modelarts_emulator.manifest.callers import AccessKey, hidden, presented
from modelarts_emulator.manifest.endpoint import Endpoint, EndpointError
from modelarts_emulator.manifest.surroundings import base_of
from modelarts_emulator.messages import CONTROL, Request, Response, is_control
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.manifest.case import Who
    from modelarts_emulator.manifest.surroundings import Surroundings

PATIENCE = 60.0
"""Wall seconds for a connection, and between two parts of an answer."""

MOST_TRIES = 5
LONGEST_PAUSE = 60.0
"""Wall seconds before a request is sent again that was one too many."""

DOCUMENTED_REGION = "cn-north-7"
"""Where an emulator's projects are, unless its world says otherwise."""


@contextmanager
def connected(url: str, around: Surroundings) -> Iterator[Endpoint]:
    """The endpoint at an address, once it has let the caller in.

    Args:
        url: Its address.
        around: Who asks, and for which project.

    Raises:
        EndpointError: It does not answer, does not let the caller in, or nobody says for which project.
    """
    base = base_of(url)
    with httpx.Client(verify=authorities(around), timeout=PATIENCE) as client:
        remote = Remote(client, base, around)
        endpoint = _endpoint(remote, around)
        refusal = endpoint.send(Request("GET", f"/v2/{endpoint.project}/pools"), "caller")
        if refusal.status in {401, 403}:
            said = refusal.body.decode(errors="replace")[:300]
            raise EndpointError(f"{base} does not let us in: {refusal.status} {hidden(said, around.credential)}")
        yield endpoint


def authorities(around: Surroundings) -> ssl.SSLContext:
    """Whose certificates are believed: the machine's, or those of a file."""
    return ssl.create_default_context(cafile=around.authorities or None)


class Remote:
    """Sends requests to an address.

    Args:
        client: Sends them.
        base: Scheme, host and port.
        around: Who asks.
    """

    def __init__(self, client: httpx.Client, base: str, around: Surroundings) -> None:
        self._client, self._base, self._around = client, base, around
        self.is_emulator = False

    def send(self, request: Request, who: Who) -> Response:
        """Send a request as somebody; what the service refuses for now, as there are too many, is sent again.

        Raises:
            EndpointError: Nothing comes back.
        """
        for _ in range(MOST_TRIES - 1):
            response = self._sent(request, who)
            if response.status != httpx.codes.TOO_MANY_REQUESTS or self.is_emulator:
                return response
            after = response.headers.get("retry-after", "")
            wall.sleep(min(float(after) if after.isdecimal() else 1.0, LONGEST_PAUSE))
        return self._sent(request, who)

    def _sent(self, request: Request, who: Who) -> Response:
        is_iam = request.path.startswith("/v3/") and not self.is_emulator
        base = self._around.iam if is_iam else self._base
        credential = None if is_control(request.path) else self._around.credential
        request = presented(request, who, credential, urlsplit(base).netloc, wall.now())
        try:
            answer = self._client.request(
                request.method, f"{base}{request.target}", content=request.body, headers=dict(request.headers)
            )
        except httpx.HTTPError as error:
            raise EndpointError(f"{request.method} {base}{request.path}: {type(error).__name__}: {error}") from error
        return Response(answer.status_code, dict(answer.headers), answer.content)


def _endpoint(remote: Remote, around: Surroundings) -> Endpoint:
    health = _health(remote)
    remote.is_emulator = health is not None
    if health is None and not (around.project and around.region and around.credential):
        raise EndpointError("set HW_REGION_NAME, HW_PROJECT_ID, and HW_ACCESS_KEY and HW_SECRET_KEY or HW_AUTH_TOKEN")
    return Endpoint(
        remote.send,
        wall.sleep,
        around.project or next(iter((health or {}).get("projects", [])), PROJECT),
        around.region or DOCUMENTED_REGION,
        is_emulator=health is not None,
        verifies=health is None or bool(health["verifies_callers"]),
        has_key=isinstance(around.credential, AccessKey),
    )


def _health(remote: Remote) -> dict[str, Any] | None:
    """What an emulator says of itself; None where there is none."""
    response = remote.send(Request("GET", f"{CONTROL}/health"), "nobody")
    try:
        said = response.json() if response.status == httpx.codes.OK else None
    except ValueError:
        return None
    return said if isinstance(said, dict) and said.get("emulator") == "modelarts" else None

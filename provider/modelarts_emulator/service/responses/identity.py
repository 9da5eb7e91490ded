"""The part of the identity service that a client of ModelArts needs: a token for a user, the project of a region."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import project, token
from modelarts_emulator.service.operation import operation
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call

DEFAULT_REGION = "cn-north-7"
"""Where the documented world lies."""


@operation(
    "keystoneCreateUserTokenByPassword",
    "POST",
    "/v3/auth/tokens",
    source="documented: authentication",
    body="CreateToken",
    answer="CreatedToken",
    status=201,
    gives_token=True,
    clients=("Go",),
    not_by_sdk="the SDK has no such method; it signs each request instead",
)
def create_token(call: Call) -> Response:
    """Token for a user and password, valid for 24 hours of virtual time (documented: authentication page)."""
    user = call.body()["auth"]["identity"]["password"]["user"]["name"]
    connection = call.tenant.connection
    expires_at = call.tenant.now + token.LIFETIME
    made = f"emulated-{ids.token(call.tenant.seed, 'token', user, expires_at, token.count(connection))}"
    token.keep(connection, made, expires_at)
    text = datetime.fromtimestamp(expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    document = {"token": {"expires_at": text, "methods": ["password"], "user": {"name": user}}}
    return Response.of_json(201, document, {"x-subject-token": made})


def password_of(document: Any) -> tuple[str, str, str]:
    """Domain, user and password of a token request.

    Raises:
        ApiError: 400 when the document is no such request.
    """
    try:
        user = document["auth"]["identity"]["password"]["user"]
        name, password, domain = user["name"], user["password"], user["domain"]["name"]
    except (KeyError, TypeError) as error:
        raise bad_request("auth.identity.password.user needs name, password and domain.name") from error
    return str(domain), str(name), str(password)


@operation(
    "keystoneListProjects",
    "GET",
    "/v3/projects",
    source="client: official SDK",
    query="ListProjects",
    answer="ProjectList",
    still=True,
)
def list_projects(call: Call) -> Response:
    """Projects, or those of the region asked for by name; one that the world puts in no region is in each of them."""
    asked = call.request.query.get("name", "")
    projects = [
        {"id": key, "name": found.region or asked or DEFAULT_REGION, "enabled": True}
        for key, found in project.known(call.tenant.connection).items()
        if not asked or found.region in {None, asked}
    ]
    return Response.of_json(200, {"projects": projects, "links": {}})

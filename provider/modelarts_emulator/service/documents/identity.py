"""Tokens and projects on the wire (documented: authentication; client: official SDK)."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Name, NamedObject


class PasswordUser(TypedDict):
    """Who asks for a token."""

    name: Name
    password: str
    domain: NamedObject


class Password(TypedDict):
    """Authentication by password."""

    user: PasswordUser


class Identity(TypedDict):
    """How the caller says who it is."""

    methods: NotRequired[list[str]]
    password: Password


class ScopedProject(TypedDict, total=False):
    """A project by its id, or by its name, which is that of its region."""

    id: Name
    name: Name


class TokenScope(TypedDict, total=False):
    """What the token shall be good for."""

    project: ScopedProject


class Authentication(TypedDict):
    """What a token is asked for with."""

    identity: Identity
    scope: NotRequired[TokenScope]


class CreateToken(TypedDict):
    """Body of a request for a token."""

    auth: Authentication


class Token(TypedDict):
    """A token, which itself stands in the header `X-Subject-Token`."""

    expires_at: str
    methods: list[str]
    user: NamedObject


class CreatedToken(TypedDict):
    """Answer to a request for a token."""

    token: Token


class Project(TypedDict):
    """A project, which belongs to one region and is named after it."""

    id: Name
    name: Name
    enabled: bool


class ProjectList(TypedDict):
    """Answer of the list of projects."""

    projects: list[Project]
    links: dict[str, Any]


class ListProjects(TypedDict, total=False):
    """Query of the list of projects."""

    name: str

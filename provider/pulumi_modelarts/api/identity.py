"""IAM, asked about whoever asks: which projects they have, and what their token says.

Documented: "Querying Project Information", "Verifying a Token" (anybody may verify their own). Getting one is a part
of signing (`iam_token`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pydantic import ConfigDict

from pulumi_modelarts.api.iam_token import TOKEN
from pulumi_modelarts.api.operation import Operation
from pulumi_modelarts.api.sending import Signer
from pulumi_modelarts.api.wire import Wire, read

if TYPE_CHECKING:
    import httpx

    from pulumi_modelarts.api.operations import Deadline
    from pulumi_modelarts.api.service import Service

LIST_PROJECTS: Final = Operation("KeystoneListProjects", only_reads=True)
VALIDATE_TOKEN: Final = Operation("KeystoneValidateToken", only_reads=True)
"""For `modelarts doctor` alone, which does without where they are not allowed."""

SUBJECT: Final = "X-Subject-Token"


class IamWire(Wire):
    """IAM spells its fields in snake_case."""

    model_config = ConfigDict(alias_generator=None)


class Project(IamWire):
    """A project.

    Attributes:
        name: that of its region; a project within another one has more behind that.
    """

    id: str
    name: str = ""


class _Projects(IamWire):
    projects: list[Project]


class Account(IamWire):
    """The account of a user."""

    name: str = ""


class User(IamWire):
    """A user, and the account that it belongs to."""

    name: str = ""
    domain: Account = Account()


class TokenFacts(IamWire):
    """What a token says.

    Attributes:
        expires_at: when it ends, such as `2026-11-27T10:00:00.000000Z`.
        user: whose it is.
        project: what it is for; None for one of a whole account.
    """

    expires_at: str = ""
    user: User = User()
    project: Project | None = None

    @property
    def end(self) -> float | None:
        """When it ends, in seconds since 1970; None if it does not say."""
        try:
            end = datetime.fromisoformat(self.expires_at)
        except ValueError:
            return None
        return end.replace(tzinfo=end.tzinfo or UTC).timestamp()


class _Shown(IamWire):
    token: TokenFacts


class ShowsItself(Signer):
    """Says who asks as another signer does, and asks about the token that it says it with.

    Args:
        signer: one that says it with a token.
    """

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.renews = signer.renews

    def sign(self, request: httpx.Request, deadline: Deadline | None, refused: httpx.Request | None = None) -> None:
        """Add the token twice."""
        self._signer.sign(request, deadline, refused)
        request.headers[SUBJECT] = request.headers[TOKEN]


class Identity:
    """IAM, about whoever asks.

    Args:
        iam: IAM, asked as ModelArts is.
        about_token: the same, each request with the token that is asked about.
    """

    def __init__(self, iam: Service, about_token: Service) -> None:
        self._iam = iam
        self._about_token = about_token

    def projects(self, region: str) -> list[Project]:
        """The projects of a region; those of all regions for an empty one.

        Raises:
            UnreadableError: the answer is no list of projects.
        """
        attempting = f"list the projects of region {region}" if region else "list the projects of all regions"
        params = {"name": region or None}
        answer = self._iam.request("GET", "/v3/projects", operation=LIST_PROJECTS, attempting=attempting, params=params)
        return read(_Projects, answer, attempting).projects

    def token(self) -> TokenFacts:
        """What the token says that this user sends; for credentials that are, or lead to, a token.

        Raises:
            UnreadableError: the answer says nothing about a token.
        """
        attempting = "show what the token says"
        params = {"nocatalog": "true"}
        answer = self._about_token.request(
            "GET", "/v3/auth/tokens", operation=VALIDATE_TOKEN, attempting=attempting, params=params
        )
        return read(_Shown, answer, attempting).token

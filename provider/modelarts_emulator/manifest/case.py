"""One case: a statement about the service, how it is known, and the requests and answers that show it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

Provenance: TypeAlias = Literal["documented", "client", "observed", "assumed"]
PROVENANCES: tuple[Provenance, ...] = ("documented", "client", "observed", "assumed")
"""How a statement can be known, the surest first as far as pages go; what was seen on the service is `observed`."""

Reach: TypeAlias = Literal["anywhere", "changes", "costs", "emulator"]
"""Where a case may be run.

anywhere: it reads, or asks for what must be refused and would do no harm. changes: it makes what is free, and takes it
away again. costs: it makes a pool of one node of the flavor that it is told, in a network of its own, and takes both
away again. emulator: it takes somebody's nodes, or needs a world made for it.
"""

Who: TypeAlias = Literal["caller", "nobody", "stranger", "forger", "late", "sdk", "hostless"]
"""Who asks: who runs the cases; or nobody; with a token of nobody's; with a wrong secret key; 20 minutes late; or as
the official SDK does, which signs no body of a merge patch; or with a signature that leaves the host out."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Answer(_Data):
    """What is expected of an answer. What is not named is not looked at.

    Attributes:
        status: HTTP status; None: that of a good answer.
        code: `error_code` of the body.
        headers: Matcher by name, in lower case.
        body: Matcher of the body, see `matching`; None: it is not looked at.
    """

    status: int | None = None
    code: str | None = None
    headers: dict[str, Any] = Field(default_factory=dict)
    body: Any = None


class Step(_Data):
    """One thing to do: ask the service, let time pass, or intervene in an emulator.

    Attributes:
        ask: Method and target, such as `GET /v2/{project}/pools`.
        send: JSON body.
        large: Bytes of a body that says nothing and is sent in place of one.
        type: Content type of the body; empty: merge-patch for PATCH, else JSON.
        caller: Who asks.
        token: Token that it is asked with, in place of what the caller has.
        answer: What is expected.
        until: Whether it is asked again until the answer is as expected.
        needs: What the account lacks where the answer is another one: the case is then not run there.
        wait: Virtual seconds that pass.
        control: Method and path below `/_emulator/`, such as `POST nodes/{node}`.
    """

    ask: str = ""
    send: Any = None
    large: int = 0
    type: str = ""
    caller: Who = Field("caller", alias="as")
    token: str = ""
    answer: Answer = Answer()
    until: bool = False
    needs: str = ""
    wait: float = 0.0
    control: str = ""

    @model_validator(mode="after")
    def _does_one_thing(self) -> Step:
        if sum((bool(self.ask), bool(self.wait), bool(self.control))) != 1:
            raise ValueError("a step says one of ask, wait, control")
        return self


class Case(_Data):
    """One statement about the service.

    Attributes:
        about: What it is about.
        says: What happens.
        known: `assumed`, or page, program or report by how it is known.
        reach: Where it may be run.
        open: Whether it needs an emulator that lets everybody in.
        of: Operation that it is about; empty: that of the first change, or of the last question.
        world: Merge patch of the documented world in which an emulator begins.
        project: The same, of its project alone.
        given: Names of steps that come before, see `cases/given.yaml`.
        arranged: Names of steps that come before those, on an emulator alone.
        names: Names that it begins with, such as those that a client brought.
        steps: What shows it.
        afterwards: What is done at the end, however it ended.
        unshown: Why there are no steps.
    """

    about: str
    says: str
    known: Literal["assumed"] | dict[Provenance, str]
    reach: Reach = "emulator"
    open: bool = False
    of: str = ""
    world: dict[str, Any] = Field(default_factory=dict)
    project: dict[str, Any] = Field(default_factory=dict)
    given: tuple[str, ...] = ()
    arranged: tuple[str, ...] = ()
    names: dict[str, Any] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    afterwards: tuple[Step, ...] = ()
    unshown: str = ""

    @model_validator(mode="after")
    def _is_shown_or_says_why(self) -> Case:
        if bool(self.steps) == bool(self.unshown):
            raise ValueError("a case has either steps, or says in unshown why it has none")
        if isinstance(self.known, dict) and (len(self.known) != 1 or not all(self.known.values())):
            raise ValueError("known is `assumed`, or one of documented, client, observed with its source")
        return self

    @property
    def provenance(self) -> Provenance:
        """How it is known."""
        return "assumed" if self.known == "assumed" else next(iter(self.known))

    @property
    def source(self) -> str:
        """Page, program or report; empty for what is assumed."""
        return "" if isinstance(self.known, str) else next(iter(self.known.values()))

    @property
    def name(self) -> str:
        """The case in a line."""
        return f"{self.about}: {self.says}"


class Cases(_Data):
    """One file of cases.

    Attributes:
        about: What they are about, where they do not say it themselves.
        pieces: What several of them have in common: YAML's anchors stand there.
        together: Whether they follow each other in one world, and share the names that they find.
        cases: The cases.
    """

    about: str
    pieces: dict[str, Any] = Field(default_factory=dict)
    together: bool = False
    cases: tuple[Case, ...]

    @model_validator(mode="before")
    @classmethod
    def _name_the_subject(cls, given: Any) -> Any:
        """Let the cases of a file say once what they are about."""
        if not isinstance(given, dict) or not isinstance(given.get("cases") or [], list):
            return given
        about, cases = {"about": given.get("about")}, given.get("cases") or []
        return {**given, "cases": [about | item if isinstance(item, dict) else item for item in cases]}

"""Who one is: the kind of credential, and what IAM tells about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.credentials import AccessKey, Password, Token
from pulumi_modelarts.api.errors import ApiError, AuthenticationError
from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.doctor import questions
from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.api.identity import Project, TokenFacts
    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.cli.doctor.patient import Patient, Reply

SOON: Final = 3600.0
"""Seconds before its end at which a token that cannot be renewed is too old for a run that waits for nodes."""

KINDS: Final = {
    AccessKey: "a permanent access key, which signs each request",
    Token: "a token that was given, which cannot be renewed",
    Password: "a user and a password, for which IAM gives tokens; they are renewed in time",
}
TEMPORARY: Final = "a temporary access key with its security token, which cannot be renewed"

NONE: Final = "none, as the embedded emulator lets everybody in"

ALONE: Final = "Nothing to do for the provider, which works without."


def look(patient: Patient) -> Iterator[Finding]:
    """The credentials, whether they are let in, the project as IAM knows it, and the token."""
    settings = patient.settings
    if settings is None:
        yield Finding(State.UNKNOWN, "credentials", "settings are missing or cannot be used", "See Settings.")
        return
    yield _kind(patient, settings)
    yield _let_in(patient)
    if why := questions.why_not_iam(patient):
        advice = "Correct that, or set modelarts:iamEndpoint or HW_AUTH_URL, to have it asked."
        yield Finding(State.UNKNOWN, "project", f"IAM is not asked: {why}", advice)
        return
    yield _project(patient, settings)
    if not isinstance(settings.credentials, AccessKey) and not patient.world:
        yield from _token(patient, settings)


def _kind(patient: Patient, settings: Settings) -> Finding:
    credentials = settings.credentials
    if patient.world:
        return Finding(State.OK, "credentials", NONE, facts={"kind": None, "temporary": False})
    temporary = isinstance(credentials, AccessKey) and credentials.security_token is not None
    text = TEMPORARY if temporary else KINDS[type(credentials)]
    return Finding(State.OK, "credentials", text, facts={"kind": type(credentials).__name__, "temporary": temporary})


def _let_in(patient: Patient) -> Finding:
    error = questions.pools(patient).error
    if isinstance(error, AuthenticationError):
        advice = "Check that the credentials are current, and of this region and project; see clock, too."
        text = f"the service does not let in who asks: {patient.said(error)}"
        return Finding(State.FAILED, "let in", text, advice, _refusal(error))
    if error is None or (isinstance(error, ApiError) and patient.settings):
        return Finding(State.OK, "let in", "the service knows who asks")
    return Finding(State.UNKNOWN, "let in", patient.said(error), "See Connection.")


def _refusal(error: ApiError) -> dict[str, object]:
    return {"status": error.status, "code": error.code, "request_id": error.request_id}


def _project(patient: Patient, settings: Settings) -> Finding:
    own, region = patient.names.of("project", settings.project_id), settings.region
    reply = questions.projects(patient)
    if reply.value is None:
        text = f"IAM does not tell this user its projects: {patient.said(reply.error)}"
        return Finding(State.UNKNOWN, "project", text, ALONE)
    if _has(reply.value, settings.project_id):
        return Finding(State.OK, "project", f"{own} is of region {region}, as IAM says", facts={"region": region})
    return _elsewhere(patient, settings, patient.ask("all projects", lambda service: service.identity.projects("")))


def _elsewhere(patient: Patient, settings: Settings, reply: Reply[list[Project]]) -> Finding:
    """What is known of a project that is not the one of its region."""
    own, listed = patient.names.of("project", settings.project_id), reply.value or []
    found = next((each for each in listed if each.id == settings.project_id), None)
    if found is None:
        text = f"IAM lists {number_of(len(listed), 'project')} to this user, and {own} is none of them"
        return Finding(State.WARNING, "project", text, "Check the project id; it has to be one of this region.")
    if found.name.startswith(f"{settings.region}_"):  # a project within that of the region
        text = f"{own} is within the project of region {settings.region}, as IAM says"
        return Finding(State.OK, "project", text, facts={"region": settings.region})
    other = found.name.partition("_")[0]
    text = f"{own} is of region {other}, as IAM says, and the settings name {settings.region}"
    return Finding(State.FAILED, "project", text, f"Set the region to {other}, or the id of another project.")


def _has(projects: Sequence[Project], project_id: str) -> bool:
    return any(each.id == project_id for each in projects)


def _token(patient: Patient, settings: Settings) -> Iterator[Finding]:
    reply = patient.ask("token", lambda service: service.identity.token())
    facts = reply.value
    if facts is None:
        text = f"IAM does not tell what it says: {patient.said(reply.error)}"
        yield Finding(State.UNKNOWN, "token", text, ALONE)
        return
    names = patient.names
    if facts.user.name:
        account = f" of account {names.of('domain', facts.user.domain.name)}" if facts.user.domain.name else ""
        yield Finding(State.OK, "user", f"{names.of('user', facts.user.name)}{account}")
    if facts.project is not None and facts.project.id != settings.project_id:
        text = f"it is for {names.of('project', facts.project.id)}, and not for the project of the settings"
        yield Finding(State.FAILED, "token", text, "Get a token for this project, or set the id of that one.")
    yield _end(patient, settings, facts)


def _end(patient: Patient, settings: Settings, facts: TokenFacts) -> Finding:
    if facts.end is None:
        return Finding(State.UNKNOWN, "token", "IAM does not tell when it ends", "Tokens live 24 hours at most.")
    left = facts.end - patient.clock.time()
    at = datetime.fromtimestamp(facts.end, UTC).strftime("%Y-%m-%d %H:%M UTC")
    text, known = f"ends {at}, in {left / 3600:.1f} h", {"expires": at, "seconds_left": round(left)}
    if left < SOON and isinstance(settings.credentials, Token):
        return Finding(State.WARNING, "token", text, "Get a new one before a run that may take longer.", known)
    return Finding(State.OK, "token", text, facts=known)

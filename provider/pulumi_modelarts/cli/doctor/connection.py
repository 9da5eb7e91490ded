"""The way to ModelArts and IAM: address, proxy, TLS, and whether the clocks agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.credentials import AccessKey
from pulumi_modelarts.api.errors import ApiError, ConfigurationError, TransportError, is_unserved
from pulumi_modelarts.cli.doctor import questions
from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.witness import Sight, Tls
    from pulumi_modelarts.cli.doctor.patient import Patient, Reply

MOST_SKEW: Final = 15 * 60.0
"""Seconds by which the date of a signature may differ from the service's clock (documented: authentication)."""
SOME_SKEW: Final = 60.0
"""Seconds from which on a clock is not kept by anybody."""

SOON: Final = 14 * 86400.0
"""Seconds before its end at which a certificate is renewed by whoever looks after it."""

CORRECT_CLOCK: Final = "Have the clock of this machine set by a time service (NTP)."


def look(patient: Patient) -> Iterator[Finding]:
    """ModelArts, IAM, whose certificates are believed, the clock."""
    pools = questions.pools(patient)
    settings = patient.settings
    if settings is None:
        yield Finding(State.UNKNOWN, "ModelArts", "not asked: settings are missing or cannot be used", "See Settings.")
        return
    if isinstance(pools.error, ConfigurationError):  # of the embedded emulator, which is opened when it is asked
        yield Finding(State.FAILED, "ModelArts", patient.said(pools.error), "Correct what it names.")
        return
    yield from _host(patient, settings, "ModelArts", settings.endpoint, pools)
    if patient.world:
        return
    asked = [settings.endpoint]
    if not questions.why_not_iam(patient):
        asked.append(settings.iam_endpoint)
        yield from _host(patient, settings, "IAM", settings.iam_endpoint, questions.projects(patient))
    if any(address.startswith("https") for address in asked):
        yield _trust(patient, settings)
    yield _clock(patient, settings)


def _host(patient: Patient, settings: Settings, who: str, address: str, reply: Reply[Any]) -> Iterator[Finding]:
    shown = patient.names.address(address)
    facts: dict[str, Any] = {"address": shown}
    if patient.world:
        text = f"the embedded emulator, in this process: {patient.world}"
        yield Finding(State.OK, who, text, facts={**facts, "emulator": True})
        return
    way = _way(patient, settings, address)
    facts |= {"proxy": way, "emulator": False}
    sight = patient.sight(address)
    text = f"{shown}, {'reached directly' if way is None else f'by the proxy {way}'}"
    if sight is None:
        yield _silent(patient, who, text, reply, facts)
        return
    facts |= {"status": sight.status, "seconds": round(sight.took, 3)}
    yield _answering(patient, who, f"{text}; answers in {sight.took:.2f} s", reply, facts)
    if address.startswith("https"):
        yield _tls(patient, who, sight)


def _way(patient: Patient, settings: Settings, address: str) -> str | None:
    """The proxy on the way, by its variable and never with a password; None where there is none."""
    proxy = settings.proxies.of(address)
    return None if proxy is None else patient.names.proxy(proxy)


def _silent(patient: Patient, who: str, text: str, reply: Reply[Any], facts: dict[str, Any]) -> Finding:
    if isinstance(reply.error, ApiError):  # of IAM, which is asked for a token first
        return Finding(State.UNKNOWN, who, f"{text}; not asked, as IAM gave no token", "See IAM, and Who asks.", facts)
    advice = "See docs/settings.md, When nothing comes back: address, name service, proxy, firewall."
    return Finding(State.FAILED, who, f"{text}; no answer: {patient.said(reply.error)}", advice, facts)


def _answering(patient: Patient, who: str, text: str, reply: Reply[Any], facts: dict[str, Any]) -> Finding:
    error = reply.error
    if isinstance(error, ApiError) and is_unserved(type(error), error.status):
        advice = "Check endpoint and region; IAM is not the same address as ModelArts."
        return Finding(State.FAILED, who, f"{text}, and serves nothing there: {patient.said(error)}", advice, facts)
    if isinstance(error, TransportError):
        advice = "Check the address, and that no portal or proxy answers in its place."
        return Finding(State.FAILED, who, f"{text}, and not as a service does: {patient.said(error)}", advice, facts)
    return Finding(State.OK, who, text, facts=facts)


def _tls(patient: Patient, who: str, sight: Sight) -> Finding:
    subject, tls = f"TLS of {who}", sight.tls
    if tls is None:
        return Finding(State.UNKNOWN, subject, "nothing was seen of it", "Ask again, without what stands between.")
    issuer = tls.issuer if tls.by_public_authority else patient.names.of("authority", tls.issuer)
    left = tls.expires - patient.clock.time()
    text = f"{tls.version}, certificate of {issuer} until {_day(tls)}"
    facts = {"version": tls.version, "issuer": issuer, "expires": _day(tls), "public": tls.by_public_authority}
    if left < SOON:
        advice = "Tell whoever looks after the certificate, or set the clock of this machine."
        return Finding(State.WARNING, subject, f"{text}, which is in {left / 86400:.0f} days", advice, facts)
    if not tls.by_public_authority:
        text += ", an authority of somebody's own: something between here and the service may open connections"
    return Finding(State.OK, subject, text, facts=facts)


def _day(tls: Tls) -> str:
    return datetime.fromtimestamp(tls.expires, UTC).strftime("%Y-%m-%d")


def _trust(patient: Patient, settings: Settings) -> Finding:
    trust = settings.trust
    if trust is None:
        text = "those of this machine, and those that Python's HTTP library brings"
        return Finding(State.OK, "authorities believed", text, facts={"source": None})
    place = patient.given.place(trust.key, patient.names)
    text = f"those of {patient.names.path(trust.path)} ({place}), and no others"
    return Finding(State.OK, "authorities believed", text, facts={"source": place})


def _clock(patient: Patient, settings: Settings) -> Finding:
    sights = map(patient.sight, (settings.endpoint, settings.iam_endpoint))
    ahead = next((sight.ahead for sight in sights if sight is not None and sight.ahead is not None), None)
    if ahead is None:
        return Finding(State.UNKNOWN, "clock", "no answer has a date", "Compare the clock of this machine by hand.")
    # A date has no fractions of a second.
    off = 0.0 if -1.5 < ahead < 1.0 else -ahead  # noqa: PLR2004 - as the line above says
    which = "ahead of" if off > 0 else "behind"
    text = f"{abs(off):.0f} s {which} the service's" if off else "agrees with the service's"
    facts = {"seconds_ahead": round(off)}
    if abs(off) < SOME_SKEW:
        return Finding(State.OK, "clock", text, facts=facts)
    if abs(off) < MOST_SKEW or not isinstance(settings.credentials, AccessKey):
        return Finding(State.WARNING, "clock", text, CORRECT_CLOCK, facts)
    return Finding(State.FAILED, "clock", f"{text}: signatures are refused from 15 minutes on", CORRECT_CLOCK, facts)

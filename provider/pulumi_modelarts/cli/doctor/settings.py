"""Settings, and where each is from. Secrets are not shown, in whatever form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.choices import NUMBERS, SWITCHES, without_effect
from pulumi_modelarts.api.credentials import ACCESS_KEY, PASSPHRASE, PUBLIC_PASSPHRASE, readable, unneeded
from pulumi_modelarts.api.settings import EMULATOR
from pulumi_modelarts.api.sources import CREDENTIAL_PARTS, CREDENTIALS, KEYS, OWN, shortened
from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.doctor.report import Finding, State
from pulumi_modelarts.cli.names import SHORTEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.sources import Sources
    from pulumi_modelarts.cli.doctor.patient import Patient

SECRET: Final = frozenset({"access key", "secret key", "security token", "token", "password"})
NAMED: Final = {"project id": "project", "user name": "user", "domain name": "domain", "workspace id": "workspace"}
ADDRESSES: Final = frozenset({"endpoint", "IAM endpoint"})
PLAIN: Final = frozenset({"region", "emulator clock", *SWITCHES, *NUMBERS})
"""What is nobody's own. Whatever stands in none of these is taken for the path of a file."""
NOBODYS: Final = frozenset({"0", EMULATOR})
"""Values that are no name of anything of somebody's own."""


def look(patient: Patient) -> Iterator[Finding]:
    """The stack, then every setting that is set, missing, wrong or without effect."""
    yield from _stack(patient)
    for what in KEYS:
        yield from _setting(patient, _counting(patient, what), what)
    yield from _credentials(patient)
    yield from _misplaced(patient)
    yield from _addresses(patient, patient.settings)
    yield from _aside(patient)
    for text in without_effect(patient.given.keys):
        key, _, rest = text.partition(" ")
        yield Finding(State.WARNING, patient.names.foreign(key), rest.partition(".")[0], "Remove it.")


def _counting(patient: Patient, what: str) -> Sources:
    """The sources that count for a setting: beside the emulator those of this package alone, where it has one."""
    return patient.sources.own() if _is_emulated(patient) and KEYS[what][0].startswith(OWN) else patient.sources


def _is_emulated(patient: Patient) -> bool:
    return patient.sources.own().find("endpoint") == EMULATOR


def _stack(patient: Patient) -> Iterator[Finding]:
    stack, names = patient.given.stack, patient.names
    if stack is None:
        return
    shown = names.of("stack", stack.stack)
    if stack.problem:
        text = stack.problem.replace(f".{stack.stack}.", f".{shown}.")
        yield Finding(State.FAILED, "stack", text, "Correct the file; nothing else is known of its settings.")
        return
    yield Finding(State.OK, "stack", f"{shown}, {number_of(len(stack.places), 'setting')}", facts={"stack": shown})
    if stack.unread:
        text = "it has environments of Pulumi ESC, which are not read: they may set more than is seen here"
        yield Finding(State.UNKNOWN, "stack", text, "Set what they bring in the environment of this command.")


def _setting(patient: Patient, sources: Sources, what: str) -> Iterator[Finding]:
    keys = sources.keys_of(what)
    wrong = [key for key in KEYS[what] if key in sources.unusable]
    encrypted = patient.given.encrypted(KEYS[what])
    if encrypted is not None:
        yield _encrypted(patient, what, encrypted, keys)
    if wrong:
        yield from (_wrong(patient, sources, what, key) for key in wrong)
    elif keys:
        yield _set(patient, sources, what, keys)
    elif what in sources.missing and encrypted is None:
        yield Finding(State.FAILED, what, "missing", _how_to_set(patient, what), {"source": None, "value": None})


def _how_to_set(patient: Patient, *whats: str) -> str:
    """How to set what is missing, for whoever runs this command as they have."""
    variables = " and ".join(_variable(what) for what in whats)
    if patient.given.stack is None:
        return f"Set {variables}, or name a stack that has it with --stack."
    commands = " and ".join(f"`pulumi config set {'--secret ' * (w in SECRET)}{KEYS[w][0]}`" for w in whats)
    return f"Set it in the stack ({commands}), or {variables}."


def _variable(what: str) -> str:
    """The environment variable for a setting; empty where there is none."""
    return next((key for key in KEYS[what] if ":" not in key), "")


def _credentials(patient: Patient) -> Iterator[Finding]:
    """What to do where there are no credentials at all, not even encrypted ones."""
    missing = patient.sources.missing
    if CREDENTIALS in missing and not any(patient.given.encrypted(KEYS[part]) for part in CREDENTIAL_PARTS):
        advice = f"{_how_to_set(patient, *ACCESS_KEY)} A token, or a user with a password, does too: docs/settings.md."
        yield Finding(State.FAILED, CREDENTIALS, "missing", advice, {"source": None, "value": None})


def _misplaced(patient: Patient) -> Iterator[Finding]:
    """What is wrong with keys that are no setting of ours: misspelt ones, and variables of proxies."""
    ours = {key for keys in KEYS.values() for key in keys}
    for key, reason in patient.sources.unusable.items():
        if key not in ours:
            place = patient.given.place(key, patient.names)
            found, _, advice = patient.names.foreign(reason).partition(". ")
            advice = advice or "Correct it, or take it away."
            yield Finding(State.FAILED, place, found, advice, {"source": place, "value": None})


def _set(patient: Patient, sources: Sources, what: str, keys: tuple[str, ...]) -> Finding:
    places = [patient.given.place(key, patient.names) for key in keys]
    shown = _shown(patient, what, sources.find(what) or "")
    text = f"{'set, not shown' if shown is None else shown} ({places[0]})"
    if places[1:]:
        text += f"; {', '.join(places[1:])} set too, without effect"
    facts = {"source": places[0], "value": shown, "without_effect": places[1:]}
    if what in SECRET and patient.given.is_in_file(keys[0]):
        text += ", where anybody can read it who reads the file"
        advice = f"Get a new one, and encrypt that: pulumi config set --secret {keys[0]}"
        return Finding(State.WARNING, what, text, advice, facts)
    return Finding(State.OK, what, text, facts=facts)


def _shown(patient: Patient, what: str, value: str) -> str | None:
    """A value, as it may be shown; None for one that may not."""
    names = patient.names
    if what in SECRET:
        return None
    if value in NOBODYS:
        return value
    if what in NAMED:
        return names.of(NAMED[what], value)
    if what in ADDRESSES:
        return names.address(value)
    return value if what in PLAIN else names.path(value)


def _wrong(patient: Patient, sources: Sources, what: str, key: str) -> Finding:
    reason, value = sources.unusable[key], sources.find(what) or ""
    if not patient.names.shown:
        reason = reason.replace(shortened(value), "its value")
        reason = reason.replace(value, "its value") if len(value) >= SHORTEST else reason
    return _refused(patient, what, key, reason)


def _refused(patient: Patient, what: str, key: str, reason: str) -> Finding:
    """What is wrong with a key, and what the reason says to do about it."""
    place = patient.given.place(key, patient.names)
    found, _, advice = patient.names.foreign(reason).partition(". ")
    facts = {"source": place, "value": None}
    return Finding(State.FAILED, what, f"{place}: {found}", advice or f"Correct {place}.", facts)


def _encrypted(patient: Patient, what: str, key: str, keys: tuple[str, ...]) -> Finding:
    """What a value that cannot be read leads to. Its stack may well work: only this command has no passphrase."""
    if reason := _why_refused(patient, what, key):
        return _refused(patient, what, key, reason)
    place = patient.given.place(key, patient.names)
    facts = {"source": place, "value": None, "encrypted": True}
    if keys:
        instead = patient.given.place(keys[0], patient.names)
        text = f"encrypted ({place}), which is not read; {instead} stands in its place"
        return Finding(State.UNKNOWN, what, text, "Make sure that both are the same.", facts)
    text = f"encrypted ({place}), which is not read, and nothing stands in its place"
    needed = what in patient.sources.missing or CREDENTIALS in patient.sources.missing
    variable = _variable(what)
    advice = f"Set {variable} for this command." if variable else f"Set it plainly: pulumi config set {KEYS[what][0]}"
    return Finding(State.FAILED if needed else State.UNKNOWN, what, text, advice, facts)


def _why_refused(patient: Patient, what: str, key: str) -> str:
    """Why runs refuse a credential that is encrypted, which can be told without reading it; empty where they do not."""
    if what not in CREDENTIAL_PARTS:
        return ""
    if _is_emulated(patient) and patient.given.endpoint is None:
        return unneeded(key)
    return readable(key) if patient.given.environ.get(PASSPHRASE) == PUBLIC_PASSPHRASE else ""


def _addresses(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Addresses that no setting names."""
    if settings is None or settings.emulator_file is not None:
        return
    for what, address in (("endpoint", settings.endpoint), ("IAM endpoint", settings.iam_endpoint)):
        if not patient.sources.keys_of(what):
            shown = patient.names.address(address)
            yield Finding(State.OK, what, f"{shown} (made from the region)", facts={"source": None, "value": shown})


def _aside(patient: Patient) -> Iterator[Finding]:
    """What is set for a real account and does not count beside the emulator."""
    set_at_all = ((what, key) for what in KEYS for key in patient.sources.keys_of(what))
    aside = [key for what, key in set_at_all if key not in _counting(patient, what).keys_of(what)]
    if aside:
        text = f"{', '.join(aside)} set, without effect beside the emulator"
        yield Finding(State.OK, "other settings", text, facts={"without_effect": aside})

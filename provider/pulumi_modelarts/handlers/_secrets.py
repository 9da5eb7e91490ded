"""The door through which nothing secret leaves: whatever a call says or returns passes here.

The engine shows a dynamic provider every value in plain, and marks what comes back under an input's own name as secret
by itself. Everything else is up to the provider. The resource passes the names of its secret inputs on (`secrets`);
plans say of those that they change and not how. What could still carry a value is looked after here: text that repeats
it, be it the service's own, and outputs that tell the same thing under another name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pulumi import dynamic

from pulumi_modelarts.api.masking import forms
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.paths import Paths, written
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pulumi_modelarts.specs._declaration import Declaration
    from pulumi_modelarts.specs.paths import Steps

P = ParamSpec("P")
R = TypeVar("R")

NAMES = "secrets"
"""The input in which a resource passes on which others are secret."""

_ENVELOPE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""What marks a value as secret on the wire (Pulumi's own constants); the other key is `value`."""

_TELLING = {"nodeCounts": ("flavors", "nodePools"), "nodeStates": ("flavors", "nodePools"), "driverStatus": ("driver",)}
"""Outputs that tell what inputs of other names do."""

_PLACEHOLDER = "[secret]"
_LONG = 4
"""Letters from which on a secret text is taken out of the middle of a word too."""


@dataclass(frozen=True)
class Secrets:
    """What is secret in one call.

    Attributes:
        paths: The inputs.
        values: Their values, as a text would repeat them.
    """

    paths: Paths
    values: frozenset[str]

    @classmethod
    def among(cls, bags: Iterable[Mapping[str, Any]]) -> Secrets:
        """Finds what is secret among the properties of a call: what any of them names is so in all."""
        bags = list(bags)
        paths = Paths.of(path for bag in bags for path in _names(bag))
        found = (value for bag in bags for steps in paths.every for value in _values(_at(bag, steps)))
        return cls(paths, frozenset(found))

    def hide(self, text: str) -> str:
        """Returns a text with every secret value taken out."""
        for value in sorted(self.values, key=len, reverse=True):
            text = re.sub(_as_written(value), _PLACEHOLDER, text)
        return text

    def seal(self, outs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns outputs in which the secret ones, and those that tell the same, are marked for the engine."""
        sealed = dict(outs)
        for steps in self.paths.every:
            _seal(sealed, steps)
        for output, inputs in _TELLING.items():
            if any(self.paths.touch(name) for name in inputs):
                _seal(sealed, (output,))
        return sealed


_NONE = Secrets(Paths(), frozenset())
_current: ContextVar[Secrets] = ContextVar("secrets", default=_NONE)


def current() -> Secrets:
    """Returns what is secret in the call that is being handled."""
    return _current.get()


def keeping(handler: Callable[P, R]) -> Callable[P, R]:
    """Lets nothing secret out of a handler: not by what it says meanwhile, not by what it returns, not by an error."""

    @wraps(handler)
    def handle(*args: P.args, **kwargs: P.kwargs) -> R:
        bags = [arg for arg in args if isinstance(arg, Mapping)]
        secrets = Secrets.among(bags)
        before = _current.set(secrets)
        try:
            answer = handler(*args, **kwargs)
        except Exception as error:
            if (text := secrets.hide(str(error))) != str(error):
                error.args = (text,)
            raise
        finally:
            _current.reset(before)
        _close(answer, secrets, Secrets.among(bags[-1:]))
        return answer

    return handle


def refused(spec: type[Declaration], props: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Returns a problem for each secret input that says which object is meant: that is plain in every state."""
    found = [steps for steps in Paths.of(_names(props)).every if _says_which(steps, spec.identities)]
    return tuple(Problem(property_path(steps), _why_refused(steps)) for steps in sorted(found))


def names_to_record(olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, list[str]]:
    """Returns which inputs are recorded as secret: what the program says, and what it leaves alone as it was."""
    alone = Paths.of(news.get("ignored") or ())
    kept = [written(steps) for steps in Paths.of(_names(olds)).every if alone.cover(*steps)]
    names = sorted({*_names(news), *kept})
    return {NAMES: names} if names else {}


def _names(props: Mapping[str, Any]) -> list[str]:
    """Returns the names of secret inputs that properties carry; none where they are not known."""
    names = props.get(NAMES)
    return [name for name in names if isinstance(name, str)] if isinstance(names, (list, tuple)) else []


def _says_which(steps: Steps, identities: Iterable[Steps]) -> bool:
    """Returns whether a secret covers something that says which object is meant."""
    secret = Paths(frozenset({steps}))
    return any(secret.cover(*place) for place in identities)


def _why_refused(steps: Steps) -> str:
    reason = "cannot be kept secret: names are plain in every state. "
    if steps[0] in {"flavors", "nodePools"}:
        reason += "Make its counts secret one by one, or wrap it"
    else:
        reason += "Wrap it"
    return f"{reason} in pulumi.Output.unsecret(…)"


def _close(answer: object, secrets: Secrets, declared: Secrets) -> None:
    """Takes secrets out of an answer.

    Args:
        answer: What a handler answers.
        secrets: Everything secret.
        declared: What is secret of the properties that the answer echoes: what is so no more need not be sealed.
    """
    if isinstance(answer, dynamic.CheckResult):
        answer.failures = [
            dynamic.CheckFailure(failure.property, secrets.hide(failure.reason)) for failure in answer.failures or ()
        ]
    elif isinstance(answer, (dynamic.CreateResult, dynamic.UpdateResult, dynamic.ReadResult)) and answer.outs:
        answer.outs = declared.seal(answer.outs)


def _at(bag: Any, steps: Steps) -> Any:
    for step in steps:
        bag = bag.get(step) if isinstance(bag, Mapping) else None
    return bag


def _values(value: object) -> Iterator[str]:
    """Yields what a text would repeat of a value."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _values(inner)
    elif isinstance(value, str) and value:
        yield from {repr(value)[1:-1], *forms(value)}
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(int(value)) if float(value).is_integer() else str(value)


def _as_written(value: str) -> str:
    """Returns what matches a value where it stands for itself."""
    if len(value) >= _LONG and not value.isdigit():
        return re.escape(value)
    return rf"(?<![\w.-]){re.escape(value)}(?![\w-]|\.\w)"


def _seal(outs: dict[str, Any], steps: Steps) -> None:
    """Puts what is there into the envelope; outer maps are copied on the way."""
    first, *rest = steps
    value = outs.get(first)
    if value is None or (isinstance(value, Mapping) and _ENVELOPE.keys() <= value.keys()):
        return
    if rest and isinstance(value, Mapping):
        inner = dict(value)
        _seal(inner, tuple(rest))
        outs[first] = inner
    else:
        outs[first] = {**_ENVELOPE, "value": value}

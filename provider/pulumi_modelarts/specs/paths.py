"""Property paths: which inputs a program speaks of when it ignores some, or keeps some secret.

A path is what Pulumi writes: `nodePools.gold.count`, `flavors["modelarts.vm.cpu.4ud"]`, `nodes[0]`, and `*` for
whatever stands in its place. Nothing is imported here, since a program loads this module too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "*"
Steps = tuple[str, ...]

_UNDERSCORE = re.compile(r"(?<=[A-Za-z0-9])_([A-Za-z0-9])")
_STEP = re.compile(r"\.?(?P<name>[^.\[\]\"]+)|\[(?P<index>\d+|\*)\]|\[\"(?P<quoted>(?:[^\"\\]|\\.)*)\"\]")


def steps_of(path: str) -> Steps:
    """Returns the steps of a path.

    Raises:
        ValueError: It cannot be read.
    """
    steps: list[str] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or (at == 0 and path[0] == "."):
            raise ValueError(f"{path!r} is not a property path")
        quoted = found["quoted"]
        steps.append(found["name"] or found["index"] or re.sub(r"\\(.)", r"\1", quoted or ""))
        at = found.end()
    if not steps:
        raise ValueError("an empty text is not a property path")
    return tuple(steps)


def written(steps: Iterable[str]) -> str:
    """Returns steps as Pulumi writes and reads them: `nodePools.gold.azs["cn-north-7c"]`."""
    text = ""
    for step in steps:
        if step.isidentifier() or step == ANY:
            text += f".{step}" if text else step
        else:
            text += quoted(step)
    return text


def quoted(key: str) -> str:
    """Returns a key that is no plain name, as it stands in a path: `["cn-north-7c"]`."""
    return '["{}"]'.format(key.replace("\\", "\\\\").replace('"', '\\"'))


def property_name(argument: str) -> str:
    """Returns an argument's name as a property's: `gpu_version` is `gpuVersion`."""
    return _UNDERSCORE.sub(lambda hump: hump[1].upper(), argument)


@dataclass(frozen=True)
class Paths:
    """Some paths, and the question which places they are about.

    Attributes:
        every: The paths, as steps.
    """

    every: frozenset[Steps] = frozenset()

    @classmethod
    def of(cls, paths: Iterable[str]) -> Paths:
        """Reads paths; what is none is about nothing, as it is for the engine."""
        found: set[Steps] = set()
        for path in paths:
            try:
                found.add(steps_of(path))
            except ValueError:
                continue
        return cls(frozenset(found))

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.every)

    @property
    def everything(self) -> bool:
        """Whether all there is is named."""
        return (ANY,) in self.every

    def cover(self, *place: str) -> bool:
        """Returns whether a place, or something it is in, is named."""
        return any(len(path) <= len(place) and _alike(path, place) for path in self.every)

    def touch(self, *place: str) -> bool:
        """Returns whether a place, something it is in, or something in it is named."""
        return any(_alike(path, place) for path in self.every)

    def name(self, key: str) -> bool:
        """Returns whether a key with plain dots, as in `flavors.modelarts.vm.cpu.4ud`, is named, or something in it.

        A dot in a name cannot be told from one between names, so that this may say yes too often, never too seldom.
        """
        return any(
            re.match(_pattern(path), key) or re.match(re.escape(key) + r"(\.|$)", ".".join(path)) for path in self.every
        )


def _pattern(path: Steps) -> str:
    """Returns what matches the keys of a path and of whatever is in it."""
    return r"\.".join(".+" if step == ANY else re.escape(step) for step in path) + r"(\.|$)"


def _alike(path: Steps, place: Steps) -> bool:
    """Returns whether two paths agree as far as both go."""
    return all(step == there or ANY in {step, there} for step, there in zip(path, place, strict=False))


def reset(new: Mapping[str, Any], old: Mapping[str, Any], paths: Paths, place: Steps = ()) -> dict[str, Any]:
    """Returns new values with the old ones wherever a path leads, as the engine does for what a program ignores.

    Args:
        new: Values; nested maps are gone through, anything else is one value.
        old: What they were.
        paths: Where the old ones hold; what was not there is taken out.
        place: Where these values are.
    """
    kept: dict[str, Any] = {}
    for key in {**old, **new}:
        here = (*place, key)
        before, after = old.get(key), new.get(key)
        if paths.cover(*here):
            kept |= {key: before} if key in old else {}
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            kept[key] = reset(after, before, paths, here)
        elif key in new:
            kept[key] = after
    return kept

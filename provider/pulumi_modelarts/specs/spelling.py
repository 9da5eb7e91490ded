"""The program's spelling of inputs, in text for people: `node_pools["gold"].azs["cn-north-7c"]`, `driver.gpu_version`.

State, plan and the engine know inputs by camelCase property names, a program by snake_case arguments. What is compared
with the engine's own paths stays in its spelling; it is turned into the program's here, where a text is made.
"""

from __future__ import annotations

import re

from pulumi_modelarts.specs.paths import Steps, property_name, quoted, steps_of

Path = tuple[str | int, ...]

MAPS = frozenset({"pools", "flavors", "node_pools", "azs", "labels", "tags", "after", "changes", "moves", "keepers"})
"""Inputs that are maps, by their arguments: what follows one of them is a key that somebody has chosen, not a name."""

_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z]")
_NODE_POOL = re.compile(r"nodePools\.(.+?)(?:\.azs\.([^.]+))?", flags=re.DOTALL)


def argument(name: str) -> str:
    """Returns a property's name as an argument's: `gpuVersion` is `gpu_version`."""
    return _HUMP.sub(lambda hump: f"_{hump[0].lower()}", name)


def property_path(path: Path) -> str:
    """Returns where an input is, as a program would write it: `flavors["modelarts.vm.cpu.4ud"]`, `nodes[1]`.

    Args:
        path: Property names, keys of maps, and indices, from the outside in.
    """
    text, keyed = "", False
    for step in path:
        if keyed or not (isinstance(step, str) and step.isidentifier()):
            text += f"[{step}]" if not keyed and str(step).isdecimal() else quoted(str(step))
            keyed = False
        else:
            name = argument(step)
            text += f".{name}" if text else name
            keyed = name in MAPS
    return text


def property_steps(path: str) -> Steps:
    """Returns the property names, keys and indices of a path in the program's spelling: what `property_path` was given.

    Raises:
        ValueError: It is no such path.
    """
    steps: list[str] = []
    keyed = False
    for step in steps_of(path):
        steps.append(step if keyed else property_name(step))
        keyed = not keyed and step in MAPS
    return tuple(steps)


def spoken(key: str) -> str:
    """Returns a key of the `changes` map as a message says it; a key of the `moves` map, which is a node, as it is.

    Ids, names of node pools and zones in it stay as they are, dots included.
    """
    group, _, name = key.partition(".")
    if group in {"nodes", "arrivals"}:
        return f"node {name}"
    if group == "flavors":
        return property_path((group, name))
    if node_pool := node_pool_of(key):
        name, zone = node_pool
        return property_path((group, name, "azs", zone) if zone else (group, name))
    return argument(key)


def node_pool_of(key: str) -> tuple[str, str] | None:
    """Returns the node pool and the zone that a key of the `changes` map names, "" for no zone; None for another key.

    Dots in the name of a node pool are its own.
    """
    found = _NODE_POOL.fullmatch(key)
    return (found[1], found[2] or "") if found else None

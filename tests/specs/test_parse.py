"""Parsing at the door: one canonical form, unknown values kept in their places, everything wrong told at once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.specs._spec import (
    Computed,
    Parsed,
    Problem,
    Replaces,
    fields_marked,
    input_names,
    parse,
)
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from tests.plans.strategies import specs

POOL = "auto-pool-os-86c13962597848eeb29c5861153a391f"


class Unknown:
    """Stands for a value that is not known yet."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown()

zones = st.dictionaries(st.sampled_from(["z1", "z2"]), st.just(2.0), min_size=1)
programs = st.fixed_dictionaries(
    {"poolName": st.just(POOL)},
    optional={
        "flavors": st.dictionaries(st.sampled_from(["a.b", "c"]), st.integers(0, 9).map(float), min_size=1),
        "nodePools": st.dictionaries(
            st.sampled_from(["gold", "silver"]),
            st.fixed_dictionaries(
                {
                    "flavor": st.just("a.b"),
                    "azs": st.dictionaries(st.sampled_from(["z1", "z2"]), st.just(2.0), min_size=1),
                }
            )
            | st.fixed_dictionaries({"flavor": st.just("a.b"), "count": st.just(2.0), "azs": st.just({})}),
            min_size=1,
        ),
        "driver": st.fixed_dictionaries(
            {"gpuVersion": st.just("515")}, optional={"updateStrategy": st.sampled_from(["idle", "force"])}
        ),
        "scope": st.lists(st.sampled_from(["Train", "Infer", "Notebook"]), min_size=1),
        "jobFlavors": st.lists(st.sampled_from(["b", "a"])),
        "description": st.sampled_from(["", "text"]),
        "maxScaleIn": st.sampled_from([0.0, 2.0]),
        "maxGrowth": st.sampled_from([None, 2.0]),
        "onRunningJobs": st.sampled_from(["wait", "fail"]),
        "ignoreCountDrift": st.booleans(),
        "after": st.dictionaries(st.sampled_from(["n2", "n1"]), st.just(POOL)),
    },
)


class TestCanonicalForm:
    @given(programs)
    def test_is_reached_in_one_step(self, raw: dict[str, Any]) -> None:
        """Parsing what parsing made changes nothing."""
        once = _parsed(raw)

        assert once.problems == ()
        assert _parsed(once.inputs) == once

    @given(specs())
    def test_gives_the_same_declaration_back(self, spec: ResourcePoolSpec) -> None:
        """A declaration survives being recorded."""
        assert _parsed(spec.to_inputs()) == Parsed(spec, spec.to_inputs(), ())

    def test_sorts_and_drops_what_goes_without_saying(self) -> None:
        """Order, repetition, floats and defaults do not make a difference."""
        raw = {
            "poolName": POOL,
            "flavors": {"b": 3.0, "a": 0.0},
            "nodePools": {"gold": {"flavor": "a", "count": 2.0, "azs": {}}},
            "driver": {"gpuVersion": "515", "npuVersion": None, "updateStrategy": "idle"},
            "scope": ["Train", "Infer", "Train"],
            "jobFlavors": ["b", "a", "b"],
            "description": "",
            "maxScaleIn": 0.0,
            "maxGrowth": None,
            "onRunningJobs": "wait",
            "ignoreCountDrift": False,
            "after": {},
        }

        assert _parsed(raw).inputs == {
            "poolName": POOL,
            "flavors": {"a": 0, "b": 3},
            "nodePools": {"gold": {"flavor": "a", "count": 2}},
            "driver": {"gpuVersion": "515"},
            "scope": ["Infer", "Train"],
            "jobFlavors": ["a", "b"],
            "description": "",
        }


class TestUnknownValues:
    @given(programs, st.data())
    def test_anywhere_keep_everything_else_canonical(self, raw: dict[str, Any], data: st.DataObject) -> None:
        """With any values unknown there is no complaint, and all others are as they will be when those are known."""
        hidden = data.draw(st.lists(st.sampled_from(_places(raw)), min_size=1, unique=True))
        partly, listed = raw, []
        for path in hidden:
            partly, place = _hide(partly, path)
            listed.append(place)

        parsed = _parsed(partly)

        assert (parsed.spec, parsed.problems) == (None, ())
        assert _find(parsed.inputs) == set(listed) - {each for each in listed if _inside_another(each, listed)}
        known = _parsed(raw).inputs
        assert _matches(parsed.inputs, known)

    @given(programs, st.data())
    def test_come_out_as_they_went_in(self, raw: dict[str, Any], data: st.DataObject) -> None:
        """Inputs with unknown values are in canonical form themselves."""
        partly, _ = _hide(raw, data.draw(st.sampled_from(_places(raw))))
        once = _parsed(partly)

        assert _parsed(once.inputs) == once

    def test_do_not_hide_what_is_wrong_elsewhere(self) -> None:
        """Known values are checked although others are unknown."""
        raw = {"poolName": UNKNOWN, "flavors": {"a": UNKNOWN, "b": -1.0}, "driver": {"gpuVersion": UNKNOWN}}

        assert _parsed(raw).problems == (Problem('flavors["b"]', "must be a whole number of 0 or more, got -1"),)

    def test_do_not_count_as_missing(self) -> None:
        """Neither a required input, nor a version, nor a count is missing while it is unknown."""
        raw = {
            "poolName": UNKNOWN,
            "flavors": {"a": UNKNOWN},
            "nodePools": {"gold": {"flavor": "a", "count": UNKNOWN}, "silver": UNKNOWN},
            "driver": {"npuVersion": UNKNOWN, "updateStrategy": "idle"},
            "scope": ["Train", UNKNOWN],
        }

        assert _parsed(raw) == Parsed(
            None,
            {
                "poolName": UNKNOWN,
                "flavors": {"a": UNKNOWN},
                "nodePools": {"gold": {"flavor": "a", "count": UNKNOWN}, "silver": UNKNOWN},
                "driver": {"npuVersion": UNKNOWN},
                "scope": UNKNOWN,
            },
            (),
        )


class TestMarks:
    def test_name_inputs_as_the_state_has_them(self) -> None:
        """Another pool replaces, the map of changes is computed, and all names are camelCase."""
        assert fields_marked(ResourcePoolSpec, Replaces) == {"poolName"}
        assert fields_marked(ResourcePoolSpec, Computed) == {"changes"}
        assert input_names(ResourcePoolSpec) == {
            "poolName",
            "name",
            "network",
            "workspaceId",
            "prefix",
            "tags",
            "arrivals",
            "fleet",
            "flavors",
            "nodePools",
            "driver",
            "scope",
            "jobFlavors",
            "description",
            "maxScaleIn",
            "maxGrowth",
            "onRunningJobs",
            "ignoreCountDrift",
            "takeOver",
            "organization",
            "after",
            "changes",
            "ignored",
            "secrets",
        }


def _parsed(raw: dict[str, Any]) -> Parsed[ResourcePoolSpec]:
    return parse(ResourcePoolSpec, raw, lambda value: value is UNKNOWN)


def _places(value: dict[str, Any], path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Returns the paths of all values, list elements included."""
    found: list[tuple[str | int, ...]] = []
    for key, item in value.items():
        here = (*path, key)
        found.append(here)
        if isinstance(item, dict):
            found += _places(item, here)
        elif isinstance(item, list):
            found += [(*here, index) for index in range(len(item))]
    return found


def _hide(value: Any, path: tuple[str | int, ...]) -> tuple[Any, tuple[str | int, ...]]:
    """Returns a copy with one value unknown, and the path at which that is to be found afterwards."""
    if value is UNKNOWN:
        return value, ()
    if not path:
        return UNKNOWN, ()
    step, *rest = path
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[step], below = _hide(value[step], tuple(rest))  # type: ignore[index]  # a path of this value
    return copy, () if isinstance(value, list) else (step, *below)


def _find(value: dict[str, Any], path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found: set[tuple[str | int, ...]] = set()
    for key, item in value.items():
        if item is UNKNOWN:
            found.add((*path, key))
        elif isinstance(item, dict):
            found |= _find(item, (*path, key))
    return found


def _inside_another(path: tuple[str | int, ...], others: list[tuple[str | int, ...]]) -> bool:
    return any(path != other and path[: len(other)] == other for other in others)


def _matches(partly: dict[str, Any], known: dict[str, Any]) -> bool:
    """Tells whether all known values of `partly` are those of `known`, and none of those is missing."""
    for key, value in partly.items():
        if value is UNKNOWN:
            continue
        if isinstance(value, dict) and _find(value):
            if not _matches(value, known.get(key, {})):
                return False
        elif key not in known or value != known[key]:
            return False
    return known.keys() <= partly.keys()

"""Rules that cannot be: each is refused when it is armed, with what would be possible."""

from typing import Any

import pytest

from modelarts_emulator import Emulator, Fault, Outcome, Throttle
from modelarts_emulator.service.urls import OPERATIONS
from modelarts_emulator.trouble.endings import DECIDED_BY
from tests.emulator.wire import Wire, error

SLOW = Throttle(rate=1)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("patchPools", status=500), r"unknown operation 'patchPools': use one of \*, batchCreatePoolTags, .*"),
        (Fault("patchPool", {"node": "a"}, status=500), "patchPool cannot be matched by 'node': use pool, project"),
        (Fault("*", {"name": "a"}, status=500), "cannot be matched by 'name': use job, .*, pool, project"),
        (Fault("keystoneListProjects", {"pool": "a"}, status=500), "by 'pool': it has no path parameters"),
        (Fault("patchPool"), "needs one of status, body, latency, drop, cut_json, outcome, throttle"),
        (Fault("patchPool", status=500, times=0), "times must be at least 1"),
        (Fault("patchPool", status=500, times=10**30), "times and after must be at most 1000000000"),
        (Fault("patchPool", status=500, after=-1), "after at least 0"),
        (Fault("patchPool", status=500, starts_in=-1), "starts_in must be at least 0 and lasts above 0"),
        (Fault("patchPool", status=500, lasts=0), "starts_in must be at least 0 and lasts above 0"),
        (Fault("patchPool", latency=-1), "latency, retry_after and keep must be at least 0"),
        (Fault("patchPool", status=200), "status 200 is no error: use one from 400 to 599"),
        (
            Fault("patchPool", status=204, body={}),
            "status 204 has no body of JSON: use one from 200 to 203, 206 to 299",
        ),
        (Fault("patchPool", body={1, 2}), "is nothing that JSON can say: it would arrive as"),
        (Fault("patchPool", body=object()), "is nothing that JSON can say: Unable to serialize"),
        (Fault("patchPool", body={}, outcome=Outcome(nodes=1)), "arm outcome and body as two faults"),
        (Fault("patchPool", drop="reset", retry_after=1), "retry_after is a header of an error: it needs a status"),
        (Fault("patchPool", drop="reset", keep=1), "it needs drop truncate or stall, or cut_json"),
        (Fault("patchPool", status=500, outcome=Outcome(nodes=1)), "arm outcome and status as two faults"),
        (Fault("patchPool", throttle=SLOW, latency=1), "arm throttle and latency as two faults"),
        (Fault("patchPool", throttle=SLOW, outcome=Outcome(nodes=1)), "arm outcome and throttle as two faults"),
        (Fault("listPools", throttle=Throttle(rate=0)), "throttle.rate must be above 0"),
        (Fault("listPools", throttle=Throttle(rate=1, burst=0)), "throttle.burst at least 1"),
        (Fault("listPools", throttle=SLOW, times=2), "leave times out"),
        (Fault("listPools", throttle=SLOW, when="after"), "leave when out"),
    ],
)
def test_rules_that_could_do_nothing(fault: Fault, reason: str) -> None:
    """A rule that can never fire, or does nothing, is refused when it is armed."""
    with Emulator() as emulator:
        with pytest.raises(ValueError, match=reason):
            emulator.faults.arm(fault)

        assert emulator.faults.armed() == []


@pytest.mark.parametrize(
    ("operation", "outcome", "reason"),
    [
        (
            "listPools",
            Outcome(nodes=1),
            "sets nothing going that has an outcome: createPool, patchPool, deletePool, batch",
        ),
        ("patchPool", Outcome(), "an outcome needs one of nodes, driver, job, order"),
        ("patchPool", Outcome(job="stuck"), "patchPool cannot have an outcome.job: use driver, nodes, order"),
        ("batchMigratePoolNodes", Outcome(order="stuck"), "cannot have an outcome.order: use job, nodes"),
        ("batchLockPoolNodes", Outcome(driver="Abnormal"), "cannot have an outcome.driver: use nodes"),
        ("patchPool", Outcome(nodes=1, driver="Abnormal"), "as a fault of its own"),
        ("patchPool", Outcome(nodes=-1), "outcome.nodes must be at least 0"),
        ("batchDeletePoolNodes", Outcome(nodes=1, others="Abnormal"), "outcome.others and outcome.spec are about an"),
        ("patchPool", Outcome(driver="Abnormal", spec="real"), "outcome.others and outcome.spec are about an order"),
        ("patchPool", Outcome(nodes=1, order="stuck", spec="real"), "a stuck order has no end at which"),
    ],
)
def test_outcomes_that_cannot_be(operation: str, outcome: Outcome, reason: str) -> None:
    """An outcome of something that the operation does not set going is refused."""
    with Emulator() as emulator, pytest.raises(ValueError, match=reason):
        emulator.faults.arm(Fault(operation, outcome=outcome))


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (
            {"operation": "patchPool", "statsu": 500},
            "unknown fields of a fault: statsu; use after, body, code, cut_json,",
        ),
        ({"status": 500}, r"operation is missing: name the one that shall fail, or \* for every one"),
        ("patchPool", "not a fault: 'patchPool'; give an object with after, body, code"),
        (
            {"operation": "patchPool", "outcome": {"node": 1}},
            "not a fault: outcome: node; use driver, job, network, nodes,",
        ),
        (
            {"operation": "patchPool", "outcome": "stuck"},
            "not a fault: outcome takes driver, job, network, nodes, .*, not 'stuck'",
        ),
        ({"operation": "patchPool", "throttle": {"burst": 2}}, "not a fault: throttle needs rate"),
    ],
)
def test_rules_of_another_form(rule: Any, reason: str) -> None:
    """A rule given as plain data with unknown fields is refused with their names, and those that there are."""
    with pytest.raises(ValueError, match=reason):
        Fault.parse(rule)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"drop": "explode"}, "drop: 'explode' is not one of reset, close, truncate, stall or nothing"),
        ({"drop": "timeout"}, "drop: 'timeout' is not one of reset, close, truncate, stall or nothing"),
        ({"status": "500"}, "status: '500' is not a whole number or nothing"),
        ({"status": True}, "status: True is not a whole number or nothing"),
        ({"latency": "1s"}, "latency: '1s' is not a number"),
        ({"latency": float("inf")}, "latency: inf is not a number"),
        ({"cut_json": 1}, "cut_json: 1 is not true or false"),
        ({"status": 500, "when": "during"}, "when: 'during' is not one of before, after"),
        ({"status": 500, "match": {"pool": 1}}, "match: {'pool': 1} is not a map of texts"),
        ({"outcome": {"driver": "Broken"}}, "outcome.driver: 'Broken' is not Abnormal or nothing"),
        ({"throttle": {"rate": 1, "burst": 1.5}}, "throttle.burst: 1.5 is not a whole number"),
    ],
)
def test_values_of_another_type(wire: Wire, rule: dict[str, Any], reason: str) -> None:
    """A field with a value that means nothing is refused, from Python and over HTTP in the same words."""
    rule = {"operation": "patchPool", **rule}
    with pytest.raises(ValueError, match=reason):
        wire.emulator.faults.arm(Fault.parse(rule))

    if rule.get("latency") != float("inf"):  # which JSON cannot say
        answer = wire.client.put(f"{wire.base}/_emulator/faults", json=rule)
        assert error(answer) == (400, "Emulator.0002", reason)
    assert wire.emulator.faults.armed() == []


@pytest.mark.loopback
def test_one_bad_rule_of_several(wire: Wire) -> None:
    """Of a list of rules over HTTP none is armed when one is refused."""
    rules = [{"operation": "listPools", "status": 503}, {"operation": "listPools", "throttle": {"rate": -1}}]

    answer = wire.client.put(f"{wire.base}/_emulator/faults", json=rules)

    assert (answer.status_code, wire.emulator.faults.armed()) == (400, [])


def test_every_field_over_http(wire: Wire) -> None:
    """What the control API takes is what Python takes."""
    rules = [
        {
            "operation": "*",
            "match": {"pool": "p"},
            "drop": "stall",
            "keep": 3,
            "starts_in": 5,
            "lasts": 600,
            "times": None,
        },
        {"operation": "listJobs", "body": None, "status": 206},
        {"operation": "patchPool", "outcome": {"nodes": 1, "others": "Abnormal", "reason": "x"}, "after": 2},
        {"operation": "listPools", "throttle": {"rate": 0.5, "burst": 2, "per_scope": True}, "scope": "mine"},
    ]

    wire.client.put(f"{wire.base}/_emulator/faults", json=rules).raise_for_status()

    assert [armed.fault for armed in wire.emulator.faults.armed()] == [
        Fault("*", {"pool": "p"}, drop="stall", keep=3, starts_in=5, lasts=600, times=None),
        Fault("listJobs", body=None, status=206),
        Fault("patchPool", outcome=Outcome(nodes=1, others="Abnormal", reason="x"), after=2),
        Fault("listPools", throttle=Throttle(0.5, 2, per_scope=True), scope="mine"),
    ]


def test_endings_are_of_operations_that_are_served() -> None:
    """What an ending can be chosen for is what the operations set going, all of it and nothing else."""
    assert {kind for operation in OPERATIONS.values() for kind in operation.sets_going} == set(DECIDED_BY)

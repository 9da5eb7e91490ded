"""Secret inputs over gRPC, on every supported SDK: answers, errors, rows and diagnostics tell nothing."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import Emulator, Fault, Outcome
from tests.engine.environments import OF_SDKS
from tests.engine.host import CallFailedError, Host, InitFailedError
from tests.engine.pools import CALL, FLAVOR, Hosts, train
from tests.resources.scenario import SECRET, unwrapped
from tests.resources.secretive import CASES, Case

COUNT = f'flavors["{FLAVOR}"]'
SHORT = replace(CALL, timeout=10)
"""Some of the cases wait for what never comes, and what is said at the end of a wait is listened to as well."""


def test_half_an_order_tells_no_secret_count(host: Host, emulator: Emulator) -> None:
    """An initialisation failure names what is missing without numbers, and its outputs are sealed."""
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
    inputs, _ = host.check(train(17, secrets=[COUNT]), call=CALL)

    with pytest.raises(InitFailedError) as failure:
        host.create(inputs, CALL)

    kept = failure.value.properties
    assert inputs["changes"] == {f"flavors.{FLAVOR}": "changes (secret)"}
    assert f"{COUNT}: nodes are missing" in failure.value.reasons[0]
    said = [*failure.value.reasons, *(line.text for line in host.lines)]
    assert [text for text in said if re.search(r"\b17\b", text)] == []
    assert kept["flavors"] == {FLAVOR: {**SECRET, "value": 17}}
    assert kept["nodeCounts"] == {**SECRET, "value": {FLAVOR: 3}}


@pytest.mark.long
@pytest.mark.parametrize("python", OF_SDKS, ids=str, indirect=True)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_secret_input_is_told_by_nothing(case: Case, start: Hosts, python: Path, emulator: Emulator) -> None:
    """Through adoption, change and refresh, whatever the host answers and logs tells no value, debugging or not."""
    host = start(python, provider=case.subject.provider(), env={"MODELARTS_DEBUG": "1"})
    said: list[object] = []

    olds: dict[str, Any] = {}
    outs: dict[str, Any] = {}
    for program in (case.secret, case.changed, case.secret):
        with suppress(CallFailedError, InitFailedError) as _:
            inputs, failures = host.check(program, olds or None, SHORT)
            said += [inputs, *(failure.reason for failure in failures)]
            if not failures:
                outs = _run(host, outs, olds, inputs, said)
                olds = inputs
        emulator.clock.advance(600)
    if outs:
        said += host.read("id", unwrapped(outs), olds, SHORT)[1:]

    assert said
    assert case.leaks([*said, *(line.text for line in host.lines), host.printed]) == []


def _run(
    host: Host, outs: Mapping[str, Any], olds: Mapping[str, Any], inputs: Mapping[str, Any], said: list[object]
) -> dict[str, Any]:
    """Create or update, keep what is said, and return the outputs."""
    try:
        if outs:
            made = host.update("id", unwrapped(outs), inputs, replace(SHORT, old_inputs=olds))
        else:
            _, made = host.create(inputs, SHORT)
    except InitFailedError as failure:
        said += [failure.reasons, failure.properties]
        raise
    except CallFailedError as failure:
        said.append(str(failure))
        raise
    said.append(made)
    return made

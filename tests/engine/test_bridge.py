"""What the bridge finds in the host: the resource's row, the text of errors, the engine's address, worker threads."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import Any

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.worlds.documented import WORLD
from tests.engine.engine import Stack
from tests.engine.host import Call, CallFailedError, Host, LogLine
from tests.engine.pools import CALL, FLAVOR, URN, Hosts, train
from tests.resources.service import Hand

MANY = 16
BEGUN = f'flavors["{FLAVOR}"] 2 -> 3'
ENDED = f'done: flavors["{FLAVOR}"] 2 -> 3'
DENIED = Fault("listPools", status=403, code="ModelArts.0108", message="not authorized")


class TestTheRow:
    def test_shows_each_step_once(self, host: Host) -> None:
        """Progress goes to the resource's own row, line after line; what is planned and sent is kept beside it."""
        Stack(host).up(train(3))

        assert host.lines[:2] == [
            LogLine(URN, f'plan: flavors["{FLAVOR}"] 2 -> 3', "INFO", ephemeral=False),
            LogLine(URN, f'flavors["{FLAVOR}"] 2 -> 3', "INFO", ephemeral=True),
        ]
        assert len(host.lines) == len(set(host.lines)) > 2
        assert {(line.urn, line.severity) for line in host.lines} == {(URN, "INFO")}
        assert [line.text.partition(": ")[0] for line in host.lines if not line.ephemeral] == ["plan", "sent"]
        assert host.printed == ""

    def test_keeps_a_warning(self, start: Hosts, emulator: Emulator) -> None:
        """What is left as it is although it is not as declared is a warning, which stays under the resource."""
        stack = Stack(start())
        stack.up(train(3))
        Hand(emulator).scale(TRAIN_POOL, FLAVOR, 4)
        stack.host = start()

        changed = stack.up(train(3))

        (line,) = stack.host.lines
        assert (line.urn, line.severity, line.ephemeral) == (URN, "WARNING", False)
        assert "4" in line.text
        assert changed == {}

    def test_says_once_what_it_goes_on_without(self, host: Host, emulator: Emulator) -> None:
        """A right that is missing is a warning where a node in use would look idle, and a note where less is lost."""
        stack = Stack(host)
        for operation in ("listWorkloads", "listJobs"):
            emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0112", message="no", times=None))
        shrunk = train(1, maxScaleIn=1)

        stack.check(shrunk)
        stack.check(shrunk)

        kept = [(line.urn, line.severity, line.text.partition(" is refused")[0]) for line in host.lines]
        assert kept[:2] == [
            (URN, "INFO", "ListJobs"),
            (URN, "WARNING", "ListWorkloads (modelarts:pool:get)"),
        ]
        assert [text for _, _, text in kept[2:] if text.startswith("List")] == []
        emulator.faults.clear()

    @pytest.mark.parametrize("flags", [["--logtostderr", "-v=9"], ["--tracing", "http://127.0.0.1:9/trace"]], ids=str)
    def test_is_found_behind_flags(self, start: Hosts, flags: list[str]) -> None:
        """An engine that logs or traces puts flags before its address; status lines reach it all the same."""
        host = start(flags=flags)

        Stack(host).up(train(3))

        assert LogLine(URN, f'flavors["{FLAVOR}"] 2 -> 3', "INFO", ephemeral=True) in host.lines


class TestAnError:
    def test_before_anything_was_accepted_is_one_plain_sentence(self, host: Host, emulator: Emulator) -> None:
        """A refusal says what was attempted, what the service said and what to do: no traceback, no resource kept."""
        inputs = Stack(host).check(train(3))
        emulator.faults.arm(Fault("patchPool", status=403, code="ModelArts.0108", message="not authorized"))

        with pytest.raises(CallFailedError) as failed:
            host.create(inputs, CALL)

        assert type(failed.value) is CallFailedError
        kind, _, text = str(failed.value).strip().partition(": ")
        assert kind in {"PermissionDeniedError", "Exception calling application"}
        assert text.startswith(f"change resource pool {TRAIN_POOL}: not authorized (ModelArts.0108, request ")
        assert text.endswith(
            f"Grant the user the action modelarts:pool:update, which PatchPool takes in project {PROJECT}, and check "
            "that this is the right project."
        )
        assert "\n" not in text
        assert host.printed == ""

    def test_of_this_package_itself_says_so(self, host: Host) -> None:
        """A defect names its kind and how to find out more, also where the SDK gives no more than a text."""
        with pytest.raises(CallFailedError) as failed:
            host.create({"poolName": TRAIN_POOL, "flavors": {FLAVOR: -1}}, CALL)

        assert "ValidationError" in str(failed.value)
        assert "This is a defect of pulumi-modelarts. Run the command again with MODELARTS_DEBUG=1" in str(failed.value)
        assert "Traceback" not in str(failed.value)

    def test_comes_with_its_traceback_on_request(self, python: Any, start: Hosts, emulator: Emulator) -> None:
        """With MODELARTS_DEBUG the traceback stands under the resource, and the error reads as ever."""
        host = start(python, env={"MODELARTS_DEBUG": "1"})
        emulator.faults.arm(DENIED)

        with pytest.raises(CallFailedError) as failed:
            host.check(train(3), call=CALL)

        (line,) = host.lines
        assert (line.urn, line.severity, line.ephemeral) == (URN, "INFO", False)
        assert line.text.startswith("Traceback (most recent call last):\n")
        assert ", in check" in line.text
        assert "Traceback" not in str(failed.value)


class TestWorkers:
    @pytest.fixture
    def most_at_once(self, emulator: Emulator) -> Callable[[Host, int], int]:
        """Grows many pools by a node each, all at once, and returns how many were under way together at most.

        Time stands still until so many of them wait for their nodes.
        """
        world = copy.deepcopy(WORLD)
        pools = world["projects"][PROJECT]["pools"]
        model = pools[TRAIN_POOL]
        names = [f"p{number}-{TRAIN_POOL}" for number in range(MANY)]
        world["projects"][PROJECT]["pools"] = pools | {
            name: {**model, "nodes": {f"os-node-{number}-{of}": {} for of in (1, 2)}, "resource_id": f"maos-{number}"}
            for number, name in enumerate(names)
        }

        def most_at_once(host: Host, waiting: int) -> int:
            emulator.seed(world)
            emulator.clock.set_mode("frozen")
            stacks = [Stack(host, Call(urn=f"{URN}-{name}")) for name in names]
            programs = [{"poolName": name, "flavors": {FLAVOR: 3}} for name in names]
            with ThreadPoolExecutor(MANY) as threads:
                list(threads.map(Stack.preview, stacks, programs))
                runs = [threads.submit(stack.up, program) for stack, program in zip(stacks, programs, strict=True)]
                host.await_lines(lambda lines: sum(line.text == BEGUN for line in lines) >= waiting)
                emulator.clock.set_mode("scaled:120")
                for run in runs:
                    run.result()
            return max(accumulate({BEGUN: 1, ENDED: -1}.get(line.text, 0) for line in host.lines))

        return most_at_once

    def test_serve_many_pools_at_once(self, start: Hosts, most_at_once: Callable[[Host, int], int]) -> None:
        """Many pools wait together, where the host's own four workers would serve them four at a time.

        That holds although all of them are checked, and queue, before the first call has lifted the limit.
        """
        lifted = most_at_once(start(), MANY)
        four = most_at_once(start(config={"modelarts:workers": "4"}), 4)

        assert (lifted, four) == (MANY, 4)

    def test_are_no_more_than_calls_at_once(self, host: Host) -> None:
        """Calls that come one after another are served by the workers there are, of which each costs memory.

        Or by one more: one that has answered may not have noticed yet that it is idle when the next call comes.
        """
        stack = Stack(host)
        stack.up(train(3))
        few = host.threads

        for _ in range(MANY):
            stack.check(train(3))

        assert host.threads - few < MANY // 4

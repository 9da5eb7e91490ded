import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from modelarts_emulator import PROJECT, TRAINING_JOB, Emulator, Fault
from tests.emulator.snapshots import FAULTS, REQUESTS
from tests.emulator.wire import cpu, world
from tests.examples import examples


class Twins(RuleBasedStateMachine):
    """A world, and one that was made of its snapshot at some moment; both are asked the same from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.emulators = [Emulator(), Emulator(world=world(other={"resources": [cpu(1)]}))]
        self.emulators[1].restore(self.emulators[0].snapshot())

    def teardown(self) -> None:
        """Whatever happened, both are the same world at the same time, and stay so."""
        for seconds in (0, 30, 10_000):
            for emulator in self.emulators:
                emulator.clock.advance(seconds)
            one, other = [(item.world(), item.clock.state.virtual, item.snapshot()) for item in self.emulators]
            assert one == other
        for emulator in self.emulators:
            emulator.close()

    @rule(through_text=st.booleans())
    def take_a_snapshot(self, through_text: bool) -> None:  # noqa: FBT001 - given by name
        """Begin the other world anew from what this one is now, written down or not."""
        snapshot = self.emulators[0].snapshot()
        self.emulators[1].restore(json.loads(json.dumps(snapshot)) if through_text else snapshot)
        assert self.emulators[1].snapshot() == snapshot

    @rule(name=st.sampled_from(sorted(REQUESTS)))
    def ask(self, name: str) -> None:
        """Both give the same answer to a byte, the id of the request included."""
        one, other = [emulator.handle(REQUESTS[name]) for emulator in self.emulators]
        assert one == other

    @rule(fault=st.sampled_from(FAULTS))
    def arm(self, fault: Fault) -> None:
        """Arm a fault in both."""
        assert len({emulator.faults.arm(fault) for emulator in self.emulators}) == 1

    @rule(seconds=st.sampled_from([1.0, 7.25, 60.0, 500.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass in both."""
        for emulator in self.emulators:
            emulator.clock.advance(seconds)

    @rule(setting=st.sampled_from(["auto", "frozen"]))
    def set_clock(self, setting: str) -> None:
        """Change how time runs in both."""
        for emulator in self.emulators:
            emulator.clock.set_mode(setting)

    @rule()
    def end_what_runs(self) -> None:
        """End the training job and the stuck migrations of both."""
        for emulator in self.emulators:
            emulator.finish_training_job(TRAINING_JOB)
            for job_id in emulator.world()["jobs"]:
                emulator.fail_job(job_id)

    @rule(project=st.sampled_from([None, PROJECT]))
    def reset(self, project: str | None) -> None:
        """Go back to the world last seeded in both."""
        for emulator in self.emulators:
            emulator.reset(project)


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=examples(12), stateful_step_count=25)

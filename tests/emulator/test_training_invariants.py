"""Whatever is asked whenever: it makes no difference who looks in between, and no node has two training jobs."""

from collections import Counter
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import PROJECT, Emulator, Request
from tests.emulator.training import POOL, body
from tests.emulator.wire import GPU, world
from tests.examples import examples

BEGINNING: dict[str, Any] = {
    **world(pool={"resources": [{"flavor": GPU, "count": 3}], "driver": {"gpuVersion": "1"}}),
    "timings": {"training": 90, "driver": 40, "creating": 20, "checking": 5, "deleting": 20, "rebooting": 15},
}
BASE = f"/v2/{PROJECT}/pools/{POOL}"
JOBS = f"/v2/{PROJECT}/training-jobs"
FAR = 1000.0


class Step(NamedTuple):
    """Something that happens some time after the step before it; what it is about is chosen by number."""

    after: int
    what: str
    which: int
    number: int


steps = st.builds(
    Step,
    after=st.sampled_from([0, 1, 7, 15, 30, 90]),
    what=st.sampled_from(
        ["create"] * 5
        + ["stop", "finish", "delete", "scale", "reboot", "drain", "remove", "driver", "break", "plan", "mend"]
    ),
    which=st.integers(0, 5),
    number=st.integers(1, 3),
)


class World:
    """A world that steps happen to."""

    def __init__(self) -> None:
        self.emulator = Emulator()
        self.emulator.seed(BEGINNING)
        self.answers: list[tuple[int, bytes]] = []

    def send(self, method: str, path: str, document: object = None) -> bytes:
        """Ask for something, which is granted or refused."""
        answer = self.emulator.handle(Request.of_json(method, path, document))
        assert answer.status < 500
        self.answers.append((answer.status, answer.body))
        return answer.body

    def take(self, step: Step) -> None:
        """Let a step happen now."""
        if step.what == "create":
            document = body(
                f"job-{len(self.answers)}", POOL, step.number, schedule_policy={"priority": step.which % 3 + 1}
            )
            self.send("POST", JOBS, document)
        elif step.what in {"stop", "finish", "delete"}:
            self.take_job(step)
        else:
            self.take_nodes(step)

    def take_job(self, step: Step) -> None:
        """Do something to a job, if there is any."""
        jobs = sorted(self.emulator.world()["training_jobs"])
        if not jobs:
            return
        job = jobs[step.which % len(jobs)]
        if step.what == "finish":
            self.emulator.finish_training_job(job)
        elif step.what == "stop":
            self.send("POST", f"{JOBS}/{job}/actions", {"action_type": "terminate"})
        else:
            self.send("DELETE", f"{JOBS}/{job}")

    def take_nodes(self, step: Step) -> None:
        """Do something to the pool or to one of its nodes."""
        names = list(self.emulator.world()["pools"][POOL]["nodes"])
        name = names[step.which % len(names)]
        if step.what == "scale":
            self.send("PATCH", BASE, {"spec": {"resources": [{"flavor": GPU, "count": step.number + 1}]}})
        elif step.what == "driver":
            driver = {"gpuVersion": str(step.which), "updateStrategy": "idle" if step.number > 1 else "force"}
            self.send("PATCH", BASE, {"spec": {"driver": driver}})
        elif step.what in {"break", "plan", "mend"}:
            self.emulator.set_node_phase(POOL, name, "Abnormal" if step.what == "break" else "Available")
        else:
            verb, field = {
                "reboot": ("batch-reboot", "nodeNames"),
                "drain": ("batch-drain", "nodeNames"),
                "remove": ("batch-delete", "deleteNodeNames"),
            }[step.what]
            self.send("POST", f"{BASE}/nodes/{verb}", {field: [name]})

    def look(self) -> dict[str, Any]:
        """Everything there is to see, which is as it should be."""
        content = self.emulator.world()
        jobs = content["training_jobs"]
        held = Counter(
            host for job in jobs.values() if job["phase"] in {"Running", "Terminating"} for host in job["hosts"]
        )
        assert all(count == 1 for count in held.values())
        shown = {job: self.emulator.handle(Request.of_json("GET", f"{JOBS}/{job}", None)).body for job in jobs}
        return {"world": content, "shown": shown}


quarters = st.integers(0, 1600).map(lambda number: number / 4)
"""Moments that sums do not round."""


@settings(max_examples=examples(40))
@given(st.lists(steps, min_size=3, max_size=14), st.lists(quarters, max_size=12))
def test_looking_makes_no_difference(script: list[Step], looks: list[float]) -> None:
    """A world that somebody looked at all the time ends as one that nobody looked at."""
    watched, unwatched = World(), World()
    now = 0.0
    for step in script:
        moments = [now, *sorted(moment for moment in looks if now < moment < now + step.after), now + step.after]
        for before, after in pairwise(moments):
            watched.emulator.clock.advance(after - before)
            watched.look()
        unwatched.emulator.clock.advance(step.after)
        now += step.after
        watched.take(step)
        unwatched.take(step)

    watched.look()
    for each in (watched, unwatched):
        each.emulator.clock.advance(FAR)

    assert watched.answers == unwatched.answers
    assert watched.look() == unwatched.look()
    watched.emulator.close()
    unwatched.emulator.close()

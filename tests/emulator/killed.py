"""A driver that kills itself before every single statement of a script of requests, and looks at what is left.

Run as a program with a folder: `python killed.py FOLDER`. It has no threads, so that it may fork. For each statement of
each request a child works on a copy of the file as it was before that request, tells through a pipe whether it has
answered, and is killed (SIGKILL) right before that statement. What is then in the file must be the world before the
request or after it, and after it when it was answered.
"""

import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelarts_emulator import (
    GPU_POOL,
    INFER_POOL,
    NODE,
    PROJECT,
    TRAIN_POOL,
    TRAINING_JOB,
    Emulator,
    Fault,
    Outcome,
    Request,
)

CPU = "modelarts.vm.cpu.4ud"
POOLS = f"/v2/{PROJECT}/pools"
CLUSTERS = {"fromClusterName": TRAIN_POOL, "toClusterName": INFER_POOL, "toPoolName": INFER_POOL}


def ask(method: str, path: str, document: object = None) -> Callable[[Emulator], None]:
    """A request that must be granted."""

    def do(emulator: Emulator) -> None:
        answer = emulator.handle(Request.of_json(method, path, document))
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.body!r}")

    return do


SCRIPT: list[Callable[[Emulator], object]] = [
    ask("PUT", "/_emulator/faults", {"operation": "patchPool", "outcome": {"nodes": 1, "spec": "real"}}),
    ask("PATCH", f"{POOLS}/{TRAIN_POOL}", {"spec": {"resources": [{"flavor": CPU, "count": 4}]}}),
    lambda emulator: emulator.clock.advance(300),
    ask("POST", f"{POOLS}/{TRAIN_POOL}/nodes/batch-lock", {"nodeNames": [NODE], "actions": ["delete"]}),
    ask("POST", f"{POOLS}/{GPU_POOL}/nodes/batch-drain", {"nodeNames": ["os-node-created-72w8d"]}),
    ask(
        "POST",
        f"{POOLS}/{TRAIN_POOL}/nodes/batch-migrate",
        {"migrateNodeNames": ["os-node-created-k9x2v"], **CLUSTERS, "resourceSpec": {"flavor": CPU}},
    ),
    lambda emulator: emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck"))),
    lambda emulator: emulator.clock.set_mode("auto"),
    ask("GET", f"/v2/{PROJECT}/jobs"),
    ask("POST", f"{POOLS}/{INFER_POOL}/nodes/batch-delete", {"deleteNodeNames": ["os-node-created-b7f3q"]}),
    lambda emulator: emulator.finish_training_job(TRAINING_JOB),
    lambda emulator: emulator.restore(emulator.snapshot()),
    lambda emulator: emulator.reset(PROJECT),
    lambda emulator: emulator.seed(
        {"projects": {PROJECT: {"pools": {TRAIN_POOL: {"network": "n", "resources": [{"flavor": CPU, "count": 2}]}}}}}
    ),
    ask("PATCH", f"{POOLS}/{TRAIN_POOL}", {"spec": {"resources": [{"flavor": CPU, "count": 3}]}}),
    lambda emulator: emulator.reset(),
]


def state(emulator: Emulator) -> dict[str, Any]:
    """Everything there is, as it stands in the file; the journal is part of what was acknowledged."""
    return emulator.snapshot(journal=True)


def undisturbed(folder: Path) -> tuple[list[Path], list[dict[str, Any]]]:
    """A file of the world before each request, and what there is before each one and after the last."""
    files, states = [], []
    with Emulator.open(folder / "whole.db") as emulator:
        for number, step in enumerate(SCRIPT):
            files.append(folder / f"before-{number}.db")
            states.append(state(emulator))
            emulator.copy_to(files[-1])
            step(emulator)
        states.append(state(emulator))
    return files, states


def run_until(path: Path, step: Callable[[Emulator], object], last: int, tell: int) -> None:
    """Send one request, and die before its statement with this number."""
    left = last

    def die_in_time(_: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    emulator = Emulator.open(path)
    emulator._store._connection.set_trace_callback(die_in_time)
    step(emulator)
    os.write(tell, b".")
    os._exit(0)


def killed_at(path: Path, step: Callable[[Emulator], object], statement: int) -> tuple[bool, bool]:
    """Let a child die before a statement of a request; whether it did, and whether it had answered."""
    read, tell = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        run_until(path, step, statement, tell)
    os.close(tell)
    with os.fdopen(read, "rb") as told:
        answered = bool(told.read())
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, answered


def check(path: Path, allowed: list[dict[str, Any]]) -> str | None:
    """What is wrong with the file that a killed process left; None when nothing is."""
    with Emulator.open(path) as emulator:
        integrity = emulator._store._connection.execute("PRAGMA integrity_check").fetchone()[0]
        found = state(emulator)
    if integrity != "ok":
        return str(integrity)
    return None if found in allowed else f"the world is none of the {len(allowed)} that it may be"


def main(folder: Path) -> int:
    """Kill at every statement of every request; print how often, how many were seen through, and every loss."""
    files, states = undisturbed(folder)
    path = folder / "killed.db"
    losses: list[str] = []
    killed = answers = 0
    for number, step in enumerate(SCRIPT):
        for statement in itertools.count():
            for leftover in folder.glob("killed.db*"):
                leftover.unlink()
            shutil.copy(files[number], path)
            died, answered = killed_at(path, step, statement)
            killed, answers = killed + died, answers + answered
            if loss := check(path, states[number + answered : number + 2]):
                losses.append(f"request {number}, statement {statement}: {loss}")
            if not died:
                break
    sys.stdout.write(json.dumps({"killed": killed, "answered": answers, "losses": losses}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

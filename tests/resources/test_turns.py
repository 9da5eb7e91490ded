"""Selections are registered one after the other, although Pulumi sends independent resources at once."""

import subprocess
import sys

import pytest

PROGRAM = """
import threading
import pulumi
import pulumi_modelarts as modelarts

second_is_there = threading.Event()

class Engine(pulumi.runtime.Mocks):
    def new_resource(self, args):
        if args.name == "second":
            second_is_there.set()
        elif {fails}:
            raise RuntimeError("refused")
        else:
            print("at once" if second_is_there.wait(0.3) else "alone")
        return f"{{args.name}}-id", args.inputs

    def call(self, args):
        return {{}}

pulumi.runtime.set_mocks(Engine())

def declare():
    for name in ("first", "second"):
        modelarts.NodeSelection(name, pool="a", flavor="cpu", count=1)

try:
    pulumi.runtime.test(declare)()
finally:
    print("second" if second_is_there.is_set() else "first only")
"""
"""The first registration looks out for the second one, or fails."""


@pytest.mark.parametrize(
    ("fails", "printed"), [(False, ["alone", "second"]), (True, ["second"])], ids=["goes-well", "fails"]
)
def test_the_second_waits_for_the_first(fails: bool, printed: list[str]) -> None:  # noqa: FBT001 - drawn by name
    """It comes when the first one has been registered, or could not be: it does not wait for ever."""
    program = PROGRAM.format(fails=fails)

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert done.stdout.split("\n")[:-1] == printed

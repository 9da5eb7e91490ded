"""The engine's rules over a running host: what is recorded of one resource after each command, failures included."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.engine.host import Call, Host, InitFailedError
from tests.engine.pools import CALL
from tests.shown import unequal


class CheckFailedError(Exception):
    """A check refused the inputs; the text lists why."""


@dataclass(frozen=True)
class State:
    """What a state file holds of a resource.

    Attributes:
        id: Its id.
        inputs: What the last successful run was told.
        outputs: What it is.
        unfinished: Whether the last run failed halfway, so that the next one updates it in any case.
    """

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    unfinished: bool = False


class Stack:
    """One resource of a program, driven over a host.

    Attributes:
        host: The host.
        state: What is recorded; None before the first run and after the last.
        call: What every call says about the resource.
    """

    def __init__(self, host: Host, call: Call = CALL) -> None:
        self.host = host
        self.call = call
        self.state: State | None = None

    def check(self, program: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked inputs."""
        inputs, failures = self.host.check(program, self.state.inputs if self.state else None, self.call)
        if failures:
            raise CheckFailedError("\n".join(failure.reason for failure in failures))
        return inputs

    def preview(self, program: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs that a run would change, empty for none."""
        return self._changed(self.check(program))

    def up(self, program: Mapping[str, Any], timeout: float = 0) -> dict[str, Any]:
        """Run the program and return the inputs that it changed; a run that fails halfway is recorded, and raises."""
        inputs = self.check(program)
        changed = self._changed(inputs)
        if self.state is None or self.state.unfinished or changed:
            try:
                self.state = self._run(inputs, replace(self.call, timeout=timeout))
            except InitFailedError as error:
                kept = self.state.inputs if self.state else inputs
                self.state = State(error.id, kept, error.properties, unfinished=True)
                raise
        else:
            self.state = replace(self.state, inputs=inputs)
        return changed

    def refresh(self) -> dict[str, Any]:
        """Record what is live and return the inputs that are shown as changed: what a run would change back."""
        assert self.state is not None
        before = self.state.inputs
        id_, outputs, inputs = self.host.read(self.state.id, self.state.outputs, before, self.call)
        self.state = State(id_, inputs, outputs) if id_ else None
        return {key: inputs.get(key) for key in self._changed(before)}

    def destroy(self) -> None:
        """Delete the resource."""
        assert self.state is not None
        self.host.delete(self.state.id, self.state.outputs, self.call)
        self.state = None

    def _run(self, inputs: dict[str, Any], call: Call) -> State:
        if self.state is None:
            return State(*self._create(inputs, call))
        call = replace(call, old_inputs=self.state.inputs)
        return State(self.state.id, inputs, self.host.update(self.state.id, self.state.outputs, inputs, call))

    def _create(self, inputs: dict[str, Any], call: Call) -> tuple[str, dict[str, Any], dict[str, Any]]:
        id_, outputs = self.host.create(inputs, call)
        return id_, inputs, outputs

    def _changed(self, inputs: dict[str, Any]) -> dict[str, Any]:
        if self.state is None:
            return inputs
        call = replace(self.call, old_inputs=self.state.inputs)
        answer = self.host.diff(self.state.id, self.state.outputs, inputs, call)
        return {} if answer.changes == answer.DIFF_NONE else unequal(self.state.inputs, inputs)

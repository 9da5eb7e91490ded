"""Functions and classes that run inside of a context: what `mock_modelarts` is as a decorator."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from modelarts_emulator.testing.arrangement import refuse_unfired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType
    from unittest import TestCase

    from modelarts_emulator.emulator import Emulator

PARAMETER = "emulator"
"""Parameter of a decorated function that the emulator is given to."""

SET_UPS = ("setUp", "setup_method")


class Mock(Protocol):
    """A context with an emulator in front of the network, which is the value of its `with` statement."""

    def another(self) -> Mock:
        """One of the same kind, with a world of its own."""
        ...

    def start(self) -> Emulator:
        """Enter it, without a block."""
        ...

    def stop(self) -> None:
        """Leave it."""
        ...

    def __enter__(self) -> Emulator: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def decorated(target: Any, mock: Mock) -> Any:
    """A function that runs inside of a mock of its own, or a class with such tests.

    Args:
        target: Function, coroutine function, generator function or class.
        mock: What each call gets one like.

    Raises:
        TypeError: The target cannot be decorated; the message says what to do instead.
    """
    if isinstance(target, type):
        return _decorated_class(target, mock)
    if not callable(target):
        raise TypeError(f"mock_modelarts decorates functions and classes, not {target!r}")
    return _decorated_function(target, lambda *_: mock.another())


def _decorated_function(function: Any, context: Callable[..., AbstractContextManager[Emulator]]) -> Any:
    """Wrap one function; `context` is called with its positional arguments and gives what it runs inside of."""
    if inspect.isasyncgenfunction(function):
        raise TypeError(
            f"mock_modelarts cannot decorate {function.__qualname__}, an asynchronous generator: "
            "write `with mock_modelarts():` inside of it"
        )
    call = _Call(function)
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            with context(*args) as emulator:
                return await call(emulator, args, kwargs)

    elif inspect.isgeneratorfunction(function):

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with context(*args) as emulator:
                return (yield from call(emulator, args, kwargs))

    else:

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with context(*args) as emulator:
                return call(emulator, args, kwargs)

    vars(wrapper)["__signature__"] = call.shown  # pytest would look for a fixture of the name that is left out
    return wrapper


class _Call:
    """Calls a function, with the emulator where it has a parameter for it.

    Args:
        function: The function.

    Attributes:
        shown: The function's signature for callers: without the parameter that they do not give.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._signature = inspect.signature(function)
        parameters = self._signature.parameters
        others = [item for name, item in parameters.items() if name != PARAMETER]
        self.shown = self._signature.replace(parameters=others)
        self._takes_emulator = PARAMETER in parameters

    def __call__(self, emulator: Emulator, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not self._takes_emulator:
            return self._function(*args, **kwargs)
        given = self.shown.bind(*args, **kwargs).arguments
        bound = inspect.BoundArguments(self._signature, {**given, PARAMETER: emulator})
        return self._function(*bound.args, **bound.kwargs)


def _decorated_class(tests: type, mock: Mock) -> type:
    """Give each test of a class a mock of its own; that of a `TestCase` reaches from its set-up to its clean-up."""
    import unittest  # noqa: PLC0415 - where a class is a TestCase this is loaded, and nobody else needs it

    if issubclass(tests, unittest.TestCase):
        _mock_runs(tests, mock)
        for name, method in _tests_of(tests):
            if inspect.isfunction(method):
                setattr(tests, name, _decorated_function(method, _checked))
    else:
        _refuse_set_ups(tests)
        for name, method in _tests_of(tests):
            if inspect.isfunction(method):
                setattr(tests, name, decorated(method, mock))
            elif isinstance(method, staticmethod):
                setattr(tests, name, staticmethod(decorated(method.__func__, mock)))
    return tests


def _tests_of(tests: type) -> list[tuple[str, Any]]:
    """Tests of a class by name, inherited ones too, as they stand in it; data may have such a name as well."""
    return [(name, inspect.getattr_static(tests, name)) for name in dir(tests) if name.startswith("test")]


def _mock_runs(case: type[TestCase], mock: Mock) -> None:
    """Run each test of a `TestCase` inside of a mock, its set-up and clean-up included, with `self.emulator`."""
    original = case.run

    @wraps(original)
    def run(self: Any, result: Any = None) -> Any:
        fresh = mock.another()
        self.emulator = fresh.start()
        try:
            return original(self, result)
        finally:
            fresh.stop()

    case.run = run  # type: ignore[method-assign]  # every test passes through here, also those of derived classes


@contextmanager
def _checked(self: Any) -> Iterator[Emulator]:
    """Inside of a test of a `TestCase`: a rule that did not fire fails it."""
    yield self.emulator
    refuse_unfired(self.emulator)


def _refuse_set_ups(tests: type) -> None:
    """Refuse set-ups that would run outside of the mock, and so might ask the real service."""
    for name in SET_UPS:
        if hasattr(tests, name):
            raise TypeError(
                f"{tests.__qualname__}.{name} would run outside of mock_modelarts: decorate the test methods, "
                "use the pytest fixture `modelarts_mock`, or make the class a unittest.TestCase"
            )

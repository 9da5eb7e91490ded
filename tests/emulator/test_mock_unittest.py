import unittest
from typing import Any

from modelarts_emulator import Emulator, Fault, mock_modelarts
from tests.emulator.asking import ask, ask_asynchronously, methods, world_of


def test_from_set_up_to_clean_up() -> None:
    """A `TestCase` is in one world from its set-up to its clean-ups, and in a new one for the next test."""
    log: list[Any] = []

    @mock_modelarts(world=world_of("one"))
    class Tests(unittest.TestCase):
        emulator: Emulator

        def setUp(self) -> None:
            self.addCleanup(lambda: log.append(("clean up", ask(), len(self.emulator.journal.exchanges()))))
            log.append(("set up", ask()))

        def test_one(self) -> None:
            log.append(("test", ask(), len(self.emulator.journal.exchanges())))

        def test_other(self, emulator: Emulator) -> None:
            log.append(("test", ask(), len(emulator.journal.exchanges())))

        @staticmethod
        def test_static() -> None:
            log.append(("test", ask(), 2))

    before = methods()
    result = run(Tests)

    assert (result.testsRun, result.failures, result.errors) == (3, [], [])
    assert log == [("set up", ["one"]), ("test", ["one"], 2), ("clean up", ["one"], 3)] * 3
    assert methods() == before


def test_asynchronous_ones() -> None:
    """An asynchronous `TestCase` likewise."""
    log: list[Any] = []

    @mock_modelarts(world=world_of("one"))
    class Tests(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            log.append(await ask_asynchronously())

        async def test_it(self, emulator: Emulator) -> None:
            log.append(len(emulator.journal.exchanges()))

    assert run(Tests).wasSuccessful()
    assert log == [["one"], 1]


def test_an_unfired_fault_fails_the_test() -> None:
    """It is a failure of the test that armed it, and hides no failure that the test had itself."""

    @mock_modelarts
    class Tests(unittest.TestCase):
        emulator: Emulator

        def test_forgets(self) -> None:
            self.emulator.faults.arm(Fault("showPool", status=500))

        def test_fails(self) -> None:
            self.emulator.faults.arm(Fault("showPool", status=500))
            raise ZeroDivisionError

        @unittest.expectedFailure
        def test_known(self) -> None:
            self.emulator.faults.arm(Fault("showPool", status=500))

        @unittest.skip("for now")
        def test_skipped(self) -> None:
            raise ZeroDivisionError

    result = run(Tests)

    assert [text.splitlines()[-1][:48] for _, text in result.failures] == [
        "AssertionError: armed faults that never fired: F"
    ]
    assert [text.splitlines()[-1] for _, text in result.errors] == ["ZeroDivisionError"]
    assert (len(result.expectedFailures), len(result.skipped)) == (1, 1)


def test_by_hand() -> None:
    """A `TestCase` that is not decorated enters a block in its set-up."""

    class Tests(unittest.TestCase):
        def setUp(self) -> None:
            self.emulator = self.enterContext(mock_modelarts(world=world_of("one")))

        def test_it(self) -> None:
            self.assertEqual(ask(), ["one"])  # noqa: PT009 - as its users write it
            self.assertEqual(len(self.emulator.journal.exchanges()), 1)  # noqa: PT009 - likewise

    before = methods()

    assert run(Tests).wasSuccessful()
    assert methods() == before


def run(tests: type[unittest.TestCase]) -> unittest.TestResult:
    """Run all tests of a `TestCase`, as unittest does."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(tests).run(result)
    return result

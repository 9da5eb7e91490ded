import json
import re
from pathlib import Path

import pytest

from tests.emulator.foreign_project import outcome, outcome_with_all_plugins
from tests.emulator.wire import cpu, world


def test_fixtures(tmp_path: Path) -> None:
    """The fixtures need no set-up in another project, and are three ways to one emulator, new for each test."""
    tests = """
    def test_in_process(modelarts):
        assert modelarts.world()["pools"][TRAIN_POOL]["phase"] == "Running"
        assert (modelarts.clock.mode, modelarts.journal.exchanges()) == ("frozen", [])

    def test_server(modelarts, modelarts_server):
        assert httpx.get(f"{modelarts_server.url}/v2/{PROJECT}/pools").status_code == 200
        assert len(modelarts.journal.exchanges()) == 1

    def test_mock(modelarts, modelarts_mock):
        assert httpx.get(URL).status_code == 200
        assert modelarts_mock is modelarts and len(modelarts.journal.exchanges()) == 1
    """
    assert outcome_with_all_plugins(tmp_path, tests)[1] == "3 passed"


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "xdist"])
def test_an_unfired_fault_fails_the_test(tmp_path: Path, options: tuple[str, ...]) -> None:
    """It is the test that fails, not its clean-up; a failure, a skip or an expectation of its own comes first."""
    tests = """
    def test_forgotten(modelarts):
        modelarts.faults.arm(Fault("showPool", status=500))

    @pytest.fixture
    def trouble(modelarts):
        modelarts.faults.arm(Fault("showPool", status=500))

    def test_forgotten_by_a_fixture(trouble):
        pass

    def test_asked_by_name(request):
        request.getfixturevalue("modelarts").faults.arm(Fault("showPool", status=500))

    @pytest.mark.modelarts(faults=[Fault("listPools", status=500, times=2)])
    def test_fired_once(modelarts_mock):
        assert httpx.get(URL).status_code == 500

    @pytest.mark.usefixtures("trouble")
    class TestCase(unittest.TestCase):
        def test_unittest(self):
            pass

        def test_unittest_fails(self):
            raise ZeroDivisionError("unittest")

    def test_fails_itself(trouble):
        raise ZeroDivisionError("own")

    def test_skips_itself(trouble):
        pytest.skip("for now")

    @pytest.mark.xfail(strict=True)
    def test_expected(trouble):
        pass
    """
    text, last = outcome(tmp_path, tests, *options)

    failed = dict(re.findall(r"^FAILED test_it.py::(\S+) - (.*)$", text, re.MULTILINE))
    complaint = "Failed: armed faults that never fired: Fault(operation="
    assert {name: reason[: len(complaint)] for name, reason in failed.items()} == {
        "test_forgotten": complaint,
        "test_forgotten_by_a_fixture": complaint,
        "test_asked_by_name": complaint,
        "test_fired_once": complaint,
        "TestCase::test_unittest": complaint,
        "TestCase::test_unittest_fails": "ZeroDivisionError: unittest",
        "test_fails_itself": "ZeroDivisionError: own",
    }
    assert last == "7 failed, 1 skipped, 1 xfailed"


def test_the_mark(tmp_path: Path) -> None:
    """The mark says how the emulator begins; marks of module, class and test add up, and the closest one counts."""
    tests = f"""
    pytestmark = pytest.mark.modelarts(world={world(one={"resources": [cpu(2)]})}, clock="auto")

    def names(emulator):
        (pool,) = emulator.world()["pools"].values()
        return list(pool["nodes"])

    def test_module(modelarts):
        assert modelarts.clock.mode == "auto" and len(names(modelarts)) == 2

    def test_without():
        pass

    @pytest.mark.modelarts(clock="scaled:60")
    class TestClass:
        def test_class(self, modelarts):
            assert modelarts.clock.mode == "scaled:60" and len(names(modelarts)) == 2

        @pytest.mark.modelarts(clock="frozen")
        def test_closest(self, modelarts):
            assert modelarts.clock.mode == "frozen" and len(names(modelarts)) == 2

    seen = []

    @pytest.mark.parametrize("number", [
        pytest.param(0, marks=pytest.mark.modelarts(seed=7)),
        pytest.param(1, marks=pytest.mark.modelarts(seed="7")),
        pytest.param(2, marks=pytest.mark.modelarts(seed=8)),
    ])
    def test_seed(number, modelarts):
        seen.append(names(modelarts))
        assert number < 2 or (seen[0] == seen[1] != seen[2])

    @pytest.mark.modelarts(faults=[Fault("listPools", status=500), {{"operation": "listPools", "status": 429}}])
    def test_faults(modelarts_mock):
        assert [httpx.get(URL).status_code for _ in range(3)] == [500, 429, 200]

    @pytest.mark.modelarts(credentials=Credentials(access_keys={{"key": "secret"}}))
    def test_credentials(modelarts_mock):
        assert httpx.get(URL).status_code == 401

    @pytest.mark.usefixtures("modelarts_mock")
    @pytest.mark.modelarts(world={{}})
    def test_used_by_name():
        assert httpx.get(URL).json()["items"] == []
    """
    assert outcome(tmp_path, tests)[1] == "10 passed"


MISTAKES = {
    "clok='auto'": "unknown argument 'clok', use clock, world, seed, credentials, faults",
    "'auto'": "name its arguments, as in clock='auto'",
    "clock='fast'": "unknown clock setting 'fast': use real, frozen, auto or scaled:N with N above 0",
    "seed=1.5": "seed: 1.5 is neither a text nor a whole number",
    "world={'pools': {}}": "world: unknown field 'pools', use ",
    "faults=[Fault('showPol', status=500)]": "unknown operation 'showPol': use one of ",
    "faults=[{'operation': 'showPool'}]": "a fault needs one of ",
    "faults=[5]": "a fault is a Fault or a mapping, not 5",
}


def test_a_mark_that_cannot_be(tmp_path: Path) -> None:
    """A mistake in a mark is named before the test runs, with what would be right."""
    tests = "".join(
        f"""
    @pytest.mark.modelarts({mark})
    def test_{number}(modelarts):
        raise ZeroDivisionError
    """
        for number, mark in enumerate(MISTAKES)
    )
    text, last = outcome(tmp_path, tests)

    said = re.findall(r"^@pytest.mark.modelarts: (.*)$", text, re.MULTILINE)
    assert [text[: len(complaint)] for text, complaint in zip(said, MISTAKES.values(), strict=True)] == [
        *MISTAKES.values()
    ]
    assert last == "8 errors"


def test_a_mark_without_an_emulator(tmp_path: Path) -> None:
    """A mark on a test that uses none of the fixtures would be of no effect, and is refused."""
    tests = """
    @pytest.mark.modelarts(clock="auto")
    def test_it():
        raise ZeroDivisionError

    @pytest.mark.modelarts(clock="auto")
    class TestCase(unittest.TestCase):
        def test_unittest(self):
            pass
    """
    text, last = outcome(tmp_path, tests)

    message = (
        "@pytest.mark.modelarts has no effect here: the test uses neither the fixture 'modelarts' nor one made of it"
    )
    assert message in text
    assert last == "1 passed, 1 error"


def test_the_mark_names_a_world_file(tmp_path: Path) -> None:
    """The world may be a path."""
    (tmp_path / "world.json").write_text(json.dumps({"projects": {}}))
    tests = """
    @pytest.mark.modelarts(world="world.json")
    def test_it(modelarts):
        assert modelarts.world()["pools"] == {}
    """
    assert outcome(tmp_path, tests)[1] == "1 passed"

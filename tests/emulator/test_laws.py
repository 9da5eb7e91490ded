import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import modelarts_emulator
from modelarts_emulator.service import responses
from modelarts_emulator.service.contract import PARTS
from modelarts_emulator.service.operation import declared_in
from modelarts_emulator.service.shape import adapter
from modelarts_emulator.service.urls import NOUNS, OPERATIONS, ROUTES

ROOT = Path(modelarts_emulator.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"), key=str)
CHANCE_AND_TIME = {"random", "secrets", "uuid", "time"}


def imports(path: Path) -> set[str]:
    """Top-level packages that a module imports anywhere."""
    found = set()
    for item in ast.walk(ast.parse(path.read_text())):
        if isinstance(item, ast.Import):
            found |= {name.name.partition(".")[0] for name in item.names}
        elif isinstance(item, ast.ImportFrom) and item.module:
            found.add(item.module.partition(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryModule:
    def test_imports_nothing_of_the_provider(self, path: Path) -> None:
        """The emulator is a reading of the API of its own: it shares no code with the provider that it tests."""
        assert "pulumi_modelarts" not in imports(path)
        assert "pulumi" not in imports(path)

    def test_takes_time_and_chance_from_one_place(self, path: Path) -> None:
        """Only the clock looks at the wall clock, and nothing at all is left to chance."""
        allowed = {"clock.py": {"time"}, "signing.py": {"time"}}

        assert imports(path) & CHANCE_AND_TIME <= allowed.get(path.name, set())
        if path.name != "clock.py":
            assert "datetime.now" not in path.read_text()
            assert "time.time" not in path.read_text()

    def test_needs_httpx_at_the_door_alone(self, path: Path) -> None:
        """The core is free of HTTP libraries: only the transport and what leads to it know one."""
        assert ("httpx" in imports(path)) == (path.name in {"transport.py", "interception.py"})

    def test_is_of_a_readable_size(self, path: Path) -> None:
        """No module is longer than 300 lines."""
        assert len(path.read_text().splitlines()) <= 300


def loaded_by(statement: str) -> set[str]:
    """Modules that a statement loads in a new process which has pytest."""
    program = f"import sys, pytest; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_it_is_light() -> None:
    """Importing the emulator loads neither HTTP nor operations, control API, shapes or what makes a world."""
    loaded = loaded_by("from modelarts_emulator import *")

    names = ("service.documents", "service.responses", "service.evidence", "wire.dispatch", "console", "worlds.loading")
    heavy = {f"modelarts_emulator.{name}" for name in names}
    assert loaded & ({"httpx", "http.server", "pulumi", "pydantic"} | heavy) == set()
    assert "modelarts_emulator.emulator" in loaded


def test_every_operation_is_served_once() -> None:
    """Each module of the responses that declares operations is in the route table, and each operation has one name."""
    declared = [
        import_module(f"{responses.__name__}.{path.stem}") for path in (ROOT / "service/responses").glob("*.py")
    ]

    assert {module for module in declared if list(declared_in(module))} == set(NOUNS)
    assert len(OPERATIONS) == len(ROUTES)


def test_every_shape_is_there() -> None:
    """What an operation names as its shapes can be loaded, and is a shape."""
    shapes = [operation.contract.shape(part) for operation in ROUTES for part in PARTS]

    assert all(adapter(shape).json_schema() for shape in shapes if shape is not None)


def test_the_pytest_plugin_is_lighter_still() -> None:
    """The plugin, which pytest loads wherever it is installed, brings nothing with it until a test uses it."""
    loaded = loaded_by("import modelarts_emulator.pytest_plugin")

    assert loaded == {"modelarts_emulator", "modelarts_emulator.pytest_plugin"}


def test_public_names() -> None:
    """What the package offers can be had and listed, and what it does not offer is missed as ever."""
    assert set(modelarts_emulator.__all__) <= set(dir(modelarts_emulator))
    assert all(getattr(modelarts_emulator, name) is not None for name in modelarts_emulator.__all__)
    with pytest.raises(AttributeError, match="module 'modelarts_emulator' has no attribute 'Emulatr'"):
        modelarts_emulator.Emulatr  # type: ignore[attr-defined]  # noqa: B018 - to miss it


FILES = {"pathlib", "os", "shutil", "tempfile", "io", "glob", "mmap", "fcntl"}
MAY_TOUCH_FILES = {"testing/arrangement.py", "state/store.py", "world.py", "emulator.py", "commands.py", "__main__.py"}
MAY_TOUCH_FILES |= {"worlds/files.py"}
MAY_TOUCH_FILES |= {"console/page/files.py"}  # those of the package, by names that no request can say
FILE_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rename", "iterdir"}
ON_FILES = {"open", "save", "load", "copy_to", "serve"}
"""Methods of the emulator that take a path or open a port."""


def running(path: Path) -> ast.Module:
    """A module without what is there for type checkers alone."""
    module = ast.parse(path.read_text())
    for item in ast.walk(module):
        if isinstance(item, ast.If) and isinstance(item.test, ast.Name) and item.test.id == "TYPE_CHECKING":
            item.body = [ast.Pass()]
    return module


def called(module: ast.AST) -> set[str]:
    """Names of functions and methods that a module calls."""
    calls = [item.func for item in ast.walk(module) if isinstance(item, ast.Call)]
    return {
        func.id if isinstance(func, ast.Name) else func.attr
        for func in calls
        if isinstance(func, ast.Name | ast.Attribute)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_request_reaches_the_file_system(path: Path) -> None:
    """Only what opens worlds touches files; nothing that answers a request does."""
    module = running(path)
    imported = {
        name.partition(".")[0]
        for item in ast.walk(module)
        for name in (
            [alias.name for alias in item.names]
            if isinstance(item, ast.Import)
            else [str(item.module)]
            if isinstance(item, ast.ImportFrom)
            else []
        )
    }

    if str(path.relative_to(ROOT)) not in MAY_TOUCH_FILES:
        assert not imported & FILES
        assert not called(module) & FILE_CALLS


@pytest.mark.parametrize("path", sorted((ROOT / "console").rglob("*.py")), ids=lambda path: path.name)
def test_control_api_opens_nothing(path: Path) -> None:
    """Other processes cannot make the emulator read or write a file, nor listen anywhere, through the control API."""
    used = {
        item.attr
        for item in ast.walk(ast.parse(path.read_text()))
        if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name) and item.value.id == "emulator"
    }

    assert not used & ON_FILES

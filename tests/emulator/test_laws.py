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
MODULES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
HEAVY = {
    f"modelarts_emulator.{name}"
    for name in (
        "service.documents",
        "service.responses",
        "service.evidence",
        "wire.dispatch",
        "console",
        "worlds.loading",
    )
}
"""What is loaded when somebody first needs it."""

CHANCE_AND_TIME = {"random", "secrets", "uuid", "time"}
OUTSIDE = {"manifest/wall.py"}
"""What has to do with a service elsewhere, in whose world the time is that of the wall clock."""

MAY_KNOW_TIME = {"state/clock.py", "wire/signing.py", "wire/patience.py", *OUTSIDE}
FILES = {"pathlib", "os", "shutil", "tempfile", "io", "glob", "mmap", "fcntl"}
FILE_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rename", "iterdir"}
MAY_TOUCH_FILES = {
    *("testing/arrangement.py", "state/store.py", "world.py", "emulator.py", "commands.py", "__main__.py"),
    *("manifest/reading.py", "manifest/recorder.py"),
    *("worlds/files.py", "console/page/files.py"),  # the latter those of the package, by names that no request can say
}
ON_FILES = {"open", "save", "load", "copy_to", "serve"}
"""Methods of the emulator that take a path or open a port."""


def imports(module: ast.AST) -> set[str]:
    """Top-level packages that a module imports anywhere."""
    found = set()
    for item in ast.walk(module):
        if isinstance(item, ast.Import):
            found |= {name.name.partition(".")[0] for name in item.names}
        elif isinstance(item, ast.ImportFrom) and item.module:
            found.add(item.module.partition(".")[0])
    return found


def running(text: str) -> ast.Module:
    """A module without what is there for type checkers alone."""
    module = ast.parse(text)
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


def used_of_the_emulator(text: str) -> set[str]:
    """Attributes of `emulator` that a module uses."""
    attributes = [item for item in ast.walk(ast.parse(text)) if isinstance(item, ast.Attribute)]
    return {item.attr for item in attributes if isinstance(item.value, ast.Name) and item.value.id == "emulator"}


class TestEveryModule:
    def test_takes_time_and_chance_from_one_place(self) -> None:
        """Only the clock looks at the wall clock, only a server at how long it waits, and nothing is left to chance."""
        imported = {name: imports(ast.parse(text)) & CHANCE_AND_TIME for name, text in MODULES.items()}
        told = {name for name, text in MODULES.items() if "datetime.now" in text or "time.time" in text}

        assert {name: found for name, found in imported.items() if found} == {name: {"time"} for name in MAY_KNOW_TIME}
        assert told <= {"state/clock.py", *OUTSIDE}

    def test_is_of_a_readable_size(self) -> None:
        """No module is longer than 300 lines."""
        assert {name: lines for name, text in MODULES.items() if (lines := len(text.splitlines())) > 300} == {}

    def test_touches_no_files(self) -> None:
        """Only what opens worlds touches files; nothing that answers a request does."""
        modules = {name: running(text) for name, text in MODULES.items() if name not in MAY_TOUCH_FILES}

        touching = {name: imports(module) & FILES | called(module) & FILE_CALLS for name, module in modules.items()}
        assert {name: found for name, found in touching.items() if found} == {}

    def test_of_the_console_opens_nothing(self) -> None:
        """Other processes cannot make the emulator read or write a file, nor listen anywhere, through the console."""
        console = {name: used_of_the_emulator(text) for name, text in MODULES.items() if name.startswith("console/")}

        assert any("seed" in used for used in console.values())
        assert {name: used & ON_FILES for name, used in console.items() if used & ON_FILES} == {}


def loaded_by(statement: str) -> set[str]:
    """Modules that a statement loads in a new process which has pytest."""
    program = f"import sys, pytest; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_it_is_light() -> None:
    """Importing the emulator loads neither HTTP nor operations, control API, shapes or what makes a world."""
    loaded = loaded_by("from modelarts_emulator import *")

    assert loaded & ({"httpx", "socketserver", "pulumi", "pydantic"} | HEAVY) == set()
    assert "modelarts_emulator.emulator" in loaded


def test_opening_a_world_is_light(tmp_path: Path) -> None:
    """A world that exists is opened without operations, shapes, or what makes a world."""
    path = tmp_path / "world.db"
    modelarts_emulator.Emulator.open(path).close()

    loaded = loaded_by(f"from modelarts_emulator import Emulator; Emulator.open({str(path)!r}).close()")

    assert loaded & ({"httpx", "socketserver", "pydantic"} | HEAVY) == set()


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

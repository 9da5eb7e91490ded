import ast
import subprocess
import sys
from pathlib import Path

import pytest

import modelarts_emulator

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
    """Importing the emulator loads neither an HTTP client nor a server."""
    loaded = loaded_by("from modelarts_emulator import *")

    assert loaded & {"httpx", "http.server", "pulumi"} == set()
    assert "modelarts_emulator.emulator" in loaded


def test_the_pytest_plugin_is_lighter_still() -> None:
    """The plugin, which pytest loads wherever it is installed, brings nothing with it until a test uses it."""
    loaded = loaded_by("import modelarts_emulator.pytest_plugin")

    assert loaded == {"modelarts_emulator", "modelarts_emulator.pytest_plugin"}


def test_public_names() -> None:
    """What the package offers can be had and listed, and what it does not offer is missed as ever."""
    assert set(modelarts_emulator.__all__) <= set(dir(modelarts_emulator))
    assert all(getattr(modelarts_emulator, name) is not None for name in modelarts_emulator.__all__)
    with pytest.raises(AttributeError, match="module 'modelarts_emulator' has no attribute 'Simulator'"):
        modelarts_emulator.Simulator  # type: ignore[attr-defined]  # noqa: B018 - to miss it

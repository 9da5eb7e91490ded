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

    def test_needs_httpx_in_the_transport_alone(self, path: Path) -> None:
        """The core is free of HTTP libraries."""
        assert ("httpx" in imports(path)) == (path.name == "transport.py")

    def test_is_of_a_readable_size(self, path: Path) -> None:
        """No module is longer than 300 lines."""
        assert len(path.read_text().splitlines()) <= 300


def test_importing_it_is_light() -> None:
    """Importing the emulator loads no HTTP client, no server, no pydantic models and no operations."""
    heavy = {"httpx", "http.server", "pulumi", "pytest", "pydantic"}
    heavy |= {f"modelarts_emulator.{name}" for name in ("dispatch", "urls", "contracts", "behaviours", "documents")}
    program = f"import sys, modelarts_emulator; print({heavy} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"

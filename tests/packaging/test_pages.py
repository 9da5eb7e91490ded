"""What somebody reads who decides whether to use this: every link leads somewhere, from a package index too."""

import re
import tomllib
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

import modelarts_emulator
import pulumi_modelarts
from tools.paths import EMULATOR, ROOT

REPOSITORY = "https://github.com/pulumi-modelarts/pulumi-modelarts"
PAGES = [*sorted(ROOT.glob("*.md")), EMULATOR / "README.md", ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md"]
TRUST = ("SECURITY.md", "SUPPORT.md", "CODE_OF_CONDUCT.md", "RELEASING.md", "NOTICE", "LICENSE", "CHANGELOG.md")

PYTHON_NAMES = {
    pulumi_modelarts: {
        *("Network", "ResourcePool", "NodePool", "Driver", "NodeMigration", "NodeSelection", "Rollout", "Provider"),
        "__version__",
        *(
            "ModelArtsError",
            "ApiError",
            "AuthenticationError",
            "BadRequestError",
            "ConfigurationError",
            "ConflictError",
        ),
        *("NotFoundError", "OperationError", "OperationFailed", "OperationTimeout", "PermissionDeniedError"),
        *("RefusedError", "ServerError", "ThrottledError", "TransportError", "UnreadableError"),
        "UnsupportedMediaTypeError",
    },
    modelarts_emulator: {
        *("Emulator", "mock_modelarts", "read_world", "Credentials", "Fault", "Outcome", "Throttle", "Request"),
        *("Response", "PROJECT", "TRAIN_POOL", "INFER_POOL", "GPU_POOL", "NETWORK", "NODE", "TRAINING_JOB"),
        *("DefectError", "ImpossibleWorldError", "LockedFileError", "UnreadableFileError", "UnsupportedFileError"),
        "UnsupportedSnapshotError",
    },
}
"""What the packages have exported: a name that is gone breaks a program."""


def links(text: str) -> list[str]:
    """Where the links of a page lead, without those within it."""
    return re.findall(r"\]\((?!#)([^)#]+)", text)


def in_tree(link: str) -> Path | None:
    """The file or folder that a link to this repository's pages means; None for one that leads elsewhere."""
    found = re.fullmatch(rf"{REPOSITORY}/(?:blob|tree)/[^/]+/(.*)", link)
    return ROOT / found[1] if found else None


def metadata(folder: Path) -> ProjectMetadata[PluginManager]:
    """What a build says of a distribution."""
    with warnings.catch_warnings(action="ignore"):  # git says that a clone is shallow
        found = ProjectMetadata(str(folder), PluginManager())
        assert found.core.name
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link of the pages at the top of the tree exists."""
    found = links(page.read_text(encoding="utf-8"))

    targets = [in_tree(link) or page.parent / link for link in found if in_tree(link) or "://" not in link]
    assert [target for target in targets if not target.exists()] == []


def test_links_of_the_readme_lead_somewhere_from_an_index() -> None:
    """An index shows the readme alone: each link is a whole address of this version, and the tree has what it names."""
    whole = metadata(ROOT)
    core = whole.core
    found = links(core.readme)

    assert core.readme_content_type == "text/markdown"
    assert [link for link in found if not link.startswith("https://")] == []
    assert {link.split("/")[6] for link in found if in_tree(link)} == {f"v{whole.version}"}
    assert [link for link in found if (target := in_tree(link)) and not target.exists()] == []
    assert len(found) == len(links((ROOT / "README.md").read_text(encoding="utf-8"))) > 0


@pytest.mark.parametrize("folder", [ROOT, EMULATOR], ids=lambda folder: folder.name)
def test_what_an_index_shows(folder: Path) -> None:
    """Both distributions say whose they are, where they live, that they are alpha, and under which licence."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert {
        "maintainers": project["maintainers"],
        "license": (project["license"], project["license-files"]),
        "requires-python": project["requires-python"],
        "status": [line for line in project["classifiers"] if line.startswith("Development Status")],
    } == {
        "maintainers": [{"name": "the maintainers"}],
        "license": ("Apache-2.0", ["LICENSE", "NOTICE"]),
        "requires-python": ">=3.11",
        "status": ["Development Status :: 3 - Alpha"],
    }
    assert set(project["urls"]) == {"Homepage", "Documentation", "Changelog", "Issues"}
    assert all(url.startswith(REPOSITORY) for url in project["urls"].values())
    assert [url for url in project["urls"].values() if (target := in_tree(url)) and not target.exists()] == []


def test_the_status_is_the_first_thing_said() -> None:
    """Under the title, before anything is promised, stand the status and whom this is not from."""
    title, status, *_ = (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n")

    assert title == "# pulumi-modelarts"
    assert status.startswith("> **Alpha.**")
    assert "Not affiliated with Huawei or Pulumi." in status


@pytest.mark.parametrize("name", TRUST)
def test_the_pages_that_trust_rests_on_are_there(name: str) -> None:
    """None of them is missing or empty, and what goes into both distributions is the same."""
    text = (ROOT / name).read_text(encoding="utf-8")

    assert text.strip()
    if (EMULATOR / name).exists():
        assert (EMULATOR / name).read_text(encoding="utf-8") == text


def test_a_report_brings_what_is_needed() -> None:
    """The form for faults asks for the report of the doctor and for a trace."""
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong.yml").read_text(encoding="utf-8")

    assert "`modelarts doctor`" in text
    assert "MODELARTS_TRACE=" in text


@pytest.mark.parametrize(("package", "names"), PYTHON_NAMES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_exported_names_stay(package: ModuleType, names: set[str]) -> None:
    """What was exported once is exported still, and can be had."""
    assert names - set(package.__all__) == set()
    assert [name for name in names if not hasattr(package, name)] == []

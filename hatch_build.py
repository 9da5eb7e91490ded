"""What hatchling is told when it builds pulumi-modelarts: its requirements."""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    """Requires the emulator in the very version that is built: both come from one tree, and are tried together."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill the requirements in; a source distribution has them in its metadata already."""
        if "dependencies" in metadata:
            return
        project = tomllib.loads((Path(self.root) / "pyproject.toml").read_text(encoding="utf-8"))
        emulator = f"modelarts-emulator=={metadata['version']}"
        metadata["dependencies"] = [*project["dependency-groups"]["runtime"], emulator]

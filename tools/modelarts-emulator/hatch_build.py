"""Where the package is: in `provider/` of a checkout; in a source distribution it is here, and hatchling finds it."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "modelarts_emulator"


class Package(BuildHookInterface):
    """Puts the package of a checkout into what is built; an editable installation goes to the checkout for it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder that the package is taken from."""
        here = Path(self.root)
        if version != "editable" and not (here / PACKAGE).is_dir():
            build_data["force_include"][str(here.parents[1] / "provider" / PACKAGE)] = PACKAGE

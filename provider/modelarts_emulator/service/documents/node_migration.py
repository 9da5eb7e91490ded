"""Migrations on the wire (documented: BatchMigratePoolNodes)."""

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.resource_pool import CreatingStep
from modelarts_emulator.service.documents.shapes import Name, Text


class MigratedSpec(TypedDict, total=False):
    """What the nodes become in the target; the fields behind `nodePool` count where a node pool is made for them."""

    flavor: Text
    creatingStep: CreatingStep | None
    nodePool: Text
    rootVolume: Any
    dataVolumes: Any
    volumeGroupConfigs: Any
    labels: Any
    taints: Any
    tags: Any
    network: Any
    extendParams: Any


class MigrateNodes(TypedDict):
    """Body of BatchMigratePoolNodes in camel case; other spellings are understood too."""

    migrateNodeNames: Annotated[list[Name], Field(min_length=1)]
    fromClusterName: Name
    toClusterName: Name
    toPoolName: NotRequired[Text]
    resourceSpec: NotRequired[MigratedSpec | None]


class StartedJob(TypedDict):
    """Answer of BatchMigratePoolNodes, unless a world chooses the training job of the page's 2025 edition."""

    job_id: Name


StartedMigration = StartedJob | dict[str, Any]
"""Answer of BatchMigratePoolNodes: one of the two."""

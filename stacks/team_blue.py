"""A team's stack: the pools are the platform's, and which GPU nodes work in the team's pool is decided here.

After `make up STACK=platform`, `make up STACK=team-blue` takes the node that the team's training job leaves idle in its
pool. To give it back: `pulumi config set team-blue:giveBack true`, then `pulumi up`.
"""

import pulumi

import pulumi_modelarts as modelarts

GPU = "modelarts.vm.gpu.t4u8"
JOB = "3faf5c03-aaa1-4cbe-879d-24b05d997347"

config = pulumi.Config("team-blue")
platform = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/platform")


class Placed(pulumi.ComponentResource):
    """Nodes of one pool that are chosen once and live in another: a choice and its migration, which go together."""

    def __init__(
        self,
        name: str,
        *,
        count: int,
        home: pulumi.Input[str],
        away: pulumi.Input[str],
        give_back: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("team:index:Placed", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        choice = modelarts.NodeSelection(name, pool=home, flavor=GPU, count=count, opts=inside)
        source, target = (away, home) if give_back else (home, away)
        move = modelarts.NodeMigration(name, nodes=choice.nodes, source_pool=source, target_pool=target, opts=inside)
        self.nodes, self.placed = choice.nodes, move.placed
        self.register_outputs({"nodes": self.nodes, "placed": self.placed})


def pool(name: str) -> pulumi.Output[str]:
    """Returns the id of a pool of the platform's."""

    def found(pools: dict[str, str] | None) -> str:
        if pools is None or name not in pools:
            raise pulumi.RunError(f"The platform has no pool {name!r}: run `make up STACK=platform` first")
        return pools[name]

    return platform.get_output("pools").apply(found)


job = modelarts.get_training_job(config.get("job") or JOB)
notebooks = Placed(
    "notebooks",
    count=config.get_int("nodes") or 1,
    home=job.resource.pool_id,
    away=pool("blue"),
    give_back=config.get_bool("giveBack") or False,
)

pulumi.export("training", job.metadata.name)
pulumi.export("notebooks", notebooks.nodes)

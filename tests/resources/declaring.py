"""A program that declares one of everything, for whoever wants to know what declaring takes."""

DECLARING = """
import pulumi
import pulumi_modelarts as modelarts

class Engine(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", args.inputs

    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Engine())

def declare():
    beijing = modelarts.Provider("beijing", region="cn-north-4", live_preview=False)
    net = modelarts.Network("net", name="team-net", cidr="192.168.0.0/20")
    two = modelarts.NodeSelection("two", pool="a", flavor="cpu", count=2)
    move = modelarts.NodeMigration(
        "move", nodes=two.nodes, source_pool="a", target_pool="b", strategy=modelarts.Rollout(max_unavailable=2)
    )
    pool = modelarts.ResourcePool(
        "pool",
        pool_name="a",
        flavors={"cpu": 3},
        node_pools={"gold": modelarts.NodePool(flavor="cpu", count=1)},
        driver=modelarts.Driver(gpu_version="515.65.01"),
        after=[move],
        opts=pulumi.ResourceOptions(provider=beijing),
    )
    fleet = modelarts.Fleet("fleet", pools={"train": modelarts.PoolSpec(pool_name="c", flavors={"cpu": 3})})
    return pool.node_counts, fleet.node_counts

pulumi.runtime.test(declare)()
"""
"""It runs under Pulumi's mocks, in a process of its own."""

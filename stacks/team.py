"""A second example: a network and two pools of a team are made in it, and a node moves into one of them.

Run it from nothing, on the embedded emulator, with `make up STACK=team`.
"""

import pulumi

import pulumi_modelarts as modelarts

CPU = "modelarts.vm.cpu.4ud"
TRAIN = "auto-pool-os-86c13962597848eeb29c5861153a391f"
NODE = "os-node-created-mnmcf"

kept = pulumi.ResourceOptions(protect=True)

network = modelarts.Network("net", name="team-net", cidr="192.168.0.0/20")
blue = modelarts.ResourcePool(
    "blue",
    name="team-blue",
    network=network.network_name,
    flavors={CPU: 3},
    arrivals=[NODE],
    scope=["Train", "Infer"],
    opts=kept,
)
green = modelarts.ResourcePool(
    "green", name="team-green", network=network.network_name, flavors={CPU: 1}, scope=["Train"], opts=kept
)
move = modelarts.NodeMigration("one-to-blue", nodes=[NODE], source_pool=TRAIN, target_pool=blue.pool_name)
train = modelarts.ResourcePool("train", pool_name=TRAIN, flavors={CPU: 1}, after=[move])

pulumi.export("blue", blue.node_counts)
pulumi.export("green", green.node_counts)
pulumi.export("train", train.node_counts)

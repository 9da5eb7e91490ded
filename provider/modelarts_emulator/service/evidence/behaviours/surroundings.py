"""What surrounds pools: networks, node pools, workspaces, quotas, regions."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("flavors", "`size` of accelerators is a text", "client", "official SDK"),
    Behaviour("networks", "A network's id is its display name and the project's id", "observed", "third-party notes"),
    Behaviour("networks", "Its phase is empty in the answer, then Creating, then Active", "client", "Terraform"),
    Behaviour("networks", "Making one takes 20 s, and deleting it 10 s", "assumed"),
    Behaviour("networks", "It lies in 172.16.0.0/12 to /24 or in 192.168.0.0/16 to /24", "documented", "CreateNetwork"),
    Behaviour("networks", "A missing one is 404 `ModelArts.50025001`", "documented", "ShowNetwork"),
    Behaviour(
        "networks", "One with a pool in it is not deleted: `ModelArts.50025002`", "observed", "third-party notes"
    ),
    Behaviour("networks", "with HTTP status 409", "assumed"),
    Behaviour("networks", "`status.subnets[0].networkId` is the id of its subnet", "client", "Terraform"),
    Behaviour("networks", "and is there once it is Active, never to change", "assumed"),
    Behaviour("networks", "One operation tells all and used addresses of the subnet", "client", "official SDK"),
    Behaviour("networks", "A node has one, until it is gone; five of a block are kept back", "assumed"),
    Behaviour("networks", "A name that is taken is 400 `ModelArts.50004000`", "assumed"),
    Behaviour("node pools", "They are the entries of the pool's spec, by node pool", "client", "Terraform"),
    Behaviour("node pools", "A missing one is 404 `ModelArts.50015001`", "assumed"),
    Behaviour("node pools", "`spec.resources` is one entry", "client", "official SDK"),
    Behaviour(
        "node pools", "`status.resources` has one count where a pool has a list", "client", "official SDK, Terraform"
    ),
    Behaviour("workspaces", "The default one, `0`, is in every project", "documented", "ListWorkspaces"),
    Behaviour("workspaces", "One that is not there is 400 `ModelArts.0102`", "documented", "error codes"),
    Behaviour("workspaces", "A quota of -1 is no limit, and its use is null", "documented", "ShowWorkspaceQuotas"),
    Behaviour("quotas", "15 pools and 15 networks, unless a world says otherwise", "documented", "ShowOsConfig"),
    Behaviour("quotas", "Pools and networks above that are 400 `ModelArts.0118`", "assumed"),
    Behaviour("events", "Changes of a pool's phase, and of what its nodes do", "documented", "ListEvents"),
    Behaviour("events", "in the words of the page", "documented", "ListEvents, example"),
    Behaviour("events", "A node that checks itself counts as creating", "assumed"),
    Behaviour("events", "More abnormal nodes, and phases of failure, are a `Warning`", "assumed"),
    Behaviour("events", "The newest comes first, and pages follow each other by `continue`", "client", "official SDK"),
    Behaviour("regions", "A project belongs to one region", "documented", "authentication"),
    Behaviour("regions", "The service of another region answers 403 `ModelArts.0210`", "assumed"),
)

"""Resource pools, their updates, job types and drivers."""

from __future__ import annotations

from modelarts_emulator.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("pools", "Scaling and upgrades leave the phase `Running`", "documented", "PatchPool, example"),
    Behaviour("pools", "`status` lists `created`, `creating` or `failed` pools", "documented", "ListPools"),
    Behaviour("pools", "Without `status`, failed records are left out", "documented", "ListPools, 2025"),
    Behaviour("pools", "`labelSelector` takes `key=value` pairs separated by commas", "assumed"),
    Behaviour("pools", "Without `workspaceId`, pools of all workspaces are listed", "assumed"),
    Behaviour("patch", "The content type must be `application/merge-patch+json`", "documented", "PatchPool"),
    Behaviour("patch", "Another one is refused with `ModelArts.50004100`", "observed", "third-party notes"),
    Behaviour("patch", "and HTTP status 415", "assumed"),
    Behaviour("patch", "RFC 7396: lists are replaced whole, null deletes, unknown fields stay", "client", "Terraform"),
    Behaviour("patch", "`apiVersion` and `kind` are refused", "observed", "third-party notes"),
    Behaviour("patch", "Name, type, network and node prefix cannot be changed", "client", "Terraform"),
    Behaviour("patch", "Any other unknown label, annotation or spec field is kept", "assumed"),
    Behaviour("patch", "A description takes none of `!<>=&\"'`", "documented", "PatchPool"),
    Behaviour("patch", "A pool must be Running to scale, change scope or driver", "documented", "user guide"),
    Behaviour("patch", "A frozen pool (control mode 8, 16) takes none of these", "assumed"),
    Behaviour("patch", "Control mode 2 refuses other flavors but takes other counts", "assumed"),
    Behaviour("drivers", "`force` upgrades at once", "documented", "PatchPool"),
    Behaviour("drivers", "`idle` waits until no job runs on the pool's nodes", "documented", "PatchPool"),
    Behaviour("drivers", "The state is `Upgrading` from the request on, the wait included", "assumed"),
    Behaviour("drivers", "An upgrade takes 120 s; one that fails is `Abnormal` with the old version", "assumed"),
    Behaviour("drivers", "A version for accelerators that the pool lacks is refused", "assumed"),
    Behaviour("scope", "A pool has at least one of Train, Infer, Notebook", "documented", "PatchPool"),
    Behaviour("scope", "Added ones go through `Enabling`, dropped ones through `Disabling`", "documented", "PatchPool"),
    Behaviour("scope", "Either takes 20 s, and disabled ones are not listed", "assumed"),
)

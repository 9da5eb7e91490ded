"""Training jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

if TYPE_CHECKING:
    from modelarts_emulator.service.evidence.behaviours.behaviour import Provenance

_SDK: tuple[Provenance, str] = ("client", "official SDK")
_TERRAFORM: tuple[Provenance, str] = ("client", "Terraform")
_CREATE: tuple[Provenance, str] = ("documented", "CreateTrainingJob")
_SHOW: tuple[Provenance, str] = ("documented", "ShowTrainingJobDetails")
_SEARCH: tuple[Provenance, str] = ("documented", "ListTrainingJobs")
_STOP: tuple[Provenance, str] = ("documented", "StopTrainingJob")
_ERRORS: tuple[Provenance, str] = ("documented", "error codes")

BEHAVIOURS = (
    Behaviour("training jobs", "Phases are Creating, Pending, Running, Terminating and four that end it", *_SHOW),
    Behaviour("training jobs", "A job is Creating for 10 s, then Pending until it has nodes", "assumed"),
    Behaviour("training jobs", "It takes whole nodes: idle, Available, not drained, not under way, by name", "assumed"),
    Behaviour("training jobs", "The higher `priority` gets nodes first; it is 1 by default", *_CREATE),
    Behaviour("training jobs", "then the older job; one that does not fit lets others pass", "assumed"),
    Behaviour("training jobs", "None starts while the pool's driver is upgraded, or is to be when jobs end", "assumed"),
    Behaviour("training jobs", "It runs until somebody ends it, or as long as the world says", "assumed"),
    Behaviour("training jobs", "or as many hours as its `auto_stop` says", *_SDK),
    Behaviour("training jobs", "A job is on the nodes whose `privateIp` its tasks name as `host_ip`", *_SDK),
    Behaviour("training jobs", "Jobs show `task_ips` only to a search for `host_ips`, those on these hosts", *_SDK),
    Behaviour("training jobs", "which finds jobs of the last 31 days unless `create_time` says otherwise", *_SDK),
    Behaviour("training jobs", "Times are milliseconds, those of `running_records` seconds", *_SHOW),
    Behaviour("training jobs", "`start_time` is 0 and `node_count_metrics` null before it runs", *_CREATE),
    Behaviour("training jobs", "`environments` is a map", *_TERRAFORM),
    Behaviour("training jobs", "What was sent is shown back; fields that no page has are not", "assumed"),
    Behaviour("training jobs", "`policies.auto_search` may be null, which is not shown back", *_CREATE),
    Behaviour("training jobs", "`spec.resource.policy` is `regular`", *_CREATE),
    Behaviour("training jobs", "A flavor says how many cards of a node it takes; CPU pools take none", *_CREATE),
    Behaviour("training jobs", "One that the pool does not have is 400 `ModelArts.2763`", "assumed"),
    Behaviour("training jobs", "A name is 1 to 64 letters, digits, underscores and hyphens", *_CREATE),
    Behaviour("training jobs", "A name that is taken is 400 `ModelArts.2751`", *_ERRORS),
    Behaviour("training jobs", "until its job is deleted", "assumed"),
    Behaviour("training jobs", "An algorithm that the world has not is 400 `ModelArts.2755`", *_CREATE),
    Behaviour("training jobs", "One of `id`, boot file in code directory and engine, command and image", *_CREATE),
    Behaviour("training jobs", "Without directory, boot file or image: `ModelArts.2757`, `2758`, `2806`", "assumed"),
    Behaviour("training jobs", "`tasks` are not taken", *_CREATE),
    Behaviour("training jobs", "A pool that is missing, not Running, without `Train`: 2890, 2887, 2886", *_ERRORS),
    Behaviour("training jobs", "Federations are 400 `ModelArts.2801`", *_ERRORS),
    Behaviour("training jobs", "A refusal says in `error_solution` what to do", *_CREATE),
    Behaviour("training jobs", "Stopping takes jobs in Creating, Pending and Running", *_STOP),
    Behaviour("training jobs", "any other is 409 `ModelArts.2796`", *_ERRORS),
    Behaviour("training jobs", "It takes 15 s, and the nodes are busy until it is done", "assumed"),
    Behaviour("training jobs", "A deleted job is gone at once, a running one too", "assumed"),
    Behaviour("training jobs", "Other things than the description can be changed too", *_SDK),
    Behaviour(
        "training jobs", "A running job whose node is deleted, is rebooted or breaks becomes `Failed`", "assumed"
    ),
    Behaviour("training jobs", "All jobs of a pool that is deleted become `Failed`", "assumed"),
    Behaviour("training jobs", "The exit code of a task is 0, 1 or, where the job was terminated, 137", "assumed"),
    Behaviour("training jobs", "`offset` of a search is the index of a page", *_SEARCH),
    Behaviour("training jobs", "Without `limit` a page has ten jobs", "assumed"),
    Behaviour("training jobs", "Without `workspace_id` the default workspace is searched", *_SDK),
    Behaviour("training jobs", "Keys of filters, 20 filters, 10 values, 31 days", *_TERRAFORM),
    Behaviour("training jobs", "A wrong key, operator or value is `ModelArts.2807`, `2808`, `2809`", *_ERRORS),
    Behaviour("training jobs", "`like` finds a part of the text; without an operator it is `in`", "assumed"),
    Behaviour("training jobs", "`group_by` takes these keys and puts equal jobs next to each other", "assumed"),
    Behaviour("training jobs", "Jobs have no tags and no users: searches for them find none", "assumed"),
)

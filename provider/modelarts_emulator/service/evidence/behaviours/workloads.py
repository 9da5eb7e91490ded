"""What occupies nodes, whatever it is."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("workloads", "A pool lists training jobs, inference services and notebooks", "client", "official SDK"),
    Behaviour(
        "workloads", "The list names no total; pages of 500 follow each other by `offset`", "client", "official SDK"
    ),
    Behaviour(
        "workloads", "`hostip` takes several addresses, and leaves `offset` and `limit` aside", "client", "official SDK"
    ),
    Behaviour("workloads", "Host addresses are one text, separated by commas", "client", "official SDK"),
    Behaviour("workloads", "`jobUUID` is the id of the training job, service or notebook", "client", "official SDK"),
    Behaviour("workloads", "A missing pool is 404 `ModelArts.50015001`", "assumed"),
    Behaviour("workloads", "The newest comes first; another word for type, status or sort is 400", "assumed"),
    Behaviour("workloads", "Ended ones stay in the list, with the addresses they had", "assumed"),
    Behaviour("workloads", "Creating, Running, Abnormal and Terminating ones occupy their nodes", "assumed"),
    Behaviour("workloads", "Services and notebooks do not end by themselves", "assumed"),
    Behaviour(
        "workloads", "They fail when their node or pool is deleted; draining and rebooting leave them", "assumed"
    ),
    Behaviour(
        "workloads", "Nodes with one are busy: they take no training job, and are migrated as busy ones", "assumed"
    ),
    Behaviour("workloads", "A driver upgrade under `idle` waits for them too", "assumed"),
    Behaviour("workloads", "What has come to a pool with a node that moved is listed there, too", "assumed"),
)

"""What is believed to be gone: what is missing in the project that its id names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.plans.projects import not_gone

if TYPE_CHECKING:
    from pulumi_modelarts.reconcilers.session import Session


def believe_gone(session: Session, what: str, id_: str) -> None:
    """Refuses to take for deleted what was looked for in another project than its own.

    Args:
        session: The shared side of the project that was asked.
        what: What was looked for, such as "resource pool".
        id_: Its id.

    Raises:
        RefusedError: Its id names another project.
    """
    if reason := not_gone(what, id_, session.client.settings.project_id):
        raise RefusedError(reason)

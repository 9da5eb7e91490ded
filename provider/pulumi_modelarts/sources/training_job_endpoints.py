"""How a training job can be reached, as a program is told: its tasks by SSH, and pages that a token opens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi import Output

from pulumi_modelarts.sources._results import many

if TYPE_CHECKING:
    from pulumi import Input


@dataclass(frozen=True)
class TaskUrl:
    """Where one task can be reached by SSH.

    Attributes:
        task: Such as "worker-0".
        url: Its address.
    """

    task: str = ""
    url: str = ""


@dataclass(frozen=True)
class SshEndpoint:
    """How the tasks of a job can be reached by SSH.

    Attributes:
        key_pair_names: Names of the key pairs that open them.
        task_urls: Where each can be reached.
    """

    key_pair_names: tuple[str, ...] = ()
    task_urls: tuple[TaskUrl, ...] = many(TaskUrl)


@dataclass(frozen=True)
class WebEndpoint:
    """A page for a browser.

    Attributes:
        url: Its address; empty where there is none.
        token: What opens it; empty where there is none. A plain text from `get_training_job`, which no `repr` shows; a
            secret output from `get_training_job_output`.
    """

    url: str = ""
    token: Input[str] = field(default="", repr=False)

    def sealed(self) -> WebEndpoint:
        """Returns the same with a secret output for its token, where it has one."""
        return replace(self, token=Output.secret(self.token)) if self.token else self


@dataclass(frozen=True)
class JobEndpoints:
    """How a job can be reached.

    Attributes:
        ssh: Its tasks.
        jupyter_lab: Its JupyterLab.
        tensorboard: Its TensorBoard.
        mindstudio_insight: Its MindStudio Insight.
    """

    ssh: SshEndpoint = SshEndpoint()
    jupyter_lab: WebEndpoint = WebEndpoint()
    tensorboard: WebEndpoint = WebEndpoint()
    mindstudio_insight: WebEndpoint = WebEndpoint()

    @property
    def has_tokens(self) -> bool:
        """Whether a token opens any of them."""
        return any(page.token for page in (self.jupyter_lab, self.tensorboard, self.mindstudio_insight))

    def sealed(self) -> JobEndpoints:
        """Returns the same with secret outputs for tokens."""
        return replace(
            self,
            jupyter_lab=self.jupyter_lab.sealed(),
            tensorboard=self.tensorboard.sealed(),
            mindstudio_insight=self.mindstudio_insight.sealed(),
        )

"""An explicit provider: another region, project or account beside the stack's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_modelarts.resources._arguments import properties
from pulumi_modelarts.resources._calls import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input, ResourceOptions


class Provider(pulumi.ProviderResource):
    """Settings for some of a program's resources; pass it as `ResourceOptions(provider=...)`.

    It takes the place of the stack's `modelarts:*` configuration as a whole: what is not given here is looked for in
    the environment, not in the stack. Each one runs in a process of its own, so that two of them cannot see that both
    manage one pool.

    Attributes:
        claim: Whether pools are marked as those of this stack.
        given: The settings that were given, by key, as the program wrote them; for data sources, which ask by
            themselves.
    """

    given: Mapping[str, Any]

    @checked
    def __init__(  # noqa: PLR0913 - one argument for each setting
        self,
        resource_name: str,
        *,
        region: Input[str] | None = None,
        project_id: Input[str] | None = None,
        access_key: Input[str] | None = None,
        secret_key: Input[str] | None = None,
        security_token: Input[str] | None = None,
        token: Input[str] | None = None,
        user_name: Input[str] | None = None,
        password: Input[str] | None = None,
        domain_name: Input[str] | None = None,
        workspace_id: Input[str] | None = None,
        endpoint: Input[str] | None = None,
        iam_endpoint: Input[str] | None = None,
        ca_file: Input[str] | None = None,
        emulator_file: Input[str] | None = None,
        emulator_clock: Input[str] | None = None,
        live_preview: Input[bool] | None = None,
        workers: Input[int] | None = None,
        max_growth: Input[int] | None = None,
        max_scale_in: Input[int] | None = None,
        claim: bool | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Makes a provider.

        Args:
            resource_name: Name of the provider in the program.
            region: Region such as "cn-north-4".
            project_id: Id of the project in that region.
            access_key: Access key (AK). Kept as a secret.
            secret_key: Secret key (SK). Kept as a secret.
            security_token: What a temporary access key comes with. Kept as a secret.
            token: A project token from IAM, instead of keys. Kept as a secret.
            user_name: IAM user, who gets tokens with `password` and `domain_name`.
            password: Password of the user. Kept as a secret.
            domain_name: Account the user belongs to.
            workspace_id: Workspace whose pools are listed; default: the service's default one.
            endpoint: Address of ModelArts, or "emulator"; default: the region's own.
            iam_endpoint: Address of IAM; default: the region's own.
            ca_file: File with the certificates of the authorities to believe, in PEM form; default: the usual ones.
            emulator_file: File of the embedded emulator (default `.modelarts/emulator.db`).
            emulator_clock: Clock of the embedded emulator; default: what its file says, "scaled:60" in a new one.
            live_preview: Whether previews look at the service (default true).
            workers: Calls served at once (default 64).
            max_growth: The most that `max_growth` of a pool may be; a pool that says nothing has it.
            max_scale_in: The most that `max_scale_in` of a pool may be.
            claim: Whether pools are marked as those of this stack (default false).
            opts: Resource options.
        """
        self.claim = bool(claim)
        secret = {"access_key": access_key, "secret_key": secret_key, "security_token": security_token}
        secret |= {"token": token, "password": password}
        settings = properties(
            region=region,
            project_id=project_id,
            user_name=user_name,
            domain_name=domain_name,
            workspace_id=workspace_id,
            endpoint=endpoint,
            iam_endpoint=iam_endpoint,
            ca_file=ca_file,
            emulator_file=emulator_file,
            emulator_clock=emulator_clock,
            live_preview=_word(live_preview),
            workers=workers,
            max_growth=max_growth,
            max_scale_in=max_scale_in,
            claim=_word(claim),
            **secret,
        )
        self.given = {f"modelarts:{key}": value for key, value in settings.items()}
        hidden = {f"modelarts:{key}" for key in properties(**secret)}
        inputs = {key: pulumi.Output.secret(value) if key in hidden else value for key, value in self.given.items()}
        super().__init__("pulumi-python", resource_name, inputs, opts)


def _word(value: Input[bool] | None) -> Input[str] | None:
    """Returns a switch as the text that configuration carries."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _as_word(value)
    return pulumi.Output.from_input(value).apply(_as_word)  # type: ignore[arg-type]  # the stubs of `from_input` leave awaitables out


def _as_word(on: bool) -> str:  # noqa: FBT001 - it is the whole of it
    return "true" if on else "false"

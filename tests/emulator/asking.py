"""Code under test that asks ModelArts for pools and knows nothing of an emulator."""

from collections.abc import Callable
from typing import Any

import httpx

from modelarts_emulator import PROJECT
from tests.emulator.wire import cpu, world

REGION = "https://modelarts.cn-north-4.myhuaweicloud.com"
IAM = "https://iam.cn-north-4.myhuaweicloud.com"
POOLS = f"/v2/{PROJECT}/pools"
NOWHERE = "http://127.0.0.1:9"
"""A proxy that does not listen: who goes through it to the network gets httpx.ConnectError at once."""


def ask(base: str = REGION, client: Any = httpx) -> list[str]:
    """Display names of the pools, asked by a client, or by one made for it."""
    return _names(client.get(base + POOLS))


async def ask_asynchronously(base: str = REGION) -> list[str]:
    """Display names of the pools, asked by an asynchronous client."""
    async with httpx.AsyncClient() as client:
        return _names(await client.get(base + POOLS))


def world_of(name: str) -> dict[str, Any]:
    """World with one pool of this display name."""
    return world(**{name: {"resources": [cpu(1)]}})


def methods() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The methods of httpx that lead to the network."""
    return httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request


def _names(answer: httpx.Response) -> list[str]:
    items = answer.raise_for_status().json()["items"]
    return [item["metadata"]["name"].removesuffix(f"-{PROJECT}") for item in items]

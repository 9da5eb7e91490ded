"""A provider that does nothing but answer, to test the driver with."""

from typing import Any

from pulumi import dynamic


class ToyProvider(dynamic.ResourceProvider):
    """Echoes its inputs; refuses a negative size, and cannot make one above 100."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Refuse a negative size."""
        failures = [dynamic.CheckFailure("size", "it is negative")] if news["size"] < 0 else []
        return dynamic.CheckResult(news, failures)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        """Let the engine compare whenever the size differs."""
        return dynamic.DiffResult(changes=False if olds["size"] == news["size"] else None)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Make one, up to 100."""
        if props["size"] > 100:
            raise ValueError("it does not fit")
        return dynamic.CreateResult("toy", {"size": props["size"]})

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Find it as it was left."""
        return dynamic.ReadResult(id_, {"size": props["size"]})

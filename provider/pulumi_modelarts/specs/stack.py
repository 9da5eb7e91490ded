"""The stack that declares something, as other stacks know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import PrivateAttr

from pulumi_modelarts.specs._spec import Spec


@dataclass(frozen=True)
class Stack:
    """A stack.

    Attributes:
        name: Organization, project and stack, such as `acme/training/prod`; empty where it is not known.
        marks: Whether it marks the pools that it manages (`modelarts:claim`).
        resource: Urn of the resource that declares something in it; empty where the engine does not tell.
    """

    name: str = ""
    marks: bool = False
    resource: str = ""


_NONE = Stack()


class InStack(Spec):
    """Base of declarations that know to which stack they belong.

    Attributes:
        organization: The organization that owns the stack, filled in by the resource; empty for a backend that has
            none. All else about the stack the engine tells.
    """

    organization: str = ""

    _stack: Stack = PrivateAttr(default_factory=lambda: _NONE)

    def of_stack(self, stack: Stack) -> Self:
        """Returns the same declaration as that of a stack."""
        owned = self.model_copy()
        owned._stack = stack  # noqa: SLF001 - its own
        return owned

    @classmethod
    def arguments(cls) -> frozenset[str]:
        """Returns the names of the arguments that a program can give; the resource knows the organization by itself."""
        return super().arguments() - {"organization"}

    @property
    def stack(self) -> Stack:
        """The stack it belongs to."""
        return self._stack

"""Roles of tokens: who may do what in the API. `control/routes.py` has the role that each operation needs."""

from dataclasses import dataclass
from enum import IntEnum

from imagestack.control.errors import RoleError


class Role(IntEnum):
    """The role of a token; each role includes the roles before it."""

    VIEWER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True)
class Caller:
    """The owner of a token.

    Attributes:
        token: The id of the token.
        name: The name of the token.
        role: The role of the token.
    """

    token: int
    name: str
    role: Role

    @property
    def reads_secrets(self) -> bool:
        """Whether keys of signed addresses are shown."""
        return self.role >= Role.EDITOR


def require(caller: Caller, role: Role) -> None:
    """Check that the caller has a role, or a role that includes it.

    Raises:
        RoleError: The caller's role is too low.
    """
    if caller.role < role:
        raise RoleError(f"the role {role.name.lower()} is needed")

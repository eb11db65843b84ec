"""Who may come in: `Authorization: APIKey <token>`.

Failures are counted by address, in items of the control table: `pk` is `FAILURES#<address>` (of IPv6 its first half,
`2001:db8:1:2::/64`, since whoever has one address has all of these), `sk` the five minutes in which they were,
`count`, and `expires` (seconds since the epoch), by which DynamoDB removes them.
"""

import re
from datetime import datetime
from ipaddress import IPv4Address, IPv6Network, ip_address

from imagestack.control.api.request_context import Caller, Role
from imagestack.control.errors import LockedOutError, RoleError, UnauthorizedError
from imagestack.control.store.ports import Store, Table
from imagestack.control.tokens import Tokens

_HEADER = re.compile(r"(?i:APIKey)[ ]+([\x21-\x7e]{1,512})")
_WINDOW = 300
_MOST_FAILURES = 10
# Bits of an IPv6 address that its holder has not chosen.
_NETWORK = 64


class Access:
    """Knows callers by their tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tokens = Tokens(store)

    def caller(self, header: str | None, address: str, now: datetime) -> Caller:
        """Who it is.

        Args:
            header: `Authorization`, None if there is none.
            address: the IP address that it comes from.
            now: when that is.

        Raises:
            UnauthorizedError: nobody knows.
            LockedOutError: the address has tried too many tokens; the right one does not help it for minutes.
        """
        match = _HEADER.fullmatch(header or "")
        if match is None:
            raise UnauthorizedError("a token is needed: Authorization: APIKey <token>")
        second = int(now.timestamp())
        window = second // _WINDOW
        pk, sk = f"FAILURES#{_one_caller(address)}", str(window)
        failures = self._store.get(Table.CONTROL, pk, sk)
        if failures is not None and failures["count"] >= _MOST_FAILURES:
            raise LockedOutError("too many wrong tokens", (window + 1) * _WINDOW - second)
        caller = self._tokens.caller(match[1], now)
        if caller is None:
            self._store.add(Table.CONTROL, pk, sk, expires=(window + 2) * _WINDOW)
            raise UnauthorizedError("the token is wrong or has expired")
        return caller


def require(caller: Caller, role: Role) -> None:
    """Go on if the caller has this role, or one that may do more.

    Raises:
        RoleError: it has not.
    """
    if caller.role < role:
        raise RoleError(f"the role {role.name.lower()} is needed")


def _one_caller(address: str) -> str:
    """What stands for an address and all others that its holder has."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv4Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Network((read, _NETWORK), strict=False))

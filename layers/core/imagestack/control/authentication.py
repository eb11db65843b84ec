"""Authentication: `Authorization: APIKey <token>`, and a limit on failed attempts.

Failures are counted by client address, in items of the control table. `pk` is `FAILURES#<address>` and `sk` the number
of the five-minute window. `count` is the number of failures, `expires` (seconds since the epoch) the time to live.
An IPv6 address counts as its /64 network (`2001:db8:1:2::/64`), since one client has all addresses of it.
"""

import re
from datetime import datetime
from ipaddress import IPv4Address, IPv6Network, ip_address

from imagestack.control.errors import LockedOutError, UnauthorizedError
from imagestack.control.roles import Caller
from imagestack.control.store.ports import Store, Table
from imagestack.control.tokens import Tokens

_HEADER = re.compile(r"(?i:APIKey)[ ]+([\x21-\x7e]{1,512})")
_WINDOW = 300
_MOST_FAILURES = 10
# Bits of the network part of an IPv6 address; the client chooses the rest.
_NETWORK = 64


class Access:
    """Authenticates callers by their tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tokens = Tokens(store)

    def caller(self, header: str | None, address: str, now: datetime) -> Caller:
        """Authenticate a request.

        Args:
            header: The `Authorization` header; None if there is none.
            address: The IP address of the client.
            now: The time of the request.

        Raises:
            UnauthorizedError: The token is missing, wrong or expired.
            LockedOutError: Too many wrong tokens came from this address; it must wait for some minutes.
        """
        match = _HEADER.fullmatch(header or "")
        if match is None:
            raise UnauthorizedError("a token is needed: Authorization: APIKey <token>")
        second = int(now.timestamp())
        window = second // _WINDOW
        pk, sk = f"FAILURES#{_caller_network(address)}", str(window)
        failures = self._store.get(Table.CONTROL, pk, sk)
        if failures is not None and failures["count"] >= _MOST_FAILURES:
            raise LockedOutError("too many wrong tokens", (window + 1) * _WINDOW - second)
        caller = self._tokens.caller(match[1], now)
        if caller is None:
            self._store.add(Table.CONTROL, pk, sk, expires=(window + 2) * _WINDOW)
            raise UnauthorizedError("the token is wrong or has expired")
        return caller


def _caller_network(address: str) -> str:
    """The address, or the network, under which failures of a client are counted."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv4Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Network((read, _NETWORK), strict=False))

"""The address that the local stack listens at."""

import errno
import os
import socket

from imagestack_local.errors import StartError

BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen, before anything slow begins.

    Args:
        host: A name or an address of this machine.
        port: The port; 0 for any that is free.

    Raises:
        StartError: The address is in use, not allowed or not one of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)[0]
    except (OSError, UnicodeError) as error:
        raise StartError(_reason(host, port, error)) from error
    family, kind, protocol, _, address = found
    # socket.create_server does not name the protocol. asyncio sends small responses at once only where it is named.
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it lets two programs listen at one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise StartError(_reason(host, port, error)) from error
    return listening


def _reason(host: str, port: int, error: OSError | UnicodeError) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"port {port} of {host} is taken by another program; name another with --port"
    if number == errno.EACCES:
        return f"you may not listen at port {port} of {host}; name one above 1023 with --port"
    if isinstance(error, socket.gaierror | UnicodeError) or number == errno.EADDRNOTAVAIL:
        return f"{host!r} is no address of this machine; name one with --host"
    return f"cannot listen at port {port} of {host}: {error}"

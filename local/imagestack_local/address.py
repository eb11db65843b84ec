"""The address to serve at."""

import errno
import os
import socket

from imagestack_local.errors import StartError

BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen, so that the address is ours before anything slow begins.

    Args:
        host: A name or an address of this machine.
        port: The port; 0 for any that is free.

    Raises:
        StartError: It is taken, not allowed or not of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)[0]
    except (OSError, UnicodeError) as error:
        raise StartError(_reason(host, port, error)) from error
    family, kind, protocol, _, address = found
    # With its protocol named, unlike that of socket.create_server: asyncio sends small answers at once only on such.
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it would let two programs listen at one port
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
        return f"port {port} of {host} is not allowed to you; name one above 1023 with --port"
    if isinstance(error, socket.gaierror | UnicodeError) or number == errno.EADDRNOTAVAIL:
        return f"{host!r} is no address of this machine; name one with --host"
    return f"nothing can listen at port {port} of {host}: {error}"

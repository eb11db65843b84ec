"""Ports for servers that have to be told theirs."""

import random
import socket

_PORTS = range(20_000, 30_000)


def free_port() -> int:
    """A port that nobody has, and that nobody is given before it is used: systems give away higher ones.

    Raises:
        OSError: there is none.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise OSError("no port is free")

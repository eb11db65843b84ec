"""Free ports for servers that cannot choose one themselves."""

import random
import socket

_PORTS = range(20_000, 30_000)


def free_port() -> int:
    """Return a free port below the range from which the system gives out ports, so that no other process receives it.

    Raises:
        OSError: no port is free.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise OSError("no port is free")

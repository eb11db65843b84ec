"""A TLS context for clients that speak plain HTTP only."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The argument `verify` of httpx. By default each client reads the certificates of all authorities, which takes longer
than most tests."""

"""HTTP without TLS, which is all that tests speak."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What httpx shall `verify` with: for each client it would read the certificates of all authorities, which takes longer
than most tests."""

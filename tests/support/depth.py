"""How much tests try: a short form by default, and a long form with `LONG_TESTS=1`, which `make nightly` sets."""

import os

from hypothesis import settings

IS_LONG = os.environ.get("LONG_TESTS") == "1"
_SHORTER = 10


def tries(long: int) -> int:
    """The number of random cases: all of them in the long form, a tenth and at least two in the short one."""
    return long if IS_LONG else max(2, long // _SHORTER)


def examples(long: int) -> settings:
    """Settings of a random search with so many examples in the long form."""
    return settings(max_examples=tries(long))

"""Whether a request is served from a derived object."""

from enum import StrEnum, auto


class CacheStatus(StrEnum):
    """What happened to the derived object of a request; the values stand in the log.

    Attributes:
        HIT: the stored object was served.
        MISS: there was none, so it was made.
        STALE: the stored object was made of another version of the original, so it was made again.
        SHARED: another invocation made it while this one waited.
        BUSY: another invocation is still making it; this one answered with cheaper work.
        SKIP: the store remembers that nothing can be made; the original was served.
        PASS: no derived object was looked up.
    """

    HIT = auto()
    MISS = auto()
    STALE = auto()
    SHARED = auto()
    BUSY = auto()
    SKIP = auto()
    PASS = auto()

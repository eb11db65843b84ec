"""Keys of derived objects in S3."""

from hashlib import sha256

from imagestack.plan.plan import Plan
from imagestack.rules.model import ANY_HOST

# Bytes of an S3 key (S3 user guide, "Naming Amazon S3 objects").
_MAX_KEY = 1_024
# A host has at most 253 bytes. The rest is for the plan, of which the longest ones get a hash.
_MAX_ORIGINAL_KEY = 512
_HASH_DIGITS = 32
# No host has this name.
_ANY_RESOURCE = "_default"


def derived_prefix(host: str, key: str) -> str:
    """The prefix of all derived objects of one original, and of no others.

    `@` and `%` are escaped in the original's key, so the segment `@` always ends it: `a/@/` never covers `a/b.jpg/@/`.
    A long key is cut and gets a hash. Its folders can still be listed as far as they fit.
    """
    escaped = key.replace("%", "%25").replace("@", "%40")
    if len(escaped.encode()) > _MAX_ORIGINAL_KEY:
        head = escaped.encode()[: _MAX_ORIGINAL_KEY - _HASH_DIGITS - 1].decode(errors="ignore")
        escaped = f"{head}@{sha256(key.encode()).hexdigest()[:_HASH_DIGITS]}"
    resource = _ANY_RESOURCE if host == ANY_HOST else host
    return f"{resource}/{escaped}/@/"


def derived_key(host: str, key: str, plan: Plan, engine: str) -> str:
    """The key of the derived object of one plan and one original. Equal plans have equal keys.

    Args:
        host: host of the resource; `*` for the resource of all other hosts.
        key: key of the original in its bucket.
        plan: the plan for this original.
        engine: the encoders, their settings and versions: all else that decides about bytes.

    Returns:
        A key of at most 1,024 bytes, readable unless that is too short. Its extension is the best format of the plan,
        or `original`.
    """
    prefix, spelled = derived_prefix(host, key), plan.canonical()
    suffix = f"&v={engine}.{plan.formats[0] if plan.formats else 'original'}"
    if len(prefix.encode()) + len(spelled) + len(suffix) > _MAX_KEY:
        spelled = f"plan={sha256(spelled.encode()).hexdigest()[:_HASH_DIGITS]}"
    return f"{prefix}{spelled}{suffix}"

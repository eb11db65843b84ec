"""Keys of derived objects in S3."""

from hashlib import sha256

from imagestack.plan.plan import Plan
from imagestack.rules.model import ANY_HOST

# S3 keys hold 1,024 bytes: a host has 253 at most and a plan less than 200, which leaves this for the original's key.
_MAX_ORIGINAL_KEY = 512
_HASH_DIGITS = 32
# No host is called so.
_ANY_RESOURCE = "_default"


def derived_prefix(host: str, key: str) -> str:
    """What all derived objects of one original start with, and those of no other.

    `@` and `%` are escaped in the original's key, so that the segment `@` ends it unmistakably: `a/@/` never covers
    `a/b.jpg/@/`. A long key is cut and told apart by its hash; its folders can still be listed as far as they go.
    """
    escaped = key.replace("%", "%25").replace("@", "%40")
    if len(escaped.encode()) > _MAX_ORIGINAL_KEY:
        head = escaped.encode()[: _MAX_ORIGINAL_KEY - _HASH_DIGITS - 1].decode(errors="ignore")
        escaped = f"{head}@{sha256(key.encode()).hexdigest()[:_HASH_DIGITS]}"
    resource = _ANY_RESOURCE if host == ANY_HOST else host
    return f"{resource}/{escaped}/@/"


def derived_key(host: str, key: str, plan: Plan, engine: str) -> str:
    """The key of what `plan` makes of the original `key`; readable, and equal for equal plans.

    Its extension is the format that is aimed at; an original that is not converted keeps its own. `engine` names
    everything else that decides about the bytes: the encoders, their settings and versions.
    """
    extension = plan.formats[0] if plan.formats else "original"
    return f"{derived_prefix(host, key)}{plan.canonical()}&v={engine}.{extension}"

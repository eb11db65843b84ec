"""The values of the log field `cache`."""

import json

from imagestack.serving.cache_status import CacheStatus


def test_values() -> None:
    """The values are those of the operator's guide, also in JSON."""
    values = ["hit", "miss", "stale", "shared", "busy", "skip", "pass"]
    assert json.loads(json.dumps(list(CacheStatus))) == values

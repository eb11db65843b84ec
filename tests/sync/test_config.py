"""The environment of the sync function."""

import pytest

from imagestack.config import ConfigError
from imagestack.sync.config import read_config

WHOLE = {
    "ORIGINALS_BUCKET": "originals",
    "DERIVED_BUCKET": "derived",
    "RULES_TABLE": "rules",
    "CONTROL_TABLE": "control",
    "CHANGES_QUEUE_URL": "https://sqs.example/changes",
    "JOBS_QUEUE_URL": "https://sqs.example/jobs",
    "PUBLIC_URL": "https://images.example.com",
}


def test_defaults() -> None:
    """Optional variables have defaults; without a distribution there is no edge."""
    config = read_config(WHOLE)
    assert (config.distribution, config.rules_ttl, config.prefetch_rate) == ("", 30, 20)


@pytest.mark.parametrize("name", WHOLE)
def test_missing(name: str) -> None:
    """A missing required variable is named."""
    with pytest.raises(ConfigError, match=name):
        read_config({**WHOLE, name: ""})


@pytest.mark.parametrize("name", ["RULES_TTL_SECONDS", "PREFETCH_RATE"])
@pytest.mark.parametrize("text", ["x", "-1", "1.5", "²"])
def test_numbers(name: str, text: str) -> None:
    """Numbers are whole."""
    with pytest.raises(ConfigError, match=name):
        read_config({**WHOLE, name: text})

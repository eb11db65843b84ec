"""The configuration of a function."""

import pytest

from imagestack.config import ConfigError, read_config
from imagestack.limits import Limits

NEEDED = {"ORIGINALS_BUCKET": "originals", "DERIVED_BUCKET": "derived", "RULES_TABLE": "rules"}


def test_least_environment() -> None:
    """Two buckets and a table are needed; the rest has defaults."""
    config = read_config(NEEDED)
    assert (config.originals_bucket, config.derived_bucket, config.rules_table) == ("originals", "derived", "rules")
    assert config.rules_ttl == 30
    assert config.limits == Limits()


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_needed(name: str, value: str | None) -> None:
    """A missing required variable is named in the error."""
    environment = {key: text for key, text in (NEEDED | {name: value}).items() if text is not None}
    with pytest.raises(ConfigError, match=name):
        read_config(environment)


NUMBERS = {
    "RULES_TTL_SECONDS": lambda config: config.rules_ttl,
    "MAX_ORIGINAL_BYTES": lambda config: config.limits.original_bytes,
    "MAX_ORIGINAL_PIXELS": lambda config: config.limits.original_pixels,
    "MAX_ORIGINAL_SIDE": lambda config: config.limits.original_side,
    "MAX_BODY_BYTES": lambda config: config.limits.body_bytes,
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("017", 17)])
def test_numbers(name: str, text: str, number: int) -> None:
    """Each number is read from its variable."""
    config = read_config(NEEDED | {name: text})
    assert NUMBERS[name](config) == number
    for other in set(NUMBERS) - {name}:
        assert NUMBERS[other](config) == NUMBERS[other](read_config(NEEDED))


@pytest.mark.parametrize("name", [*NUMBERS, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
@pytest.mark.parametrize("text", ["x", "-1", "1.5", "1e3", " 1", "1_000", "٣", "²", "30s"])
def test_no_numbers(name: str, text: str) -> None:
    """If a number is not whole, the error names the variable and no default is used."""
    with pytest.raises(ConfigError, match=name):
        read_config(NEEDED | {name: text})


@pytest.mark.parametrize("name", NUMBERS)
def test_empty_number(name: str) -> None:
    """An empty variable is like a missing one, as templates leave them."""
    assert read_config(NEEDED | {name: ""}) == read_config(NEEDED)


@pytest.mark.parametrize(("size", "share"), [("512", 512 / 1769), ("1769", 1), ("3008", 1)])
def test_processor(size: str, share: float) -> None:
    """A small function has its share of a processor; of more than one a request has no use."""
    assert read_config(NEEDED | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": size}).processor == share


def test_memory() -> None:
    """Pixels and codecs have what the function's memory leaves beside the runtime's own."""
    small = read_config(NEEDED | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"}).memory
    large = read_config(NEEDED | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3072"}).memory
    assert large - small == 2048 * 2**20
    assert 0 < small < 1024 * 2**20


LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "image"}


@pytest.mark.parametrize(
    ("environment", "tracing"),
    [
        (LAMBDA, True),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": ""}, True),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": "false"}, True),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": "true"}, False),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": "TRUE"}, False),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": "1"}, False),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": "on"}, False),
        (LAMBDA | {"POWERTOOLS_TRACE_DISABLED": "yes"}, False),
        ({}, False),
        ({"POWERTOOLS_TRACE_DISABLED": "false"}, False),
    ],
)
def test_tracing(environment: dict[str, str], tracing: object) -> None:
    """X-Ray is for Lambda, unless it is switched off."""
    assert read_config(NEEDED | environment).tracing is tracing


@pytest.mark.parametrize(("kind", "snapshots"), [("snap-start", True), ("on-demand", False), ("", False)])
def test_snapshots(kind: str, snapshots: object) -> None:
    """Lambda says how it initialises a function."""
    assert read_config(NEEDED | {"AWS_LAMBDA_INITIALIZATION_TYPE": kind}).snapshots is snapshots


def test_other_variables() -> None:
    """Variables of others are passed over."""
    assert read_config(NEEDED | {"PATH": "/bin", "MAX": "x"}) == read_config(NEEDED)

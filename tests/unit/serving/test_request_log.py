"""What happened to one request."""

import pytest

from imagestack.serving.request_log import RequestLog


def test_phases_add_up() -> None:
    """A phase that occurs twice is added up, and phases stand in the order in which they began."""
    log = RequestLog()
    with log.phase("rules"):
        pass
    with log.phase("fetch"):
        pass
    once = log.phases["fetch"]
    with log.phase("fetch"):
        pass
    assert list(log.phases) == ["rules", "fetch"]
    assert log.phases["fetch"] > once >= 0


def test_failed_phases_count() -> None:
    """Time that ended in a failure was spent all the same, and the failure goes on."""
    log = RequestLog()
    with pytest.raises(ValueError, match="x"), log.phase("fetch"):
        raise ValueError("x")
    assert "fetch" in log.phases


def test_milliseconds() -> None:
    """Headers tell whole milliseconds; a phase that never was took none."""
    log = RequestLog(phases={"fetch": 12.6})
    assert log.milliseconds("fetch") == 13
    assert log.milliseconds("transform") == 0

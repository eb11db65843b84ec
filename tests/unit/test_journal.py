"""What happened to one request."""

import pytest

from imagestack.journal import Journal


def test_phases_add_up() -> None:
    """A phase that occurs twice is added up, and phases stand in the order in which they began."""
    journal = Journal()
    with journal.phase("rules"):
        pass
    with journal.phase("fetch"):
        pass
    once = journal.phases["fetch"]
    with journal.phase("fetch"):
        pass
    assert list(journal.phases) == ["rules", "fetch"]
    assert journal.phases["fetch"] > once >= 0


def test_failed_phases_count() -> None:
    """Time that ended in a failure was spent all the same, and the failure goes on."""
    journal = Journal()
    with pytest.raises(ValueError, match="x"), journal.phase("fetch"):
        raise ValueError("x")
    assert "fetch" in journal.phases


def test_milliseconds() -> None:
    """Headers tell whole milliseconds; a phase that never was took none."""
    journal = Journal(phases={"fetch": 12.6})
    assert journal.milliseconds("fetch") == 13
    assert journal.milliseconds("transform") == 0

"""Every implementation of SecretStore has the same behaviour."""

from tests.contract.conftest import Secrets


def test_current_and_previous(secrets: Secrets) -> None:
    """The current value counts, and the one before it; no older one."""
    assert list(secrets.store.values()) == ["first"]
    secrets.put("second")
    assert list(secrets.store.values()) == ["second", "first"]
    secrets.put("third")
    assert list(secrets.store.values()) == ["third", "second"]

"""The back door: which requests came through the distribution."""

from collections.abc import Callable, Mapping
from hmac import compare_digest
from threading import Lock

from imagestack.errors import ForbiddenError, OriginSecretError, StoreError
from imagestack.ports import SecretStore
from imagestack.request.image_request import ORIGIN_SECRET_HEADER

# After a wrong secret the store is asked anew, since it may have been rotated; but never more often than this.
_RETRY_SECONDS = 5.0


class OriginSecretCheck:
    """Lets in who shows one of the valid secrets; who came through the distribution does."""

    def __init__(self, secrets: SecretStore | None, ttl: float, clock: Callable[[], float]) -> None:
        """Remember nothing yet.

        Args:
            secrets: where the valid ones are; None leaves the door open, and proves nothing.
            ttl: seconds after which they are read again.
            clock: monotonic seconds.
        """
        self._store = secrets
        self._ttl = ttl
        self._clock = clock
        self._valid: tuple[bytes, ...] = ()
        self._asked: float | None = None
        self._read: float | None = None
        self._problem: StoreError | None = None
        self._lock = Lock()

    def admit(self, headers: Mapping[str, str]) -> bool:
        """Whether a request proves that it came through the distribution.

        Args:
            headers: names in lower case.

        Raises:
            ForbiddenError: it does not, and has to.
            OriginSecretError: nobody can tell.
        """
        if self._store is None:
            return False
        given = headers.get(ORIGIN_SECRET_HEADER, "").encode(errors="replace")
        if self._is_valid(given, self._ttl) or self._is_valid(given, _RETRY_SECONDS):
            return True
        if not self._valid:
            raise OriginSecretError from self._problem
        raise ForbiddenError("forbidden")

    def prepare(self) -> None:
        """Read the secrets ahead of the first request; a failure is left to that."""
        self._refresh(self._ttl)

    def _is_valid(self, given: bytes, age: float) -> bool:
        self._refresh(age)
        # All are compared, so that the time tells nothing.
        return sum(compare_digest(given, valid) for valid in self._valid) > 0

    def _refresh(self, age: float) -> None:
        """Read the secrets if those at hand are older than so many seconds; keep them if that fails."""
        with self._lock:
            now = self._clock()
            asked_lately = self._asked is not None and now - self._asked < _RETRY_SECONDS
            if self._store is None or asked_lately or (self._read is not None and now - self._read < age):
                return
            self._asked = now
            try:
                self._valid = tuple(value.encode() for value in self._store.values())
                self._read = now
            except StoreError as error:
                self._problem = error

"""The check that a request came through the distribution."""

from collections.abc import Callable, Mapping
from hmac import compare_digest
from threading import Lock

from imagestack.errors import RETRY_SECONDS, ForbiddenError, OriginSecretError, StoreError
from imagestack.ports import SecretStore
from imagestack.request.image_request import ORIGIN_SECRET_HEADER
from imagestack.serving.pause import Pause

# Seconds after which a warm function reads the secrets again.
SECRET_TTL = 300.0


class OriginSecretCheck:
    """Accepts requests that show a valid secret. The distribution adds it to each request.

    A wrong secret makes the check read the valid ones again, since they may have been rotated.
    """

    def __init__(self, secrets: SecretStore | None, ttl: float, clock: Callable[[], float]) -> None:
        """Start without secrets; they are read at the first request.

        Args:
            secrets: the store of valid secrets; None accepts every request and proves nothing.
            ttl: seconds after which the secrets are read again.
            clock: monotonic seconds.
        """
        self._store = secrets
        self._ttl = ttl
        self._clock = clock
        self._valid: tuple[bytes, ...] = ()
        self._read_at: float | None = None
        # Between two reads, so that neither failures nor wrong secrets flood the store.
        self._pause = Pause(RETRY_SECONDS, clock)
        self._failure: StoreError | None = None
        self._lock = Lock()

    def verify(self, headers: Mapping[str, str]) -> bool:
        """Check the secret of a request.

        Args:
            headers: names in lower case.

        Returns:
            Whether the request came through the distribution; False without a store.

        Raises:
            ForbiddenError: the secret is missing or wrong.
            OriginSecretError: the valid secrets cannot be read.
        """
        if self._store is None:
            return False
        secret = headers.get(ORIGIN_SECRET_HEADER, "").encode(errors="replace")
        if self._is_valid(secret, self._ttl) or self._is_valid(secret, RETRY_SECONDS):
            return True
        if not self._valid:
            raise OriginSecretError from self._failure
        raise ForbiddenError("forbidden")

    def prepare(self) -> None:
        """Read the secrets before the first request. A failure shows at that request."""
        self._refresh(self._ttl)

    def _is_valid(self, secret: bytes, max_age: float) -> bool:
        self._refresh(max_age)
        # All are compared, so that the time does not depend on which one matches.
        return sum(compare_digest(secret, valid) for valid in self._valid) > 0

    def _refresh(self, max_age: float) -> None:
        """Read the secrets if they are older than `max_age` seconds; keep the old ones if that fails."""
        with self._lock:
            is_fresh = self._read_at is not None and self._clock() - self._read_at < max_age
            if self._store is None or is_fresh or self._pause.is_on:
                return
            self._pause.begin()
            read_at = self._clock()
            try:
                self._valid = tuple(value.encode() for value in self._store.values())
                self._read_at = read_at
            except StoreError as error:
                self._failure = error

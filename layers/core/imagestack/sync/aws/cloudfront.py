from collections.abc import Sequence
from typing import Any

from imagestack.sync.aws.errors import translated

_COMPLETED = "completed"


class CloudFront:
    """Invalidations of a distribution; see `imagestack.sync.ports.Invalidator`.

    CloudFront takes a caller reference that it has seen, with the same paths, for the same invalidation.
    """

    def __init__(self, client: Any, distribution: str) -> None:  # noqa: ANN401 - the types of this service are not installed
        self._client = client
        self._distribution = distribution

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Remove copies."""
        with translated():
            answer = self._client.create_invalidation(
                DistributionId=self._distribution,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": list(paths)},
                    "CallerReference": reference,
                },
            )
        return str(answer["Invalidation"]["Id"])

    def is_done(self, ticket: str) -> bool:
        """Whether all copies are gone."""
        with translated():
            answer = self._client.get_invalidation(DistributionId=self._distribution, Id=ticket)
        return str(answer["Invalidation"]["Status"]).lower() == _COMPLETED

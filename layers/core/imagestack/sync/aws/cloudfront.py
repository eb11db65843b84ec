"""Invalidations of a CloudFront distribution."""

from collections.abc import Sequence
from typing import Any

from imagestack.sync.aws.errors import translated

_COMPLETED = "completed"


class CloudFront:
    """Invalidates paths of a distribution; see `imagestack.sync.ports.Invalidator`.

    CloudFront treats a repeated caller reference with the same paths as the same invalidation.
    """

    def __init__(self, client: Any, distribution: str) -> None:  # noqa: ANN401 - the types of this service are not installed
        self._client = client
        self._distribution = distribution

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Remove copies."""
        with translated():
            response = self._client.create_invalidation(
                DistributionId=self._distribution,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": list(paths)},
                    "CallerReference": reference,
                },
            )
        return str(response["Invalidation"]["Id"])

    def is_done(self, ticket: str) -> bool:
        """Whether all copies are gone."""
        with translated():
            response = self._client.get_invalidation(DistributionId=self._distribution, Id=ticket)
        return str(response["Invalidation"]["Status"]).lower() == _COMPLETED

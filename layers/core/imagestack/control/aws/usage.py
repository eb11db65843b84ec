"""Usage counted from the image function's log."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from time import monotonic, sleep
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.control.backends import UseCounts
from imagestack.control.errors import ThrottledError, UnavailableError

# The fields that the image function logs beside its metrics: see `imagestack.usage.Use`.
_QUERY = """filter ispresent(saved) and resource = "{host}"
| stats count(*) as requests, sum(hit) as hits, sum(saved) as bytes by rule
| limit 10000"""
# Names of hosts. Anything else is never in the log, and must not enter a query.
_HOST = re.compile(r"\*|[a-z0-9.-]+")
_UNDER_WAY = ("Scheduled", "Running", "Unknown")
_THROTTLED = ("LimitExceededException", "ThrottlingException")
_PAUSE = 0.5
# Seconds after which a repeated query may succeed.
_RETRY_SECONDS = 30


class LogsUsage:
    """Counts uses with CloudWatch Logs Insights; see `imagestack.control.backends.Usage`."""

    def __init__(self, make_client: Callable[[], Any], group: str, timeout: float = 20.0) -> None:
        """Query a log group, for at most `timeout` seconds. The client is made when it is first needed."""
        self._make_client = make_client
        self._group = group
        self._timeout = timeout

    def count(self, host: str, since: datetime, until: datetime) -> Mapping[str, UseCounts]:
        """Run one query; CloudWatch bills the bytes of log that it scans."""
        if not _HOST.fullmatch(host):
            return {}
        try:
            rows = self._rows(_QUERY.format(host=host), int(since.timestamp()), int(until.timestamp()))
        except ClientError as error:
            if error.response["Error"]["Code"] in _THROTTLED:
                raise ThrottledError("the log asks for fewer queries", _RETRY_SECONDS) from error
            raise UnavailableError("the log cannot be asked") from error
        except BotoCoreError as error:
            raise UnavailableError("the log cannot be asked") from error
        results = [{field["field"]: field["value"] for field in row} for row in rows]
        return {
            row["rule"]: UseCounts(*(int(float(row.get(name, 0))) for name in ("requests", "hits", "bytes")))
            for row in results
            if "rule" in row
        }

    def _rows(self, query: str, since: int, until: int) -> list[list[Any]]:
        number = self._client.start_query(logGroupName=self._group, startTime=since, endTime=until, queryString=query)[
            "queryId"
        ]
        end = monotonic() + self._timeout
        while (results := self._client.get_query_results(queryId=number))["status"] in _UNDER_WAY:
            if monotonic() + _PAUSE > end:
                self._client.stop_query(queryId=number)
                raise UnavailableError("the log takes too long; ask for fewer hours, or again", _RETRY_SECONDS)
            sleep(_PAUSE)
        if results["status"] != "Complete":
            raise UnavailableError("the log could not answer")
        return list(results["results"])

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - the types of this service are not installed
        return self._make_client()

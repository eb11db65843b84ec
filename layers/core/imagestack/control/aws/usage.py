import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from time import monotonic, sleep
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.control.backends import Counts
from imagestack.control.errors import ThrottledError, UnavailableError

# What the log's function writes beside its metrics: see `imagestack.serving.request_log.Use`.
_QUERY = """filter ispresent(saved) and resource = "{host}"
| stats count(*) as requests, sum(hit) as hits, sum(saved) as bytes by rule
| limit 10000"""
# Hosts that are ever asked for; nothing else could have been used, or be written into a query.
_HOST = re.compile(r"\*|[a-z0-9.-]+")
_UNDER_WAY = ("Scheduled", "Running", "Unknown")
_SLOWER = ("LimitExceededException", "ThrottlingException")
_PAUSE = 0.5
# Seconds after which a query that was not over may be.
_LATER = 30


class LogsUsage:
    """Usage as CloudWatch Logs Insights counts it; see `imagestack.control.backends.Usage`."""

    def __init__(self, make_client: Callable[[], Any], group: str, patience: float = 20.0) -> None:
        """Ask a log group, and wait for an answer for `patience` seconds; the client is made when it is needed."""
        self._make_client = make_client
        self._group = group
        self._patience = patience

    def count(self, host: str, since: datetime, until: datetime) -> Mapping[str, Counts]:
        """One query; it is paid for by the bytes of the log that it looks through."""
        if not _HOST.fullmatch(host):
            return {}
        try:
            rows = self._rows(_QUERY.format(host=host), int(since.timestamp()), int(until.timestamp()))
        except ClientError as error:
            if error.response["Error"]["Code"] in _SLOWER:
                raise ThrottledError("the log asks for fewer queries", _LATER) from error
            raise UnavailableError("the log cannot be asked") from error
        except BotoCoreError as error:
            raise UnavailableError("the log cannot be asked") from error
        found = [{field["field"]: field["value"] for field in row} for row in rows]
        return {
            row["rule"]: Counts(*(int(float(row.get(name, 0))) for name in ("requests", "hits", "bytes")))
            for row in found
            if "rule" in row
        }

    def _rows(self, query: str, since: int, until: int) -> list[list[Any]]:
        number = self._client.start_query(logGroupName=self._group, startTime=since, endTime=until, queryString=query)[
            "queryId"
        ]
        end = monotonic() + self._patience
        while (found := self._client.get_query_results(queryId=number))["status"] in _UNDER_WAY:
            if monotonic() + _PAUSE > end:
                self._client.stop_query(queryId=number)
                raise UnavailableError("the log takes too long; ask for fewer hours, or again", _LATER)
            sleep(_PAUSE)
        if found["status"] != "Complete":
            raise UnavailableError("the log could not answer")
        return list(found["results"])

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - the types of this service are not installed
        return self._make_client()

"""Batches of records from the tables' streams and from the queues. Failed records are reported by their id."""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from imagestack.errors import StoreError
from imagestack.sync import edge_purger
from imagestack.sync import jobs as steps
from imagestack.sync.changes import read_record
from imagestack.sync.edge_purger import EdgePurger
from imagestack.sync.jobs import JobScheduler, JobStep
from imagestack.sync.paths import merged
from imagestack.sync.ports import DerivedObjects, Tables, TimeLeft
from imagestack.sync.purge_job import RESERVE, delete_prefix
from imagestack.sync.targets import original_targets, resources

# Seconds for responses that are still in transit when the caches of rules expire.
_SETTLE_SECONDS = 5
_MOST_SECONDS = 900
_OF_STREAM = "aws:dynamodb"
_OF_ORIGINALS = "aws.s3"

Report = Callable[[str, Exception], None]


@dataclass(frozen=True)
class _Messages:
    """The messages of a batch, by kind. Originals are grouped by key: several events of one original are one demand.

    Attributes:
        originals: Message ids by key of the original.
        edge: Paths and attempt of postponed purges, by message id.
        jobs: Step and attempt, by message id.
        unreadable: Errors by message id.
    """

    originals: dict[str, list[str]]
    edge: dict[str, tuple[list[str], int]]
    jobs: dict[str, tuple[JobStep, int]]
    unreadable: dict[str, Exception]


@dataclass(frozen=True)
class Sync:
    """Handles batches of records.

    Attributes:
        originals_bucket: The bucket whose events count.
        rules_ttl: Seconds for which functions cache rules; only after them a purged edge stays clean.
        tables: The tables of rules and jobs.
        derived: The store of derived objects.
        edge: Purges the edge.
        jobs: Runs purges and prefetches.
        executor: Handles several originals at a time.
        listing: Lists derived objects ahead.
        report: Is called with the id and the error of each failed record.
    """

    originals_bucket: str
    rules_ttl: int
    tables: Tables
    derived: DerivedObjects
    edge: EdgePurger
    jobs: JobScheduler
    executor: Executor
    listing: Executor
    report: Report

    def handle(self, event: Mapping[str, Any], seconds_left: TimeLeft) -> dict[str, Any]:
        """Handle a batch.

        Args:
            event: A batch of a DynamoDB stream or an SQS queue.
            seconds_left: Returns the seconds that remain.

        Returns:
            The records to deliver again, in the format of Lambda.
        """
        streamed: list[Mapping[str, Any]] = []
        queued: list[Mapping[str, Any]] = []
        for record in event["Records"]:
            (streamed if record["eventSource"] == _OF_STREAM else queued).append(record)
        failed = [*self._stream(streamed), *self._queue(queued, seconds_left)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    def _stream(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """Handle the records of a shard, in order. Lambda delivers all records from the first failed one again."""
        failed = []
        paths: set[str] = set()
        changed = []
        for record in records:
            name = record["dynamodb"]["SequenceNumber"]
            try:
                change = read_record(record)
                if change.job:
                    self.jobs.begin(*change.job)
            except (StoreError, LookupError, TypeError, ValueError) as error:
                self.report(name, error)
                failed.append(name)
                continue
            if change.paths:
                paths.update(change.paths)
                changed.append(name)
        try:
            self._purge_rules(sorted(paths), changed)
        except StoreError as error:
            self.report(changed[0], error)
            failed.append(changed[0])
        return failed

    def _purge_rules(self, paths: list[str], demand: list[str]) -> None:
        """Purge now, since most functions have no cached rules; and once more when all caches have expired."""
        if not paths:
            return
        self.edge.purge_or_postpone(paths, demand)
        if self.rules_ttl:
            self.edge.postpone(merged(paths), min(self.rules_ttl + _SETTLE_SECONDS, _MOST_SECONDS))

    def _queue(self, records: Iterable[Mapping[str, Any]], seconds_left: TimeLeft) -> list[str]:
        """Handle messages, in no order."""
        messages = self._read(records)
        failed = list(messages.unreadable)
        for name, error in messages.unreadable.items():
            self.report(name, error)
        paths: set[str] = set()
        demand: list[str] = []
        attempt = 0
        for key, change in self._remove_originals(list(messages.originals), seconds_left).items():
            ids = messages.originals[key]
            if isinstance(change, Exception):
                self.report(ids[0], change)
                failed += ids
            else:
                paths.update(change)
                demand += ids
        for name, (wanted, tried) in messages.edge.items():
            paths.update(wanted)
            demand.append(name)
            attempt = max(attempt, tried)
        try:
            self.edge.purge(paths, demand, attempt)
        except StoreError as error:
            self.report(demand[0], error)
            failed += demand
        for name, (step, tried) in messages.jobs.items():
            try:
                self.jobs.step(step, tried, seconds_left)
            except StoreError as error:
                self.report(name, error)
                failed.append(name)
        return failed

    def _read(self, records: Iterable[Mapping[str, Any]]) -> _Messages:
        messages = _Messages({}, {}, {}, {})
        for record in records:
            name = record["messageId"]
            try:
                message = json.loads(record["body"])
                if message.get("source") == _OF_ORIGINALS:
                    if message["detail"]["bucket"]["name"] == self.originals_bucket:
                        messages.originals.setdefault(message["detail"]["object"]["key"], []).append(name)
                elif (postponed := edge_purger.read_message(message)) is not None:
                    messages.edge[name] = postponed
                elif (step := steps.read_message(message)) is not None:
                    messages.jobs[name] = step, int(record["attributes"]["ApproximateReceiveCount"])
                else:
                    raise ValueError("a message of no known kind")  # noqa: TRY301 - beside what else cannot be read
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                messages.unreadable[name] = error
        return messages

    def _remove_originals(self, keys: list[str], seconds_left: TimeLeft) -> dict[str, tuple[str, ...] | Exception]:
        """Remove the derived objects of changed originals. Returns edge paths, or the error, by key."""
        if not keys:
            return {}
        try:
            known = resources(self.tables.rule_items(), self.originals_bucket)
        except StoreError as error:
            return dict.fromkeys(keys, error)

        def remove(key: str) -> tuple[str, ...] | Exception:
            targets = original_targets(key, known)
            try:
                for prefix in targets.derived:
                    # The message is delivered again for the remaining objects.
                    if (
                        seconds_left() < RESERVE
                        or delete_prefix(self.derived, prefix, "", self.listing, seconds_left)[1]
                    ):
                        return TimeoutError("out of time")
            except StoreError as error:
                return error
            return targets.edge

        return dict(zip(keys, self.executor.map(remove, keys), strict=True))

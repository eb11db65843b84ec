"""Batches of records, from the tables' streams and from the queues; what fails is reported by its id."""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from imagestack.errors import StoreError
from imagestack.sync import edge as edges
from imagestack.sync import jobs as steps
from imagestack.sync.changes import read_record
from imagestack.sync.edge import Edge
from imagestack.sync.jobs import Jobs, Step
from imagestack.sync.paths import merged
from imagestack.sync.ports import DerivedObjects, Tables, TimeLeft
from imagestack.sync.purge import RESERVE, empty
from imagestack.sync.targets import of_original, resources

# Answers that warm functions have made of old rules are on their way for some time more.
_SETTLE_SECONDS = 5
_MOST_SECONDS = 900
_OF_STREAM = "aws:dynamodb"
_OF_ORIGINALS = "aws.s3"

Report = Callable[[str, Exception], None]


@dataclass(frozen=True)
class _Messages:
    """A batch of a queue, by kind; ids first. Originals are grouped by key: several events of one are one demand."""

    originals: dict[str, list[str]]
    edge: dict[str, tuple[list[str], int]]
    jobs: dict[str, tuple[Step, int]]
    unreadable: dict[str, Exception]


@dataclass(frozen=True)
class Sync:
    """Everything that outlives an invocation.

    Attributes:
        originals_bucket: the one whose events are of concern.
        rules_ttl: seconds that functions keep rules; only then an edge that was purged stays clean.
        tables: of rules and jobs.
        derived: objects.
        edge: as changes reach it.
        jobs: purges and prefetches.
        executor: for several originals at a time.
        listing: for looking ahead in each of them.
        report: is told of failures, with an id.
    """

    originals_bucket: str
    rules_ttl: int
    tables: Tables
    derived: DerivedObjects
    edge: Edge
    jobs: Jobs
    executor: Executor
    listing: Executor
    report: Report

    def handle(self, event: Mapping[str, Any], left: TimeLeft) -> dict[str, Any]:
        """Do what a batch asks for.

        Args:
            event: of a stream of DynamoDB or of a queue of SQS.
            left: seconds that remain.

        Returns:
            Which records are to be delivered again, as Lambda wants it told.
        """
        streamed: list[Mapping[str, Any]] = []
        queued: list[Mapping[str, Any]] = []
        for record in event["Records"]:
            (streamed if record["eventSource"] == _OF_STREAM else queued).append(record)
        failed = [*self._stream(streamed), *self._queue(queued, left)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    def _stream(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """Records of a shard, in order; after the first that failed all come again."""
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
        """Purge now, for most functions have no rules or look soon; and once more when none can have the old ones."""
        if not paths:
            return
        self.edge.purge_or_put_off(paths, demand)
        if self.rules_ttl:
            self.edge.put_off(merged(paths), min(self.rules_ttl + _SETTLE_SECONDS, _MOST_SECONDS))

    def _queue(self, records: Iterable[Mapping[str, Any]], left: TimeLeft) -> list[str]:
        """Messages, in no order."""
        messages = self._read(records)
        failed = list(messages.unreadable)
        for name, error in messages.unreadable.items():
            self.report(name, error)
        paths: set[str] = set()
        demand: list[str] = []
        attempt = 0
        for key, change in self._remove_originals(list(messages.originals), left).items():
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
                self.jobs.step(step, tried, left)
            except StoreError as error:
                self.report(name, error)
                failed.append(name)
        return failed

    def _read(self, records: Iterable[Mapping[str, Any]]) -> _Messages:
        found = _Messages({}, {}, {}, {})
        for record in records:
            name = record["messageId"]
            try:
                message = json.loads(record["body"])
                if message.get("source") == _OF_ORIGINALS:
                    if message["detail"]["bucket"]["name"] == self.originals_bucket:
                        found.originals.setdefault(message["detail"]["object"]["key"], []).append(name)
                elif (put_off := edges.read_message(message)) is not None:
                    found.edge[name] = put_off
                elif (step := steps.read_message(message)) is not None:
                    found.jobs[name] = step, int(record["attributes"]["ApproximateReceiveCount"])
                else:
                    raise ValueError("a message of no known kind")  # noqa: TRY301 - beside what else cannot be read
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                found.unreadable[name] = error
        return found

    def _remove_originals(self, keys: list[str], left: TimeLeft) -> dict[str, tuple[str, ...] | Exception]:
        """Remove the derived objects of originals that have changed; their paths at the edge, or what went wrong."""
        if not keys:
            return {}
        try:
            found = resources(self.tables.rule_items(), self.originals_bucket)
        except StoreError as error:
            return dict.fromkeys(keys, error)

        def remove(key: str) -> tuple[str, ...] | Exception:
            targets = of_original(key, found)
            try:
                for prefix in targets.derived:
                    # One of them is not worth an invocation of its own: what is left comes again.
                    if left() < RESERVE or empty(self.derived, prefix, "", self.listing, left)[1]:
                        return TimeoutError("out of time")
            except StoreError as error:
                return error
            return targets.edge

        return dict(zip(keys, self.executor.map(remove, keys), strict=True))

"""Usage by rule: counted in the process, and from a log."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from imagestack.control.aws.usage import LogsUsage
from imagestack.control.backends import UseCounts
from imagestack.control.errors import ThrottledError, UnavailableError
from imagestack.control.usage.in_process_usage import InProcessUsage
from imagestack.usage import NO_RULE, Use
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, RULES, Deployment

NOW = datetime(2026, 11, 23, 12, 30, 30, tzinfo=UTC)
DAY = timedelta(days=1)
GROUP = "/aws/lambda/image"

Answers = dict[str, list[tuple[int, dict[str, Any]]]]


class Log:
    """A stand-in for CloudWatch Logs, which records requests and repeats its last answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: Answers = {"StartQuery": [(200, {"queryId": "7"})], "StopQuery": [(200, {"success": True})]}
        self.url = ""

    def usage(self, patience: float = 5.0) -> LogsUsage:
        """A client of this log."""
        return LogsUsage(lambda: boto3.client("logs", endpoint_url=self.url), GROUP, patience)

    def answer(self, operation: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The next answer of an operation."""
        self.asked.append((operation, body))
        prepared = self.answers[operation]
        return prepared.pop(0) if len(prepared) > 1 else prepared[0]


@pytest.fixture
def log(aws: str) -> Iterator[Log]:
    assert aws
    found = Log()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = found.answer(self.headers["X-Amz-Target"].rpartition(".")[2], body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def row(**values: str) -> list[dict[str, str]]:
    return [{"field": name, "value": value} for name, value in values.items()]


def test_counted() -> None:
    """Uses are counted by resource, rule and hour."""
    usage = InProcessUsage()
    usage.add(Use(HOST, "3", hit=True, saved=100), NOW - timedelta(hours=30))
    usage.add(Use(HOST, "3", hit=True, saved=50), NOW - timedelta(hours=1))
    usage.add(Use(HOST, "3", hit=False, saved=-20), NOW)
    usage.add(Use(HOST, NO_RULE, hit=False, saved=0), NOW)
    usage.add(Use("*", "4", hit=True, saved=7), NOW)
    assert usage.count(HOST, NOW - DAY, NOW) == {"3": UseCounts(2, 1, 30), NO_RULE: UseCounts(1, 0, 0)}
    assert usage.count(HOST, NOW - 2 * DAY, NOW)["3"] == UseCounts(3, 2, 130)
    assert usage.count("other.example.com", NOW - DAY, NOW) == {}


def test_counted_for_a_month() -> None:
    """Counts older than the longest query are dropped."""
    usage = InProcessUsage()
    usage.add(Use(HOST, "3", hit=True, saved=1), NOW - timedelta(hours=721))
    usage.add(Use(HOST, "3", hit=True, saved=1), NOW)
    assert usage.count(HOST, NOW - 90 * DAY, NOW) == {"3": UseCounts(1, 1, 1)}


def test_the_log(log: Log) -> None:
    """One query covers the log group, the resource and the hours; its results are returned unchanged."""
    rows = [row(rule="3", requests="12", hits="9", bytes="123456"), row(rule="-", requests="2", hits="0", bytes="0")]
    log.answers["GetQueryResults"] = [(200, {"status": "Running"}), (200, {"status": "Complete", "results": rows})]
    assert log.usage().count(HOST, NOW - DAY, NOW) == {"3": UseCounts(12, 9, 123456), NO_RULE: UseCounts(2, 0, 0)}
    operations = [operation for operation, _ in log.asked]
    assert operations == ["StartQuery", "GetQueryResults", "GetQueryResults"]
    started = log.asked[0][1]
    assert started["logGroupName"] == GROUP
    assert (started["startTime"], started["endTime"]) == (int((NOW - DAY).timestamp()), int(NOW.timestamp()))
    assert f'resource = "{HOST}"' in started["queryString"]
    assert "by rule" in started["queryString"]
    assert log.asked[1][1] == {"queryId": "7"}


def test_a_log_that_takes_too_long(log: Log) -> None:
    """A slow query is stopped, and the error says when to retry."""
    log.answers["GetQueryResults"] = [(200, {"status": "Running"})]
    with pytest.raises(UnavailableError) as late:
        log.usage(patience=0.6).count(HOST, NOW - DAY, NOW)
    assert int(late.value.headers["Retry-After"]) > 0
    assert log.asked[-1][0] == "StopQuery"


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"GetQueryResults": [(200, {"status": "Failed"})]}, UnavailableError),
        ({"StartQuery": [(400, {"__type": "ResourceNotFoundException"})]}, UnavailableError),
        ({"StartQuery": [(400, {"__type": "LimitExceededException"})]}, ThrottledError),
    ],
)
def test_a_log_that_does_not_answer(log: Log, answers: Answers, error: type[Exception]) -> None:
    """A failing log raises its own error."""
    log.answers |= answers
    with pytest.raises(error):
        log.usage().count(HOST, NOW - DAY, NOW)


def test_hosts_that_nobody_asks_for(log: Log) -> None:
    """Hand-written hosts that are no host names never enter a query."""
    assert log.usage().count('" or 1=1 | "', NOW - DAY, NOW) == {}
    assert log.asked == []


@pytest.fixture
def client(deployment: Deployment) -> Any:
    with deployment.http(deployment.token("viewer")) as client:
        yield client


@pytest.fixture
def path(deployment: Deployment) -> str:
    with deployment.http(deployment.token("admin")) as admin:
        made = admin.post("/cdn/resources", json={"cname": HOST, "origin": ORIGINALS}).json()
    return f"/cdn/resources/{made['id']}/usage"


def test_over_http(deployment: Deployment, client: Any, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Usage is listed by rule number, null for no rule, the most used first."""
    usage = InProcessUsage()
    uses = {NO_RULE: 1, "12": 3, "word": 2}
    for rule, times in uses.items():
        for _ in range(times):
            usage.add(Use(HOST, rule, hit=rule == "12", saved=10))
    monkeypatch.setattr(deployment.module.BACKENDS, "usage", usage)
    deployment.item(RULES, {"pk": f"RESOURCE#{HOST}", "sk": "RULE#word", "rule": "/"})
    (word,) = [rule["id"] for rule in client.get(f"{path.rpartition('/')[0]}/rules").json()]
    found = client.get(path, params={"hours": 48}).json()
    assert found["rules"] == [
        {"id": 12, "requests": 3, "hits": 3, "bytes_saved": 30},
        {"id": word, "requests": 2, "hits": 0, "bytes_saved": 20},
        {"id": None, "requests": 1, "hits": 0, "bytes_saved": 10},
    ]
    span = datetime.fromisoformat(found["to"]) - datetime.fromisoformat(found["from"])
    assert span == timedelta(hours=48)


@pytest.mark.parametrize("hours", ["0", "721", "a"])
def test_refused(client: Any, path: str, hours: str) -> None:
    """The span is one hour to thirty days."""
    answer = client.get(path, params={"hours": hours})
    assert (answer.status_code, list(answer.json())) == (400, ["hours"])


def test_not_counted(client: Any, path: str) -> None:
    """A deployment without usage statistics answers 503."""
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (503, {"error": "usage is not counted here"})
    assert client.get("/cdn/resources/99/usage").status_code == 404

"""The operators' commands, against a control function over a socket and against its tables."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import boto3
import click
import pytest
import typer
import uvicorn
from click.testing import CliRunner

import imagestack_cli
from imagestack_local.gateway.gateway import Gateway
from tests.support.context import Context
from tests.support.control_tables import make_table, moto
from tests.support.images import jpeg
from tests.support.stores import empty

ROOT = Path(__file__).resolve().parents[2]
RULES, CONTROL, BUCKET = "commands-rules", "commands-control", "commands-originals"
HOST = "images.example.com"
KEY = "a-key-of-signatures"
OPTIONS = {"image_stack": {"enabled": True, "quality": 80, "webp_enabled": True, "avif_enabled": True}}

APP = """
import signal
import typer
import imagestack_cli
# A shell that runs the tests in the background makes them ignore SIGINT, and so their children.
signal.signal(signal.SIGINT, signal.default_int_handler)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
imagestack_cli.add_to(app)
app(prog_name="imagestack")
"""


@cache
def application() -> click.Command:
    """The commands as `imagestack` has them, put together once."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    imagestack_cli.add_to(app)
    return typer.main.get_command(app)


@dataclass(frozen=True)
class Ran:
    """What a command has left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass
class Operator:
    """Somebody at a command line; `where` are the options that lead to the deployment."""

    where: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """That of a process: ours, changed by `variables` and `without`."""
        return {name: value for name, value in os.environ.items() if name not in self.without} | self.variables

    def run(self, *arguments: str, told: str = "") -> Ran:
        """Run a command in this process, to whose output the function that it asks adds no lines."""
        quiet = {"POWERTOOLS_METRICS_DISABLED": "true"}
        result = CliRunner(mix_stderr=False).invoke(
            application(), [*arguments, *self.where], input=told, env=self.variables | quiet
        )
        # What typer has not handled is a traceback for people.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def process(self, *arguments: str, told: str = "") -> Ran:
        """Run a command in a process of its own."""
        done = subprocess.run(  # noqa: S603 - it runs what is under test
            [sys.executable, "-c", APP, *arguments, *self.where],
            cwd=ROOT,
            env=self.environment,
            input=told,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Place:
    """A deployment: the address of its API, and of its AWS."""

    url: str
    endpoint: str
    dynamodb: Any

    @property
    def tables(self) -> Operator:
        """Somebody who has the tables."""
        names = ("--rules-table", RULES, "--control-table", CONTROL, "--originals-bucket", BUCKET)
        return Operator((*names, "--endpoint-url", self.endpoint))

    def http(self, role: str = "admin") -> Operator:
        """Somebody who has a token."""
        made = self.tables.run("tokens", "create", f"an {role}", "--role", role, "--json").json
        return Operator(("--url", self.url, "--token", made["token"]))

    def item(self, **item: Any) -> None:
        """Write an item of the rules table by hand."""
        self.dynamodb.Table(RULES).put_item(Item=item)

    def items(self, table: str = RULES) -> list[dict[str, Any]]:
        """All items of a table."""
        found: list[dict[str, Any]] = self.dynamodb.Table(table).scan()["Items"]
        return found


@pytest.fixture(scope="session")
def deployed(aws: str) -> Iterator[Place]:
    """One deployment a session; see `place`."""
    assert aws
    with moto() as endpoint:
        dynamodb = boto3.resource("dynamodb", endpoint_url=endpoint)
        for name in (RULES, CONTROL):
            make_table(dynamodb.meta.client, name)
        environment = {"ORIGINALS_BUCKET": BUCKET, "RULES_TABLE": RULES, "CONTROL_TABLE": CONTROL}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (environment | {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}).items():
                patch.setenv(name, value)
            # A function of our own, since the handler reads the environment when it is imported.
            spec = importlib.util.spec_from_file_location("commands_control", ROOT / "functions/control/handler.py")
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        context = Context(function_name="control")
        gateway = Gateway(lambda event, _id: module.handler(event, context), decodes_path=True)
        with served(gateway) as url:
            yield Place(url, endpoint, dynamodb)


class served:  # noqa: N801 - a context manager
    """The address of an ASGI application, while the context lasts."""

    def __init__(self, application: Any) -> None:
        config = uvicorn.Config(application, "127.0.0.1", 0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run)

    def __enter__(self) -> str:
        self._thread.start()
        until = monotonic() + 30
        while not self._server.started and monotonic() < until:
            sleep(0.01)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture
def place(deployed: Place) -> Place:
    """A deployment with nothing in its tables."""
    empty((), (RULES, CONTROL))
    return deployed


@pytest.fixture(params=["http", "tables"])
def operator(request: pytest.FixtureRequest, place: Place) -> Operator:
    """Somebody who may do everything, in either way."""
    return place.http() if request.param == "http" else place.tables


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write JSON into a file, and give its name."""

    def written(document: object, name: str = "document.json") -> str:
        path = tmp_path / name
        path.write_text(json.dumps(document))
        return str(path)

    return written


def resource(operator: Operator, write: Any, cname: str = HOST, **settings: Any) -> int:
    """Add a resource, and give its number."""
    made = operator.run("resources", "put", write({"cname": cname, "origin": BUCKET, **settings}), "--json").json
    return int(made["id"])


def rule(operator: Operator, write: Any, cname: str = HOST, **settings: Any) -> int:
    """Add a rule, and give its number."""
    document = {"name": "Photographs", "rule": "/.*", "options": OPTIONS, **settings}
    return int(operator.run("rules", "put", cname, write(document), "--json").json["id"])


@pytest.fixture
def cat(operator: Operator, write: Any) -> Operator:
    """A resource with a photograph of 400 by 300 pixels."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="cat.jpg", Body=jpeg(), ContentType="image/jpeg")
    resource(operator, write, options=OPTIONS)
    return operator

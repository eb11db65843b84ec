"""What `imagestack serve` says when it cannot start: one sentence, and exit status 2."""

import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import CliRunner

from imagestack_local import main, serve
from tests.support.images import jpeg
from tests.support.serving import failure, originals


@pytest.fixture(autouse=True)
def own_loggers() -> Iterator[None]:
    """The command sets loggers up, which other tests of this process need as they were."""
    loggers = [logging.getLogger(), logging.getLogger("imagestack_local")]
    before = [(one.handlers[:], one.propagate, one.level) for one in loggers]
    yield
    for one, (handlers, propagates, level) in zip(loggers, before, strict=True):
        one.handlers, one.propagate = handlers, propagates
        one.setLevel(level)


def at_once(*arguments: str) -> tuple[int, str]:
    """The exit status and standard error of a command in this process, which must not get as far as to serve."""

    def run(_options: Any) -> None:
        pytest.fail("it starts")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serve, "serve", run)
        result = CliRunner(mix_stderr=False).invoke(typer.main.get_command(main.app), ["serve", *arguments])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    return result.exit_code, result.stderr


def refused(*arguments: str) -> str:
    """The message of a mistake that is detected before anything is started."""
    return message_of(at_once(*arguments))


def refused_by_process(*arguments: str, **variables: str) -> str:
    """The message of a process."""
    return message_of(failure("serve", *arguments, **variables))


def message_of(end: tuple[int, str]) -> str:
    """The message, which is one line."""
    status, message = end
    assert status == 2
    assert message.startswith("imagestack: ")
    assert message.count("\n") == 1
    assert "Traceback" not in message
    return message


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A folder of originals that does not exist is named."""
    assert refused("--originals", str(tmp_path / "none")).endswith(f"folder '{tmp_path}/none' does not exist\n")


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """A file is no folder of originals."""
    originals(tmp_path, {"a.jpg": jpeg()})
    assert "is not a folder" in refused("--originals", str(tmp_path / "a.jpg"))


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"words", "b/more.txt": b"words"}])
def test_a_folder_without_images(tmp_path: Path, files: dict[str, bytes]) -> None:
    """A folder without any image is refused before anything is started."""
    assert "has no image in it" in refused("--originals", str(originals(tmp_path, files)))


def test_a_rules_file_that_is_not_there(tmp_path: Path) -> None:
    """A rules file that does not exist is named."""
    assert "none.json' does not exist" in refused("--rules", str(tmp_path / "none.json"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("{}", "is not a list of items"),
        ('[{"pk": "a", "sk": "b"}, {"pk": "a"}]', "item 2 has no sk"),
        ('[{"pk": "a", "sk": 1}]', "the sk of item 1 is not a plain string"),
    ],
)
def test_a_broken_rules_file(tmp_path: Path, content: str, sentence: str) -> None:
    """A mistake in a rules file is reported with the number of the item."""
    (tmp_path / "rules.json").write_text(content)
    assert sentence in refused("--rules", str(tmp_path / "rules.json"))


def test_an_item_that_dynamodb_refuses(tmp_path: Path) -> None:
    """A mistake in an item that only DynamoDB detects is reported in the same way."""
    items = [{"pk": "a", "sk": "b"}, {"pk": "a", "sk": "c", "weight": int("1" * 50)}]
    (tmp_path / "rules.json").write_text(json.dumps(items))
    message = refused_by_process("--port", "0", "--rules", str(tmp_path / "rules.json"))
    assert "item 2 of the rules is refused by DynamoDB: a number has more than 38 digits" in message


def test_a_taken_port() -> None:
    """A port that another program uses is refused; the message names the option to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = refused_by_process("--port", str(port))
    assert message == f"imagestack: port {port} of 127.0.0.1 is taken by another program; name another with --port\n"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1", "x" * 300])
def test_an_address_of_another_machine(host: str) -> None:
    """An address that this machine does not have is refused."""
    assert f"'{host}' is no address of this machine" in refused("--host", host)


@pytest.mark.parametrize("port", ["70000", "-1", "eighty"])
def test_a_port_that_is_none(port: str) -> None:
    """What is no port is refused with exit status 2."""
    status, message = at_once("--port", port)
    assert status == 2
    assert "--port" in message
    assert "Traceback" not in message


def test_a_limit_that_makes_no_sense() -> None:
    """A variable that the function cannot read is named."""
    assert "MAX_ORIGINAL_PIXELS" in refused_by_process("--port", "0", MAX_ORIGINAL_PIXELS="many")

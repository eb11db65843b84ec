"""The local stack as an operator uses it: each test with a stack of its own."""

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagestack_local.operator.first_rules import optimization_rule
from imagestack_local.originals import samples
from tests.support.images import jpeg, png
from tests.support.plain import PLAIN
from tests.support.serving import Serving, command, originals, read, serving, size, until


def test_a_folder_is_followed(tmp_path: Path) -> None:
    """Files added, changed and removed, and their headers, show within seconds; no old image is served."""
    folder = originals(tmp_path, {"a.jpg": jpeg(80, 60), "b.jpg": jpeg(80, 60)})
    with serving("--originals", str(folder)) as stack:
        assert size(stack.get("/a.jpg?width=40", accept="image/webp")) == (40, 30)

        originals(folder, {"new/c.jpg": jpeg(80, 60)})
        until(lambda: stack.get("/new/c.jpg").status_code == 200)

        originals(folder, {"a.jpg": jpeg(80, 40)})
        until(lambda: size(stack.get("/a.jpg?width=40", accept="image/webp")) == (40, 20))

        originals(folder, {"a.jpg.headers.json": b'{"Cache-Control": "max-age=9"}'})
        until(lambda: stack.get("/a.jpg").headers["cache-control"] == "max-age=9")
        originals(folder, {"a.jpg.headers.json": b"{"})
        until(lambda: "a.jpg.headers.json is not JSON" in stack.told())
        assert stack.get("/a.jpg").status_code == 200

        (folder / "b.jpg").unlink()
        until(lambda: stack.get("/b.jpg").status_code == 404)

        with (folder / "slow.jpg").open("wb") as file:
            for part in (jpeg()[:2_000], jpeg()[2_000:]):
                file.write(part)
                file.flush()
                time.sleep(1.5)
        until(lambda: stack.get(stack.object("/_original/slow.jpg")).content == jpeg())

        folder.rename(tmp_path.parent / f"{tmp_path.name}-moved")
        until(lambda: stack.get("/a.jpg").status_code == 404)
        originals(folder, {"a.jpg": jpeg(80, 60)})
        until(lambda: stack.get("/a.jpg").status_code == 200)


def test_a_rule_is_edited(tmp_path: Path) -> None:
    """The rules come from the file; an item edited while the stack runs, by its own example, shows within seconds."""
    rule: Any = json.loads(json.dumps(optimization_rule(quality=90)))
    (tmp_path / "rules.json").write_text(json.dumps([rule]))
    folder = originals(tmp_path / "originals", {"a.jpg": jpeg(quality=95)})
    with serving("--originals", str(folder), "--rules", str(tmp_path / "rules.json")) as stack:
        before = stack.get("/a.jpg", accept="image/webp")
        assert before.headers["content-type"] == "image/webp"

        line = next(line for line in stack.lines if " aws dynamodb " in line)
        words = shlex.split(line)
        named = {name: words[words.index(name) + 1] for name in words if name.startswith("--")}
        assert words[3:5] == ["dynamodb", "update-item"] or words[4] == "update-item"
        stack.rules().meta.client.update_item(
            TableName=named["--table-name"],
            Key={name: value["S"] for name, value in json.loads(named["--key"]).items()},
            UpdateExpression=named["--update-expression"],
            ExpressionAttributeValues={":q": int(json.loads(named["--expression-attribute-values"])[":q"]["N"])},
        )
        until(lambda: len(stack.get("/a.jpg", accept="image/webp").content) < len(before.content))

        stack.rules().put_item(Item={**rule, "active": False})
        until(lambda: stack.get("/a.jpg", accept="image/webp").headers["content-type"] == "image/jpeg")


def test_a_large_folder_is_served_at_once(tmp_path: Path) -> None:
    """However much a folder holds, it is not read before the stack is ready; each original is there from then on.

    SIGTERM ends the stack quietly.
    """
    folder = originals(tmp_path, {"z/last.jpg": jpeg(80, 60)})
    for number in range(400):
        with (folder / f"{number}.jpg").open("wb") as file:
            file.truncate(200 * 1024 * 1024)  # 80 GB together, of which the disk has nothing
    with serving("--originals", str(folder), "--log-level", "warning") as stack:
        assert size(stack.get("/z/last.jpg?width=40")) == (40, 30)
        pages = stack.s3().get_paginator("list_objects_v2").paginate(Bucket="originals")
        assert sum(len(page["Contents"]) for page in pages) == 401
        ends_quietly(stack, "/z/last.jpg?width=40", signal.SIGTERM)


def test_samples_need_nothing() -> None:
    """Without a folder and rules there are photographs and a rule that converts them; SIGINT ends the stack quietly."""
    with serving("--log-level", "warning") as stack:
        listed = {entry["key"] for entry in stack.get("/_local/originals.json").json()["originals"]}
        assert listed == samples.PHOTOGRAPHS
        response = stack.get("/rocket.jpg", accept="image/webp")
        assert response.headers["content-type"] == "image/webp"
        assert size(response) == (640, 427)
        ends_quietly(stack, "/rocket.jpg", signal.SIGINT)


def ends_quietly(stack: Serving, path: str, number: int) -> None:
    """Ctrl-C and SIGTERM end everything with exit status 0 and without a word, open connections or not."""
    with httpx.Client(verify=PLAIN) as client:
        assert client.get(f"{stack.url}{path}").status_code == 200
        assert stack.end(number) == 0
    assert stack.told() == ""


def test_it_ends_quietly_before_it_is_ready() -> None:
    """An operator who stops it while it starts sees no traceback either."""
    with command("serve", "--port", "0") as (process, stderr):
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) in {0, 130}
        assert "Traceback" not in read(stderr)


def test_it_ends_whatever_becomes_of_the_signal() -> None:
    """A signal during the start, at a place where Python loses exceptions, still ends it without any output."""
    lost = """
import signal, weakref
from imagestack_local import serve, template
def read(read=template.read):
    gone = weakref.ref(set(), lambda _: signal.raise_signal(signal.SIGINT))
    return read()
serve.template.read = read
from imagestack_local.main import app
app(["serve", "--port", "0"])
"""
    done = subprocess.run([sys.executable, "-c", lost], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - what is under test
    assert (done.returncode, "ready" in done.stdout, done.stderr) == (0, False, "")


def test_other_addresses(tmp_path: Path) -> None:
    """An IPv6 address is written in brackets."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    folder = str(originals(tmp_path, {"a.png": png()}))
    with serving("--host", "::1", "--originals", folder) as stack:
        assert re.fullmatch(r"ready http://\[::1\]:\d+", stack.lines[-1])
        assert stack.get("/a.png").status_code == 200


def test_the_function_s_lines_are_for_debugging(tmp_path: Path) -> None:
    """Each request is a line; the function's own JSON comes with --log-level debug; none of it goes to stdout."""
    folder = str(originals(tmp_path, {"a.jpg": jpeg()}))
    with serving("--originals", folder) as stack:
        stack.get("/a.jpg?width=20")
        stack.get("/a.jpg?width=20&junk=1")
        until(
            lambda: re.search(r"GET /a.jpg\?width=20 200 image/jpeg \d+ bytes \d+ ms Miss\n", stack.told()) is not None
        )
        until(
            lambda: re.search(r"GET /a.jpg\?width=20&junk=1 200 .* ms Hit, ignored: 'junk'\n", stack.told()) is not None
        )
        assert "{" not in stack.told()
    with serving("--originals", folder, "--log-level", "debug") as stack:
        stack.get("/a.jpg?width=20")
        until(lambda: '"message":"request"' in stack.told())
        assert stack.end() == 0
        assert stack.process.stdout
        assert stack.process.stdout.read() == ""


def test_the_callers_aws_is_left_alone(tmp_path: Path) -> None:
    """Credentials, profiles, endpoints and proxies of the operator's own reach nothing here.

    Limits do: a body that Lambda cannot return is redirected to the object, which the stack serves.
    """
    variables = {
        "AWS_ACCESS_KEY_ID": "precious",
        "AWS_PROFILE": "no-such-profile",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "MAX_BODY_BYTES": "1000",
    }
    files = {"a.jpg": jpeg(), "small.jpg": jpeg(8, 6, 10)}
    assert len(files["small.jpg"]) < 1000
    with serving("--originals", str(originals(tmp_path, files)), **variables) as stack:
        assert stack.get("/small.jpg").status_code == 200
        assert "precious" not in "\n".join(stack.lines)
        response = httpx.get(f"{stack.url}/a.jpg", follow_redirects=True, verify=PLAIN)
    assert [step.status_code for step in response.history] == [302]
    assert response.url.path.startswith("/_original/")
    assert response.content == jpeg()

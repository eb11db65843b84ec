"""`imagestack explain`; `tests/control/test_explanations.py` covers what the API answers."""

from typing import Any

from tests.cli.conftest import HOST, Operator, resource
from tests.support.images import jpeg


def test_everything_is_named(cat: Operator) -> None:
    """Parameters, unknown ones with the nearest, original, result, browsers and keys are printed."""
    ran = cat.run("explain", f"https://{HOST}/cat.jpg?w=300&height=150&dpr=1.0&fit=zzz", "--accept", "image/webp")
    assert ran.code == 0
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "height 150 150" in lines
    assert "fit zzz ignored without width and height" in lines
    assert "dpr 1.0 the default" in lines
    assert "w width" in lines
    assert f"image/jpeg, 400 x 300, {len(jpeg())} bytes" in lines
    assert "resize convert: image/webp, 200 x 150" in lines
    assert any(line.startswith("avif image/avif") for line in lines)
    assert f"cache {HOST}/cat.jpg?height=150, formats: webp" in lines


def test_no_access(operator: Operator, write: Any) -> None:
    """An address that lacks its signature is named before everything else."""
    resource(operator, write, options={"secure_key": {"enabled": True, "key": "a-secret-key", "type": 2}})
    ran = operator.run("explain", f"https://{HOST}/cat.jpg")
    assert ran.out.splitlines()[1] == "viewers get 403: the address is not signed"


def test_path_of_the_only_resource(cat: Operator) -> None:
    """A path is enough for the only resource."""
    by_path, by_url = (
        cat.run("explain", address, "--json").json for address in ("/cat.jpg", f"https://{HOST}/cat.jpg")
    )
    assert by_path == by_url


def test_no_original(cat: Operator) -> None:
    """A missing original is named; the parameters are explained all the same."""
    ran = cat.run("explain", f"https://{HOST}/dog.jpg?format=webp")
    assert ran.code == 0
    assert "not valid response code from the origin; response code - 404" in ran.out
    assert ["format", "fmt"] in [line.split() for line in ran.out.splitlines()]


def test_whole_urls_only(cat: Operator) -> None:
    """What is no address is refused with a message, which names both forms."""
    ran = cat.run("explain", "cat.jpg?width=3")
    message = "imagestack: URL is like https://host/path?width=300, or a path like /cat.jpg?width=300\n"
    assert (ran.code, ran.err) == (2, message)
    assert "https://host/path" in cat.run("explain", "ftp://host/cat.jpg").err


def test_path_of_one_of_several(cat: Operator, write: Any) -> None:
    """Beside other resources a path needs the name of its own; a whole URL has its host."""
    resource(cat, write, "other.example.com")
    several = cat.run("explain", "/cat.jpg")
    assert (several.code, several.err) == (2, "imagestack: whose image is it? Give --resource, or the whole URL\n")
    named = cat.run("explain", "/cat.jpg", "--resource", HOST, "--json").json
    assert named == cat.run("explain", f"https://{HOST}/cat.jpg", "--json").json
    assert cat.run("explain", f"https://{HOST}/cat.jpg", "--resource", HOST).code == 2

"""The command itself."""

import imagestack
from imagestack.request.parameters import PARAMETERS
from imagestack_local.main import app
from tests.support.serving import command


def test_version() -> None:
    """It is printed for `--version` alone."""
    with command("--version") as (process, _):
        out, _ = process.communicate(timeout=90)
    assert (process.returncode, out) == (0, f"imagestack {imagestack.__version__}\n")


def test_help_names_all_commands() -> None:
    """The help lists all commands with a line each."""
    names = [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]
    names += [str(one.name) for one in app.registered_groups]
    with command("--help") as (process, _):
        out, _ = process.communicate(timeout=90)
    commands, _, parameters = out.partition("Commands:\n")[2].partition("\n\n")
    lines = [line.split(maxsplit=1) for line in commands.splitlines()]
    assert process.returncode == 0
    named = [line.split()[0] for line in parameters.splitlines()[1:] if line.startswith("    ") and line[4] != " "]
    assert named == [*PARAMETERS]
    assert sorted(line[0] for line in lines) == sorted(names)
    assert all(len(line) > 1 for line in lines)

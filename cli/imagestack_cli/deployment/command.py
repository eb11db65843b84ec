"""Commands: functions of a target, with the options that lead to it, whose failures are told in one line."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, get_type_hints

import typer

from imagestack_cli.failures import CommandError
from imagestack_cli.target import Options, Target

_SHARED = [field.name for field in fields(Options)]


def group(name: str, text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(name=name, help=text, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def with_target(function: Callable[..., None]) -> Callable[..., None]:
    """A command for typer: the function's first parameter is the target, the others are its own."""

    @wraps(function)
    def run(**given: Any) -> None:  # noqa: ANN401 - options are of any type
        shared = {name: given.pop(name) for name in _SHARED}
        try:
            function(Target(Options(**shared)), **given)
        except CommandError as error:
            typer.echo(f"imagestack: {one_line(str(error))}", err=True)
            raise typer.Exit(error.code) from error

    own = list(inspect.signature(function).parameters.values())[1:]
    hints = get_type_hints(function, include_extras=True)
    shared_hints = get_type_hints(Options, include_extras=True)
    kinds = inspect.Parameter.KEYWORD_ONLY
    parameters = [one.replace(kind=kinds, annotation=hints[one.name]) for one in own]
    parameters += [
        inspect.Parameter(field.name, kinds, default=field.default, annotation=shared_hints[field.name])
        for field in fields(Options)
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # read by inspect
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    # typer would read the hints of what is wrapped.
    del run.__wrapped__
    return run


def one_line(text: str) -> str:
    """A text without what moves a terminal's cursor."""
    return "".join(character if character.isprintable() else " " for character in text)

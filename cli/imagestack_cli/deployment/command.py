"""Turns functions of a deployment into commands: adds the shared options, and reports errors in one line."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, get_type_hints

import typer

from imagestack_cli.deployment.deployment import Deployment, DeploymentOptions
from imagestack_cli.errors import CommandError
from imagestack_cli.output import one_line

_SHARED = [field.name for field in fields(DeploymentOptions)]


def group(name: str, text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(name=name, help=text, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def with_deployment(function: Callable[..., None]) -> Callable[..., None]:
    """A command for typer. The function's first parameter is the deployment; the others are options of its own."""

    @wraps(function)
    def run(**given: Any) -> None:  # noqa: ANN401 - options are of any type
        shared = {name: given.pop(name) for name in _SHARED}
        try:
            function(Deployment(DeploymentOptions(**shared)), **given)
        except CommandError as error:
            typer.echo(f"imagestack: {one_line(str(error))}", err=True)
            raise typer.Exit(error.code) from error

    own = list(inspect.signature(function).parameters.values())[1:]
    hints = get_type_hints(function, include_extras=True)
    shared_hints = get_type_hints(DeploymentOptions, include_extras=True)
    kinds = inspect.Parameter.KEYWORD_ONLY
    parameters = [one.replace(kind=kinds, annotation=hints[one.name]) for one in own]
    parameters += [
        inspect.Parameter(field.name, kinds, default=field.default, annotation=shared_hints[field.name])
        for field in fields(DeploymentOptions)
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # read by inspect
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    # typer would read the hints of the wrapped function.
    del run.__wrapped__
    return run

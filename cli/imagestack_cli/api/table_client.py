"""The control API in this process, on the tables: the code of the control function, without a token."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from getpass import getuser
from urllib.parse import urlencode

from imagestack.control.api.request_context import Call
from imagestack.control.backends import Backends
from imagestack.control.errors import ControlError
from imagestack.control.roles import Caller, Role
from imagestack.control.routes import Route, routes
from imagestack.control.store.ports import Store
from imagestack_cli.api.client import ApiAnswer, ApiRequest

_NAME = re.compile(r"\{(\w+)\}")


class TableClient:
    """See `Api`. The audit trail names the user of this machine."""

    def __init__(self, store: Store, bucket: str, backends: Backends) -> None:
        self._routes = routes(store, bucket, backends)
        self._caller = Caller(0, f"imagestack command ({_user()})", Role.ADMIN)

    def send(self, request: ApiRequest) -> ApiAnswer:
        """Run the code of the route."""
        route, numbers = self._route(request.method, request.path)
        call = Call(
            caller=self._caller,
            method=request.method,
            path=request.path,
            now=datetime.now(UTC),
            numbers=numbers,
            query=request.query,
            query_text=urlencode(request.query),
            body=request.body,
            if_match=request.version,
        )
        try:
            reply = route.run(call)
        except ControlError as error:
            cause = f": {error.__cause__}" if error.__cause__ else ""
            return ApiAnswer(error.status, {"error": f"{error}{cause}"} if cause else error.body)
        return ApiAnswer(reply.status, reply.body)

    def _route(self, method: str, path: str) -> tuple[Route, dict[str, int]]:
        """The route of a path; a word takes precedence over a number."""
        for route in self._routes:
            match = re.fullmatch(_NAME.sub(r"(?P<\1>[0-9]+)", route.path), path)
            if match and route.method == method:
                return route, {name: int(text) for name, text in match.groupdict().items()}
        raise ValueError(f"no command asks for {method} {path}")


def _user() -> str:
    # For a user without a name, systems raise different errors.
    with suppress(OSError, KeyError, ImportError):
        return getuser()
    return "unknown"

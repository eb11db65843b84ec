"""The OpenAPI 3.1 description of the API, made of its routes."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from imagestack.control.api.answer_models import ErrorAnswer
from imagestack.control.api.queries import ActivityQuery, PageQuery
from imagestack.control.roles import Role
from imagestack.control.routes import Route

_NAME = re.compile(r"\{(\w+)\}")
_REFERENCE = "#/components/schemas/{model}"
_DESCRIPTIONS = {
    400: "What is wrong, by field",
    401: "The token is missing, wrong or expired",
    403: "The token's role does not suffice",
    404: "There is no such thing",
    409: "Somebody else has changed it in the meantime",
    413: "More than can be kept",
    415: "The body is no JSON",
    429: "Too many requests; Retry-After says when",
    503: "What is needed does not answer, or is not there; Retry-After says when to ask again",
}
_EVERYWHERE = (401, 403, 429, 503)
_INVALID = {
    "type": "object",
    "description": "messages by field, nested as the fields are",
    "additionalProperties": {
        "anyOf": [{"type": "array", "items": {"type": "string"}}, {"$ref": "#/components/schemas/Invalid"}]
    },
}

Document = dict[str, Any]


def describe(routes: Sequence[Route]) -> Document:
    """Make the whole document."""
    paths: dict[str, Document] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Image Stack", "version": "1", "description": "Resources, rules, purges and prefetches."},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**_schemas(routes), "Invalid": _INVALID},
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "APIKey and the token, with a space between",
                }
            },
        },
    }


def _operation(route: Route) -> Document:
    operation: Document = {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"Needs the role {route.role.name.lower()}.",
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_precondition(route)],
        "responses": {
            str(route.status): _success(route),
            **{str(status): _failure(status) for status in sorted(_failures(route))},
        },
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(_reference(route.body))}
    return operation


def _failures(route: Route) -> set[int]:
    statuses = set(_EVERYWHERE)
    if route.body is not None:
        statuses |= {400, 413, 415}
    if route.query is not None or route.method == "DELETE":
        statuses.add(400)
    if "{" in route.path or route.missing:
        statuses.add(404)
    # Whatever a viewer may ask for changes nothing.
    if route.role > Role.VIEWER and route.method != "GET":
        statuses |= {404, 409} if "{" in route.path else {409}
    return statuses


def _failure(status: int) -> Document:
    schema = {"$ref": "#/components/schemas/Invalid"} if status == 400 else _reference(ErrorAnswer)  # noqa: PLR2004
    return {"description": _DESCRIPTIONS[status], "content": _json(schema)}


def _success(route: Route) -> Document:
    if route.answer is None:
        return {"description": "Done"}
    schema: Document = _reference(route.answer)
    if route.query is not None and issubclass(route.query, PageQuery):
        whole = {"type": "array", "items": schema}
        envelope = {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer"},
                "next": {"type": ["string", "null"]},
                "previous": {"type": ["string", "null"]},
                "results": whole,
            },
        }
        schema = envelope if route.query is ActivityQuery else {"oneOf": [envelope, whole]}
    response: Document = {"description": route.summary, "content": _json(schema)}
    return response


def _path_parameters(route: Route) -> list[Document]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
        for name in _NAME.findall(route.path)
    ]


def _query_parameters(route: Route) -> list[Document]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema(by_alias=True)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _without_title(inner),
        }
        for name, inner in schema["properties"].items()
    ]


def _precondition(route: Route) -> list[Document]:
    if route.method not in ("PATCH", "PUT", "DELETE") or "token" in route.path or route.path.endswith("/order"):
        return []
    text = "the version that is to be changed, in quotes; 409 if there is another one by now"
    return [{"name": "If-Match", "in": "header", "required": False, "description": text, "schema": {"type": "string"}}]


def _schemas(routes: Sequence[Route]) -> Document:
    models: dict[type[BaseModel], JsonSchemaMode] = {ErrorAnswer: "serialization"}
    for route in routes:
        if route.body is not None:
            models[route.body] = "validation"
        if route.answer is not None:
            models[route.answer] = "serialization"
    definitions = models_json_schema(list(models.items()), by_alias=True, ref_template=_REFERENCE)[1]
    schemas: Document = definitions["$defs"]
    return schemas


def _reference(model: type[BaseModel]) -> Document:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _json(schema: Document) -> Document:
    return {"application/json": {"schema": schema}}


def _without_title(schema: Document) -> Document:
    return {name: value for name, value in schema.items() if name != "title"}

"""Every operation of the API: its address, its role and its code. The OpenAPI description is made of them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from imagestack.control.api import answer_models, bodies, image_models, queries
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.audit import Activity
from imagestack.control.backends import Backends
from imagestack.control.jobs import Jobs
from imagestack.control.preview.originals import OriginalsOfResource
from imagestack.control.preview.previews import Previews
from imagestack.control.resources import Resources
from imagestack.control.responsive.responsive_images import ResponsiveImages
from imagestack.control.roles import Role
from imagestack.control.rule_order import RuleOrders
from imagestack.control.rule_tester import RuleTester
from imagestack.control.rules import Rules
from imagestack.control.store.ports import Store
from imagestack.control.templates import Templates
from imagestack.control.tokens import TokenCreate, Tokens
from imagestack.control.usage.by_rule import UsageOfRules

_RESOURCES = "/cdn/resources"
_RESOURCE = f"{_RESOURCES}/{{resource_id}}"
_RULES = f"{_RESOURCE}/rules"
_RULE = f"{_RULES}/{{rule_id}}"
# The SDK uses the first address.
_TEMPLATES = (f"{_RESOURCES}/rule_templates", "/cdn/rule_templates")
_ACTIVITY = "/cdn/activity_log/requests"
_TOKENS = "/cdn/tokens"

_NUMBER = re.compile(r"\{\w+\}")
_DELETE = 204
_CREATE = 201


@dataclass(frozen=True)
class Route:
    """An operation.

    Attributes:
        method: The HTTP method.
        path: The path, with names of numbers in braces.
        role: The role that the operation needs.
        run: The code of the operation; the first line of its docstring is the summary in the description.
        answer: The model of the answer; None for an empty answer.
        status: The HTTP status of success.
        body: The model of the body; None if there is none.
        query: The model of the query; None if there is none.
        missing: The operation may answer 404 although its path has no numbers.
    """

    method: str
    path: str
    role: Role
    run: Callable[[Call], Reply]
    answer: type[BaseModel] | None
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    missing: bool = False

    @property
    def summary(self) -> str:
        """What the operation does, in a sentence."""
        return (self.run.__doc__ or "").partition("\n")[0]

    @property
    def name(self) -> str:
        """The operation's id in the description."""
        return "_".join([self.method.lower(), *re.findall(r"\w+", self.path.removeprefix("/cdn/"))])


def methods(table: Iterable[Route], path: str) -> list[str]:
    """The methods that an address allows; none if there is no such address. Literal paths win over numbers."""
    matching = [route for route in table if re.fullmatch(_NUMBER.sub("[^/]+", route.path), path)]
    fewest = min((route.path.count("{") for route in matching), default=0)
    return sorted({route.method for route in matching if route.path.count("{") == fewest})


def routes(store: Store, bucket: str, backends: Backends | None = None) -> tuple[Route, ...]:
    """Make all operations.

    Args:
        store: The tables.
        bucket: The bucket that origins may name.
        backends: The other backends, looked up by each call; None if there are only tables.
    """
    viewer, editor, admin = Role.VIEWER, Role.EDITOR, Role.ADMIN
    resources, rules, templates = Resources(store, bucket), Rules(store, bucket), Templates(store)
    activity, jobs, tokens = Activity(store), Jobs(store), Tokens(store)
    resource, rule, token = answer_models.ResourceAnswer, answer_models.RuleAnswer, answer_models.TokenAnswer
    pages = queries.PageQuery
    return (
        *(route for address in _TEMPLATES for route in _template_routes(templates, address)),
        Route("GET", _RESOURCES, viewer, resources.browse, answer_models.ResourceInList, query=queries.ResourcesQuery),
        Route("POST", _RESOURCES, admin, resources.create, resource, _CREATE, bodies.ResourceCreate),
        Route("GET", _RESOURCE, viewer, resources.get, resource),
        Route("PATCH", _RESOURCE, admin, resources.update, resource, body=bodies.ResourceUpdate),
        Route("PUT", _RESOURCE, admin, resources.replace, resource, body=bodies.ResourceReplace),
        Route("DELETE", _RESOURCE, admin, resources.delete, None, _DELETE),
        Route("GET", _RULES, viewer, rules.browse, rule, query=pages),
        Route("POST", _RULES, editor, rules.create, rule, _CREATE, bodies.RuleCreate),
        # Before the routes of rules: `order` is no number.
        Route(
            "PUT",
            f"{_RULES}/order",
            editor,
            RuleOrders(store, rules).replace,
            answer_models.RulesAnswer,
            body=bodies.RuleOrder,
        ),
        Route("GET", _RULE, viewer, rules.get, rule),
        Route("PATCH", _RULE, editor, rules.update, rule, body=bodies.RuleUpdate),
        Route("PUT", _RULE, editor, rules.replace, rule, body=bodies.RuleReplace),
        Route("DELETE", _RULE, editor, rules.delete, None, _DELETE),
        *_insight_routes(store, bucket, resources, backends or Backends()),
        Route("POST", f"{_RESOURCE}/purge", editor, jobs.purge, answer_models.PurgeAnswer, _CREATE, bodies.Purge),
        Route(
            "POST",
            f"{_RESOURCE}/prefetch",
            editor,
            jobs.prefetch,
            answer_models.PrefetchAnswer,
            _CREATE,
            bodies.Prefetch,
        ),
        Route("GET", "/cdn/purge_statuses", viewer, jobs.purges, answer_models.PurgeAnswer, query=queries.JobsQuery),
        Route(
            "GET",
            "/cdn/prefetch_statuses",
            viewer,
            jobs.prefetches,
            answer_models.PrefetchAnswer,
            query=queries.JobsQuery,
        ),
        Route("GET", _ACTIVITY, viewer, activity.browse, answer_models.ActivityAnswer, query=queries.ActivityQuery),
        Route("GET", f"{_ACTIVITY}/{{log_id}}", viewer, activity.get, answer_models.ActivityAnswer),
        Route("GET", f"{_TOKENS}/current", viewer, tokens.current, token),
        Route("GET", _TOKENS, admin, tokens.browse, token, query=pages),
        Route("POST", _TOKENS, admin, tokens.create, answer_models.NewTokenAnswer, _CREATE, TokenCreate),
        Route("DELETE", f"{_TOKENS}/{{token_id}}", admin, tokens.revoke, None, _DELETE),
    )


def _insight_routes(store: Store, bucket: str, resources: Resources, backends: Backends) -> Iterator[Route]:
    """The operations that show how rules work."""
    viewer = Role.VIEWER
    originals, preview = OriginalsOfResource(store, bucket, backends), Previews(store, bucket, backends)
    usage, tester = UsageOfRules(store, backends), RuleTester(store, resources, bucket, backends)
    yield Route(
        "GET",
        f"{_RESOURCE}/originals",
        viewer,
        originals.browse,
        image_models.OriginalsAnswer,
        query=queries.OriginalsQuery,
    )
    yield Route(
        "POST", f"{_RESOURCE}/preview", viewer, preview.preview, image_models.PreviewAnswer, body=bodies.Preview
    )
    yield Route(
        "POST",
        f"{_RESOURCE}/responsive_image",
        viewer,
        ResponsiveImages(store, bucket, backends).write,
        image_models.ResponsiveImageAnswer,
        body=bodies.ResponsiveImage,
    )
    yield Route("GET", f"{_RESOURCE}/usage", viewer, usage.get, answer_models.UsageAnswer, query=queries.UsageQuery)
    yield Route(
        "GET",
        "/cdn/answering_rule",
        viewer,
        tester.get,
        image_models.AnsweringRuleAnswer,
        query=queries.AddressQuery,
        missing=True,
    )


def _template_routes(templates: Templates, address: str) -> Iterator[Route]:
    answer, admin, one = answer_models.TemplateAnswer, Role.ADMIN, f"{address}/{{template_id}}"
    yield Route("GET", address, Role.VIEWER, templates.browse, answer, query=queries.PageQuery)
    yield Route("POST", address, admin, templates.create, answer, _CREATE, bodies.TemplateReplace)
    yield Route("GET", one, Role.VIEWER, templates.get, answer)
    yield Route("PATCH", one, admin, templates.update, answer, body=bodies.TemplateUpdate)
    yield Route("PUT", one, admin, templates.replace, answer, body=bodies.TemplateReplace)
    yield Route("DELETE", one, admin, templates.delete, None, _DELETE)

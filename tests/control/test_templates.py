"""The life of rule templates, driven by the public CDN's own SDK."""

import gcore
import pytest
from gcore import Gcore

from tests.control.conftest import Deployment
from tests.control.test_resources import option

OPTIONS = {"image_stack": {"enabled": True, "quality": 80}}


def test_the_one_that_came_with_the_product(admin: Gcore) -> None:
    """The first template is "Image optimization" (docs/specification.md#section-4)."""
    (template,) = admin.cdn.rule_templates.list()
    assert template.id is not None
    assert (template.name, template.default, template.template) == ("Image optimization", True, True)
    assert (template.rule, template.rule_type) == (r"/.*\.(?i:jpg|jpeg|png)$", 0)
    assert option(template, "image_stack") == {
        "enabled": True,
        "quality": 95,
        "webp_enabled": True,
        "avif_enabled": True,
    }
    assert admin.cdn.rule_templates.get(template.id) == template


def test_it_cannot_be_changed(admin: Gcore) -> None:
    """The template of the product cannot be changed."""
    templates = admin.cdn.rule_templates
    number = next(iter(templates.list())).id
    assert number is not None
    with pytest.raises(gcore.PermissionDeniedError):
        templates.update(number, name="mine")
    with pytest.raises(gcore.PermissionDeniedError):
        templates.replace(number, rule="/", rule_type=0)
    with pytest.raises(gcore.PermissionDeniedError):
        templates.delete(number)


def test_own_ones(admin: Gcore) -> None:
    """Own templates are created, read, changed, replaced and deleted."""
    templates = admin.cdn.rule_templates
    made = templates.create(rule="/a", rule_type=0, name="mine", options=OPTIONS, weight=4)  # type: ignore[arg-type]
    assert made.id is not None
    assert (made.name, made.rule, made.weight, made.default) == ("mine", "/a", 4, False)
    assert option(made, "image_stack") == OPTIONS["image_stack"]
    assert templates.get(made.id) == made
    assert [found.name for found in templates.list(limit=1)] == ["Image optimization", "mine"]
    changed = templates.update(made.id, rule="^/b", weight=-1, options={"cors": {"enabled": True, "value": ["*"]}})
    assert (changed.name, changed.rule, changed.weight) == ("mine", "^/b", -1)
    assert option(changed, "image_stack") == OPTIONS["image_stack"]
    assert option(changed, "cors") == {"enabled": True, "value": ["*"]}
    replaced = templates.replace(made.id, rule="/c", rule_type=0)
    assert (replaced.name, replaced.rule, replaced.weight) == ("", "/c", 1)
    assert replaced.options is not None
    assert replaced.options.image_stack is None
    templates.delete(made.id)
    with pytest.raises(gcore.NotFoundError):
        templates.get(made.id)


def test_the_short_address(deployment: Deployment, admin: Gcore) -> None:
    """Templates have a second, shorter address."""
    made = admin.cdn.rule_templates.create(rule="/a", rule_type=0, name="mine")
    with deployment.http(deployment.token("viewer")) as client:
        assert [found["name"] for found in client.get("/cdn/rule_templates").json()] == ["Image optimization", "mine"]
        assert client.get(f"/cdn/rule_templates/{made.id}").json()["rule"] == "/a"


def test_refused(admin: Gcore) -> None:
    """Templates that make no valid rule are refused."""
    templates = admin.cdn.rule_templates
    with pytest.raises(gcore.BadRequestError, match="rule"):
        templates.create(rule="(", rule_type=0)
    with pytest.raises(gcore.BadRequestError, match="gzipOn"):
        templates.create(rule="/", rule_type=0, options={"gzip_on": {"enabled": True, "value": True}})

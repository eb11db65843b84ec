"""The resource, rule and options that apply to one request."""

from dataclasses import dataclass, field

from imagestack.errors import NotServedError
from imagestack.rules.model import Resource, Rule
from imagestack.rules.options import ImageStack, Options


@dataclass(frozen=True)
class EffectiveRules:
    """The resource, rule and options that apply to a request.

    Attributes:
        resource: the resource of the host; None if no rules can be read.
        options: the effective options for the path.
        rule: the rule that matches the path; None if none does.
    """

    resource: Resource | None = None
    options: Options = field(default_factory=Options)
    rule: Rule | None = None

    @classmethod
    def of(cls, resource: Resource, path: str) -> "EffectiveRules":
        """The rules of a resource that apply to a path.

        Raises:
            NotServedError: the resource is switched off.
        """
        if not resource.active:
            raise NotServedError("the resource is not active")
        rule = resource.rule_for(path)
        return cls(resource, resource.options_with(rule), rule)

    @property
    def image_stack(self) -> ImageStack:
        """The option `image_stack`; its defaults if it is not set."""
        return self.options.image_stack or ImageStack()

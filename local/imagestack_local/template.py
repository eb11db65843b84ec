"""The deployment's template, so that the local stack has the settings of the deployed one."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from imagestack_local.errors import StartError

_NAME = "template.yaml"
_CHECKOUT = Path(__file__).resolve().parents[2]
_SHIPPED = Path(__file__).resolve().parent / "deployment"
"""Where the wheel has the template and the functions."""
PATH = next((root / _NAME for root in (_CHECKOUT, _SHIPPED) if (root / _NAME).is_file()), _CHECKOUT / _NAME)

_ABSENT = object()
"""The value of `!Ref AWS::NoValue`."""
_SUBSTITUTED = re.compile(r"\$\{([^!}][^}]*)\}")
"""A name in the text of `Fn::Sub`."""


# libyaml's parser: the one in Python takes a fifth of the stack's start.
class _Loader(yaml.CSafeLoader):
    """Reads `!Ref x` as `{"Ref": x}`, `!Sub x` as `{"Fn::Sub": x}` and so on."""


def _construct_function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct_function)


@dataclass(frozen=True)
class Template:
    """A CloudFormation template with the defaults of all its parameters."""

    content: Mapping[str, Any]

    def properties(self, logical_id: str, resource_type: str) -> dict[str, Any]:
        """The properties of a resource.

        References to parameters become their defaults, `Fn::If` is decided by them, and texts are joined. Every
        other function stays as it is written.

        Raises:
            StartError: The template has no such resource or it is of another type.
        """
        resource = (self.content.get("Resources") or {}).get(logical_id)
        if not isinstance(resource, dict) or resource.get("Type") != resource_type:
            raise StartError(f"the template has no {logical_id} of type {resource_type}")
        return cast("dict[str, Any]", self._resolve(resource.get("Properties") or {}))

    def text(self, value: object, resources: Mapping[str, str]) -> str:
        """The text that a value stands for, such as a `Fn::Sub` in a resource's properties.

        Args:
            value: The value, resolved as `properties` does it.
            resources: What references to resources stand for, by logical id.

        Raises:
            StartError: It refers to something else.
        """
        names = {name: self._default(name) for name in self._parameters} | dict(resources)
        match value:
            case {"Ref": str(name)} if name in names:
                return str(names[name])
            case {"Fn::Sub": str(pattern)} if set(_SUBSTITUTED.findall(pattern)) <= names.keys():
                return _SUBSTITUTED.sub(lambda match: str(names[match[1]]), pattern)
            case str() | int():
                return str(value)
            case _:
                raise StartError(f"the local stack does not understand this value of the template: {value}")

    def _resolve(self, value: object) -> Any:  # noqa: ANN401, PLR0911 - YAML may hold anything, of these kinds
        match value:
            case {"Ref": "AWS::NoValue"}:
                return _ABSENT
            case {"Ref": str(name)} if name in self._parameters:
                return self._default(name)
            case {"Fn::If": [str(name), yes, no]}:
                return self._resolve(yes if self._holds({"Condition": name}) else no)
            case {"Fn::Join": [str(separator), parts]} if _are_texts(joined := self._resolve(parts)):
                return separator.join(joined)
            case dict():
                pairs = ((key, self._resolve(item)) for key, item in value.items())
                return {key: item for key, item in pairs if item is not _ABSENT}
            case list():
                return [item for item in map(self._resolve, value) if item is not _ABSENT]
            case _:
                return value

    @property
    def _parameters(self) -> Mapping[str, Any]:
        return self.content.get("Parameters") or {}

    def _default(self, name: str) -> object:
        parameter = self._parameters[name]
        default = parameter.get("Default", "")
        match parameter.get("Type"):
            case "Number":
                return int(default)
            case "CommaDelimitedList":
                return str(default).split(",")
            case _:
                return default

    def _holds(self, condition: object) -> bool:
        match condition:
            case {"Condition": str(name)}:
                return self._holds((self.content.get("Conditions") or {}).get(name))
            case {"Fn::Equals": [one, other]}:
                return str(self._resolve(one)) == str(self._resolve(other))
            case {"Fn::Not": [inner]}:
                return not self._holds(inner)
            case {"Fn::And": list(inners)}:
                return all(map(self._holds, inners))
            case {"Fn::Or": list(inners)}:
                return any(map(self._holds, inners))
            case _:
                raise StartError(f"the local stack does not understand this condition of the template: {condition}")


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str | int) for value in values)


def make_functions_importable() -> None:
    """Let `functions` be imported from the wheel's copy; a checkout has it on the path."""
    if PATH.parent == _SHIPPED and str(_SHIPPED) not in sys.path:
        sys.path.insert(0, str(_SHIPPED))


def read(path: Path = PATH) -> Template:
    """Read the template.

    Raises:
        StartError: It cannot be read or is no template.
    """
    try:
        content = _Loader(path.read_text(encoding="utf-8")).get_single_data()
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StartError(f"the template {str(path)!r} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise StartError(f"{str(path)!r} is not a template")
    return Template(content)

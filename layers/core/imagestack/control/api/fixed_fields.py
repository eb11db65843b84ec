"""Fields that other CDNs let operators choose. Here their value is fixed; any other value is refused."""

from typing import Any

from imagestack.control.api.option_bodies import Fields
from imagestack.control.errors import InvalidError, Messages

_NO_GROUPS = "origin groups are not supported: this takes the resource's own number, and origin what is meant"
_HTTPS_ORIGIN = "originals are fetched over HTTPS, nothing else is supported"
_NO_OWN = "is not supported: it can be null only"
_CERTIFICATE = "the distribution has the certificate, which is no setting of a resource"

# By field: the possible values, and the message for any other.
_RESOURCE: dict[str, tuple[tuple[Any, ...], str]] = {
    "origin_protocol": (("HTTPS",), _HTTPS_ORIGIN),
    "primary_resource": ((), _NO_OWN),
    "proxy_ssl_ca": ((), _NO_OWN),
    "proxy_ssl_data": ((), _NO_OWN),
    "proxy_ssl_enabled": ((True,), "certificates of the origin are always checked"),
    "secondary_hostnames": (([],), "other host names of a resource are not supported: each host has its own"),
    "ssl_data": ((), _CERTIFICATE),
    "ssl_enabled": ((True,), "HTTPS cannot be switched off"),
}
_RULE: dict[str, tuple[tuple[Any, ...], str]] = {
    "origin_group": ((), "origin groups are not supported: a rule has the resource's origin"),
    "override_origin_protocol": ((), _HTTPS_ORIGIN),
    "rule_type": ((0,), "is not 0: others are not supported"),
}


def check_resource(body: Fields, number: int | None) -> None:
    """Check the fixed fields of a resource; `number` is the resource's own, None if it is new.

    Raises:
        InvalidError: A field has another value; messages are by field.
    """
    own = () if number is None else (number,)
    _check(body, _RESOURCE | {"origin_group": (own, _NO_GROUPS)})


def check_rule(body: Fields) -> None:
    """Check the fixed fields of a rule or a rule template.

    Raises:
        InvalidError: A field has another value; messages are by field.
    """
    _check(body, _RULE)


def _check(body: Fields, fixed: dict[str, tuple[tuple[Any, ...], str]]) -> None:
    messages: Messages = {}
    for name, (possible, text) in fixed.items():
        value = getattr(body, name, None)
        if value is not None and value not in possible:
            messages[type(body).model_fields[name].alias or name] = [text]
    if messages:
        raise InvalidError(messages)

"""What can be chosen elsewhere and is settled here: it may be asked for as it is; anything else is refused."""

from typing import Any

from imagestack.control.api.option_bodies import Fields
from imagestack.control.errors import InvalidError, Messages

_NO_GROUPS = "origin groups are not supported: this takes the resource's own number, and origin what is meant"
_HTTPS_ORIGIN = "originals are fetched over HTTPS, nothing else is supported"
_NO_OWN = "is not supported: it can be null only"
_CERTIFICATE = "the distribution has the certificate, which is no setting of a resource"

# By field: what it can be, and why nothing else.
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
    """Check what is settled of a resource; `number` is its own, None if it is new.

    Raises:
        InvalidError: what cannot be had, by field.
    """
    own = () if number is None else (number,)
    _check(body, _RESOURCE | {"origin_group": (own, _NO_GROUPS)})


def check_rule(body: Fields) -> None:
    """Check what is settled of a rule or a rule template.

    Raises:
        InvalidError: what cannot be had, by field.
    """
    _check(body, _RULE)


def _check(body: Fields, settled: dict[str, tuple[tuple[Any, ...], str]]) -> None:
    messages: Messages = {}
    for name, (possible, text) in settled.items():
        value = getattr(body, name, None)
        if value is not None and value not in possible:
            messages[type(body).model_fields[name].alias or name] = [text]
    if messages:
        raise InvalidError(messages)

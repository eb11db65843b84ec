"""The operation that writes the HTML of a responsive image."""

from imagestack.control.api.bodies import ResponsiveImage
from imagestack.control.api.image_models import ResponsiveCandidate, ResponsiveImageAnswer
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate
from imagestack.control.backends import Backends
from imagestack.control.errors import ABSENT_SECONDS, InvalidError, NotFoundError, UnavailableError
from imagestack.control.responsive.address import Address, read_address
from imagestack.control.responsive.html import img, picture
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import StoredResource, find_resource
from imagestack.errors import ImageStackError, OriginStatusError
from imagestack.ports import Original
from imagestack.request.image_request import image_request
from imagestack.rules.items import read_items
from imagestack.rules.model import Resource
from imagestack.rules.options import ImageStack

_FIELD = "address"
_NOT_FOUND = 404


class ResponsiveImages:
    """The operation that writes HTML; `bucket` is the bucket that origins may name."""

    def __init__(self, store: Store, bucket: str, backends: Backends) -> None:
        self._store = store
        self._bucket = bucket
        self._backends = backends

    def write(self, call: Call) -> Reply:
        """Write the HTML of an image in several widths, with the sizes that viewers get."""
        body = validate(ResponsiveImage, call.body)
        stored = find_resource(self._store, call.numbers["resource_id"])
        address, key = _read(body.address)
        resource = self._resource(stored)
        options = _options(resource, key)
        original = self._original(resource.original_key(key))
        # Importing the codecs is a large part of a cold start; other calls need none.
        from imagestack.control.responsive.candidates import Picture, UnusableError  # noqa: PLC0415 - see above

        try:
            found = Picture(original, options, self._backends.limits).candidates(address, body.widths)
        except UnusableError as error:
            raise InvalidError({_FIELD: [str(error)]}) from None
        return Reply(
            200,
            ResponsiveImageAnswer(
                img=img(found.own, body.sizes, body.alt),
                picture=picture(found.sources, found.own, body.sizes, body.alt),
                candidates=[ResponsiveCandidate(url=one.url, width=one.width, height=one.height) for one in found.own],
                notes=list(found.notes),
            ).as_json(),
        )

    def _resource(self, stored: StoredResource) -> Resource:
        resource = read_items(stored.host, stored.items, self._bucket)[0]
        if resource is None or not resource.active:
            raise InvalidError({_FIELD: [f"nothing is served: the resource {stored.host} is switched off"]})
        return resource

    def _original(self, key: str) -> Original:
        if self._backends.originals is None:
            raise UnavailableError("originals cannot be read here", ABSENT_SECONDS)
        try:
            return self._backends.originals.fetch(key, self._backends.limits.original_bytes)
        except OriginStatusError as error:
            if error.status == _NOT_FOUND:
                raise NotFoundError("there is no such original") from None
            raise UnavailableError(error.text) from error
        except ImageStackError as error:
            raise UnavailableError(error.text) from error


def _read(text: str) -> tuple[Address, str]:
    """The address, and the key that the data plane reads from its path."""
    try:
        address = read_address(text)
        return address, image_request("GET", address.path, (), {}).key
    except ValueError as error:
        raise InvalidError({_FIELD: [str(error)]}) from None
    except ImageStackError as error:
        raise InvalidError({_FIELD: [error.text]}) from None


def _options(resource: Resource, key: str) -> ImageStack:
    options = resource.options_for(f"/{key}").image_stack
    if options is None:
        raise InvalidError({_FIELD: ["Image Stack is off for this path: every width would give the original"]})
    return options

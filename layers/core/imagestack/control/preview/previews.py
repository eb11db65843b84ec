"""Previews: what a viewer would get if a rule were as it is drafted. Nothing is stored."""

from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imagestack.control.api.bodies import Draft, Preview
from imagestack.control.api.option_bodies import as_stored, check_options
from imagestack.control.api.patterns import check_pattern
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read
from imagestack.control.api.views import View, rule_view
from imagestack.control.backends import Backends
from imagestack.control.errors import InvalidError, UnavailableError
from imagestack.control.store.items import FIRST_DERIVED, rule_number, rules_of
from imagestack.control.store.ports import Item, Store
from imagestack.control.store.registry import StoredResource, find
from imagestack.limits import InvocationBudget
from imagestack.response.object_url import location
from imagestack.rules.items import RULE_PREFIX

if TYPE_CHECKING:
    from imagestack.control.preview.run import Outcome

# Base64 makes a third more of it, and a Lambda answer has 6 MB.
_MOST_BYTES = 4_000_000
# What stands for a key that the caller is not told; no preview looks at it.
_SOME_KEY = "not-told"


class Previews:
    """Previews of images; `bucket` is the one that an origin may name."""

    def __init__(self, store: Store, bucket: str, backends: Backends) -> None:
        self._store = store
        self._bucket = bucket
        self._backends = backends

    def preview(self, call: Call) -> Reply:
        """Make an image as a viewer would get it, with a rule that need not be stored."""
        body = read(Preview, call.body)
        found = find(self._store, call.numbers["resource_id"])
        draft = _draft_item(found, body.rule) if body.rule else None
        originals = self._backends.originals
        if originals is None:
            raise UnavailableError("there are no previews here", 3_600)
        # The codecs are a large part of a cold start, which other calls need not wait for.
        from imagestack.control.preview.run import Deployed, run  # noqa: PLC0415 - see above

        means = InvocationBudget(self._backends.memory, call.left)
        deployed = Deployed(originals, self._bucket, self._backends.limits, means)
        outcome = run(found.host, _items(found, draft), body.path, body.accept, deployed)
        return Reply(200, _view(outcome, body.rule, draft, call))


def _items(found: StoredResource, draft: Item | None) -> list[Item]:
    """The resource's items with the draft in its place. Rules go by their `sk` alone, which is what the draft has."""
    kept = [item for item in found.items if draft is None or item["sk"] != draft["sk"]]
    drafted = [*kept, draft] if draft else kept
    return [{name: value for name, value in item.items() if name != "id"} for item in drafted]


def _draft_item(found: StoredResource, draft: Draft) -> dict[str, Any]:
    """A draft as an item of the table.

    Raises:
        InvalidError: it makes no sense, by field.
        NotFoundError: there is no rule of its number.
    """
    options = as_stored(draft.options)
    guard = options.get("secure_key")
    if guard and "key" not in guard:
        options["secure_key"] = {**guard, "key": _SOME_KEY}
    try:
        check_pattern(draft.rule)
        check_options(options)
    except InvalidError as error:
        raise InvalidError({"rule": error.body}) from None
    said = {"rule": draft.rule, "name": draft.name, "active": draft.active, "ruleType": 0, "options": options}
    if draft.id is not None:
        was = found.rule(draft.id)
        weight = rule_view(was, None, secrets=False)["weight"] if draft.weight is None else draft.weight
        return {"sk": was["sk"], **said, "weight": weight}
    rules = rules_of(found.items)
    weights = [rule_view(item, None, secrets=False)["weight"] for item in rules]
    known = [rule_number(str(item["sk"])) for item in rules]
    number = max((number for number in known if number < FIRST_DERIVED), default=0) + 1
    weight = max(weights, default=0) + 1 if draft.weight is None else draft.weight
    return {"sk": f"{RULE_PREFIX}{number}", **said, "weight": weight}


def _view(outcome: "Outcome", wanted: Draft | None, draft: Item | None, call: Call) -> View:
    body, original = outcome.body, outcome.original
    saved = original.stored.size - len(body) if original and not outcome.error else None
    return {
        "status": outcome.status,
        "headers": outcome.headers,
        "rule": _rule(outcome, wanted, draft),
        "error": outcome.error or None,
        "bytes": len(body),
        "width": outcome.size.width if outcome.size else None,
        "height": outcome.size.height if outcome.size else None,
        "body": b64encode(body).decode() if body and len(body) <= _MOST_BYTES else None,
        "saved_percent": round(100 * saved / original.stored.size, 1)
        if original and original.stored.size and saved is not None
        else None,
        "original": _original(outcome, call) if original else None,
    }


def _rule(outcome: "Outcome", wanted: Draft | None, draft: Item | None) -> View | None:
    if outcome.rule is None:
        return None
    sk = f"{RULE_PREFIX}{outcome.rule.id}"
    drafted = wanted is not None and draft is not None and draft["sk"] == sk
    number = wanted.id if drafted and wanted else rule_number(sk)
    return {"id": number, "name": outcome.rule.name, "draft": drafted}


def _original(outcome: "Outcome", call: Call) -> Mapping[str, Any] | None:
    if outcome.original is None:
        return None
    stored, size = outcome.original.stored, outcome.original_size
    return {
        "url": location(f"/_original/{stored.key}", stored.version.etag, call.origin_secret, call.now.timestamp()),
        "bytes": stored.size,
        "content_type": stored.content_type,
        "width": size.width if size else None,
        "height": size.height if size else None,
    }

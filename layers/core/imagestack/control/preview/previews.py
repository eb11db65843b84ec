"""Previews: an image as a viewer would get it with a drafted rule. Nothing is stored."""

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from imagestack.control.api.bodies import Draft, Preview
from imagestack.control.api.image_models import AnsweringRule, PreviewAnswer, PreviewOriginal
from imagestack.control.api.option_bodies import as_stored, check_options
from imagestack.control.api.patterns import check_pattern
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate
from imagestack.control.api.views import rule_view
from imagestack.control.backends import Backends
from imagestack.control.errors import ABSENT_SECONDS, InvalidError, UnavailableError
from imagestack.control.store.items import FIRST_DERIVED, rule_number, rules_of
from imagestack.control.store.ports import Item, Store
from imagestack.control.store.registry import StoredResource, find_resource
from imagestack.limits import InvocationBudget
from imagestack.response.object_url import location
from imagestack.rules.items import RULE_PREFIX

if TYPE_CHECKING:
    from imagestack.control.preview.run import PreviewResult

# Bytes. Base64 adds a third, and a Lambda response holds 6 MB.
_MOST_BYTES = 4_000_000
# Stands in for a key that the caller cannot see; previews do not use it.
_SOME_KEY = "not-told"


class Previews:
    """The operation that makes previews; `bucket` is the bucket that origins may name."""

    def __init__(self, store: Store, bucket: str, backends: Backends) -> None:
        self._store = store
        self._bucket = bucket
        self._backends = backends

    def preview(self, call: Call) -> Reply:
        """Make an image as a viewer would get it, with a rule that need not be saved."""
        body = validate(Preview, call.body)
        stored = find_resource(self._store, call.numbers["resource_id"])
        draft = _draft_item(stored, body.rule) if body.rule else None
        originals = self._backends.originals
        if originals is None:
            raise UnavailableError("there are no previews here", ABSENT_SECONDS)
        # Importing the codecs is a large part of a cold start; other calls need none.
        from imagestack.control.preview.run import PreviewEnvironment, run  # noqa: PLC0415 - see above

        budget = InvocationBudget(self._backends.memory, call.seconds_left)
        environment = PreviewEnvironment(originals, self._bucket, self._backends.limits, budget)
        result = run(stored.host, _items(stored, draft), body.path, body.accept, environment)
        return Reply(200, _answer(result, body.rule, draft, call).as_json())


def _items(stored: StoredResource, draft: Item | None) -> list[Item]:
    """The resource's items with the draft in its place, without ids: rules are then known by their `sk`."""
    kept = [item for item in stored.items if draft is None or item["sk"] != draft["sk"]]
    drafted = [*kept, draft] if draft else kept
    return [{name: value for name, value in item.items() if name != "id"} for item in drafted]


def _draft_item(stored: StoredResource, draft: Draft) -> dict[str, Any]:
    """Make an item of a draft.

    Raises:
        InvalidError: The draft is invalid; messages are by field.
        NotFoundError: There is no rule of the draft's id.
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
    given = {"rule": draft.rule, "name": draft.name, "active": draft.active, "ruleType": 0, "options": options}
    if draft.id is not None:
        previous = stored.rule(draft.id)
        weight = rule_view(previous, None, secrets=False).weight if draft.weight is None else draft.weight
        return {"sk": previous["sk"], **given, "weight": weight}
    rules = rules_of(stored.items)
    weights = [rule_view(item, None, secrets=False).weight for item in rules]
    known = [rule_number(str(item["sk"])) for item in rules]
    number = max((number for number in known if number < FIRST_DERIVED), default=0) + 1
    weight = max(weights, default=0) + 1 if draft.weight is None else draft.weight
    return {"sk": f"{RULE_PREFIX}{number}", **given, "weight": weight}


def _answer(result: "PreviewResult", wanted: Draft | None, draft: Item | None, call: Call) -> PreviewAnswer:
    body, original = result.body, result.original
    saved = original.stored.size - len(body) if original and not result.error else None
    return PreviewAnswer(
        status=result.status,
        headers=result.headers,
        rule=_rule(result, wanted, draft),
        error=result.error or None,
        bytes=len(body),
        width=result.size.width if result.size else None,
        height=result.size.height if result.size else None,
        body=b64encode(body).decode() if body and len(body) <= _MOST_BYTES else None,
        saved_percent=round(100 * saved / original.stored.size, 1)
        if original and original.stored.size and saved is not None
        else None,
        original=_original(result, call),
        explanation=result.explanation,
    )


def _rule(result: "PreviewResult", wanted: Draft | None, draft: Item | None) -> AnsweringRule | None:
    if result.rule is None:
        return None
    sk = f"{RULE_PREFIX}{result.rule.id}"
    drafted = wanted is not None and draft is not None and draft["sk"] == sk
    number = wanted.id if drafted and wanted else rule_number(sk)
    return AnsweringRule(id=number, name=result.rule.name, draft=drafted)


def _original(result: "PreviewResult", call: Call) -> PreviewOriginal | None:
    if result.original is None:
        return None
    stored, size = result.original.stored, result.original_size
    return PreviewOriginal(
        url=location(f"/_original/{stored.key}", stored.version.etag, call.origin_secret, call.now.timestamp()),
        bytes=stored.size,
        content_type=stored.content_type,
        width=size.width if size else None,
        height=size.height if size else None,
    )

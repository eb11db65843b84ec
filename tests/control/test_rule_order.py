"""The order of rules."""

import itertools
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagestack.control.errors import ConflictError
from imagestack.control.rule_order import RuleOrders
from imagestack.control.rules import Rules
from imagestack.control.store.ports import Change, Put, Table
from imagestack.rules.items import read_items
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, RULES, Deployment, operator_call

if TYPE_CHECKING:
    from imagestack.control.api.request_context import Call

PK = f"RESOURCE#{HOST}"


class Panel:
    """An administrator who orders rules."""

    def __init__(self, deployment: Deployment, client: httpx.Client, resource: int) -> None:
        self.deployment = deployment
        self.client = client
        self.resource = resource
        self.base = f"/cdn/resources/{resource}"

    def rules(self, *weights: int) -> list[int]:
        """Write rules with these weights by hand; return their numbers."""
        numbers = list(range(1001, 1001 + len(weights)))
        with self.deployment.dynamodb.Table(RULES).batch_writer() as batch:
            for number, weight in zip(numbers, weights, strict=True):
                batch.put_item({"pk": PK, "sk": f"RULE#{number}", "id": number, "rule": "/", "weight": weight})
        return numbers

    def order(self, numbers: list[int]) -> httpx.Response:
        """Request an order."""
        return self.client.put(f"{self.base}/rules/order", json={"rules": numbers})

    def listed(self) -> list[int]:
        """The order as the API shows it."""
        return [rule["id"] for rule in self.client.get(f"{self.base}/rules").json()]

    def asked(self) -> list[Any]:
        """The order in which the data plane matches the rules."""
        items = [item for item in self.deployment.items(RULES) if item["pk"] == PK]
        read, broken = read_items(HOST, items, ORIGINALS)
        assert broken == ()
        assert read
        return [rule.id for rule in read.rules]

    def trail(self) -> list[dict[str, Any]]:
        """The audit entries of orders, newest first."""
        entries = self.client.get("/cdn/activity_log/requests").json()["results"]
        return [entry["actions"][0] for entry in entries if entry["path"].endswith("/order")]


@pytest.fixture
def panel(deployment: Deployment) -> Any:
    with deployment.http(deployment.token("editor")) as client, deployment.http(deployment.token("admin")) as admin:
        made = admin.post("/cdn/resources", json={"cname": HOST, "origin": ORIGINALS}).json()
        # moto is slow with long conditions.
        client.timeout = httpx.Timeout(60)
        yield Panel(deployment, client, made["id"])


def test_order(panel: Panel) -> None:
    """Rules are matched in the requested order, and the answer lists them."""
    one, two, three = panel.rules(1, 2, 3)
    answer = panel.order([three, one, two])
    assert answer.status_code == 200
    assert [rule["id"] for rule in answer.json()] == [three, one, two]
    assert panel.listed() == panel.asked() == [three, one, two]
    (action,) = panel.trail()
    assert action["state_before_request"] == {"rules": [one, two, three]}
    assert action["state_after_request"] == {"rules": [three, one, two]}


def test_one_of_many(panel: Panel) -> None:
    """If one of 500 rules moves, only that rule is written."""
    numbers = panel.rules(*range(500))
    before = {item["sk"]: item for item in panel.deployment.items(RULES)}
    wanted = [numbers[-1], *numbers[:-1]]
    assert panel.order(wanted).status_code == 200
    changed = [item["sk"] for item in panel.deployment.items(RULES) if before[item["sk"]] != item]
    assert changed == [f"RULE#{numbers[-1]}"]
    assert panel.asked() == wanted


def test_many_at_once(panel: Panel) -> None:
    """Reversing five hundred rules takes several transactions, each with an audit entry."""
    numbers = panel.rules(*range(500))
    assert panel.order(numbers[::-1]).status_code == 200
    assert panel.listed() == panel.asked() == numbers[::-1]
    actions = panel.trail()
    assert len(actions) == 6
    assert actions[-1]["state_before_request"] == {"rules": numbers}
    assert actions[0]["state_after_request"] == {"rules": numbers[::-1]}
    for later, earlier in itertools.pairwise(actions):
        assert later["state_before_request"] == earlier["state_after_request"]


def test_large_rules(panel: Panel) -> None:
    """Rules that do not fit into one transaction are written in several."""
    numbers = panel.rules(*range(60))
    large = {"cors": {"enabled": True, "value": [f"{'x' * 60}{number}.example.com" for number in range(25)]}}
    for number in numbers:
        panel.deployment.item(
            RULES,
            {"pk": PK, "sk": f"RULE#{number}", "rule": "/", "weight": number, "options": large, "name": "é" * 6_000},
        )
    assert panel.order(numbers[::-1]).status_code == 200
    assert panel.asked() == numbers[::-1]
    assert len(panel.trail()) > 1


def test_what_is_in_order(panel: Panel) -> None:
    """An unchanged order writes nothing, and no audit entry."""
    numbers = panel.rules(5, 5, 9)
    before = panel.deployment.items(RULES)
    assert panel.order(numbers).status_code == 200
    assert panel.deployment.items(RULES) == before
    assert panel.trail() == []


def test_other_rules(panel: Panel) -> None:
    """An order that lacks rules or names deleted ones is a conflict."""
    one, two, three = panel.rules(1, 2, 3)
    for numbers in ([one, two], [one, two, three, 4], [one, two, two], []):
        assert panel.order(numbers).status_code == 409
    assert panel.order(["a"]).status_code == 400  # type: ignore[list-item] # that is the point
    assert panel.listed() == [one, two, three]


def test_who_may(panel: Panel) -> None:
    """Viewers cannot change the order; an unknown resource has none."""
    with panel.deployment.http(panel.deployment.token("viewer")) as client:
        assert client.put(f"{panel.base}/rules/order", json={"rules": []}).status_code == 403
    panel.base = "/cdn/resources/99"
    assert panel.order([]).status_code == 404


def test_words(panel: Panel) -> None:
    """Hand-written rules with words for ids or without weights can be ordered."""
    panel.deployment.item(RULES, {"pk": PK, "sk": "RULE#word", "rule": "/"})
    panel.deployment.item(RULES, {"pk": PK, "sk": "RULE#other", "rule": "/"})
    panel.rules(0)
    assert panel.asked() == [1001, "other", "word"]
    shown = panel.listed()
    assert panel.order(shown[::-1]).status_code == 200
    assert panel.asked() == ["word", "other", 1001]
    assert panel.listed() == shown[::-1]


def test_somebody_else(panel: Panel) -> None:
    """A concurrent change of a rule ends the change with 409; the rules whose order stays keep it."""
    numbers = panel.rules(*range(250))
    store = panel.deployment.store
    commits: list[int] = []

    class Meddled:
        """A store in which another administrator changes a rule after the first transaction."""

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def commit(self, changes: list[Change]) -> None:
            commits.append(len(changes))
            if len(commits) == 2:
                (put, *_) = [change for change in changes if isinstance(change, Put) and change.previous]
                store.commit([Put(Table.RULES, {**(put.previous or {}), "name": "mine"}, previous=put.previous)])
            store.commit(changes)

    wanted = [*numbers[125:], *numbers[:125]]
    meddled: Any = Meddled()
    call: Call = operator_call(numbers={"resource_id": panel.resource}, body={"rules": wanted})
    with pytest.raises(ConflictError):
        RuleOrders(meddled, Rules(store, ORIGINALS)).replace(call)
    assert commits == [100, 27]
    asked = panel.asked()
    assert [number for number in asked if number in numbers[:125]] == numbers[:125]
    assert [number for number in asked if number in numbers[125:]] == numbers[125:]

"""Authentication and roles."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import gcore
import pytest
from gcore import Gcore

from imagestack.control.authentication import Access
from imagestack.control.errors import InvalidError, LockedOutError, UnauthorizedError
from imagestack.control.roles import Role
from imagestack.control.tokens import Tokens
from tests.conftest import ORIGINALS
from tests.control.conftest import CONTROL, HOST, Deployment, operator_call

RULE: dict[str, Any] = {"name": "a", "rule": "/a", "ruleType": 0}


def status(deployment: Deployment, header: str | None) -> int:
    with deployment.http(None) as client:
        headers = {"Authorization": header} if header is not None else {}
        return client.get("/cdn/resources", headers=headers).status_code


def test_no_token(deployment: Deployment) -> None:
    """Without a token the answer reveals nothing but how to authenticate."""
    with deployment.http(None) as client:
        answer = client.get("/cdn/resources")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "APIKey"
    assert "error" in answer.json()


@pytest.mark.parametrize("form", ["{}x", "x{}", "", "Bearer {}", "APIKey", "APIKey {}x", "apikey {} {}"])
def test_wrong_tokens(deployment: Deployment, form: str) -> None:
    """Only the complete token in the right header is accepted."""
    assert status(deployment, form.format(*[deployment.token("admin")] * 2)) == 401


@pytest.mark.parametrize("form", ["APIKey {}", "apikey {}", "APIKEY  {}"])
def test_the_header(deployment: Deployment, form: str) -> None:
    """The scheme's case does not matter (RFC 9110 section 11.1)."""
    assert status(deployment, form.format(deployment.token("viewer"))) == 200


def test_another_number(deployment: Deployment) -> None:
    """A token's secret is valid under its own number only."""
    first, second = deployment.token("viewer"), deployment.token("viewer")
    mixed = f"{first.partition('.')[0]}.{second.partition('.')[2]}"
    assert status(deployment, f"APIKey {mixed}") == 401


def test_expiry(deployment: Deployment) -> None:
    """A token is valid until its expiry."""
    now = datetime.now(UTC)
    late = deployment.token("viewer", expires=(now - timedelta(seconds=1)).isoformat())
    good = deployment.token("viewer", expires=(now + timedelta(hours=1)).isoformat())
    assert status(deployment, f"APIKey {late}") == 401
    assert status(deployment, f"APIKey {good}") == 200


def test_a_chosen_text(deployment: Deployment) -> None:
    """An operator may choose the text of a token, if it is long enough."""
    tokens = Tokens(deployment.store)
    call = operator_call(body={"name": "local", "role": "admin"})
    tokens.create(call, "my-own-long-token")
    assert status(deployment, "APIKey my-own-long-token") == 200
    assert status(deployment, "APIKey my-own-long-tokem") == 401
    for text in ("short", "with a space in it", "ümlaut-ümlaut-ümlaut"):
        with pytest.raises(InvalidError):
            tokens.create(call, text)


def test_only_hashes_are_kept(deployment: Deployment) -> None:
    """The table does not give access: it holds no texts, and equal texts have different hashes."""
    text = deployment.token("admin")
    tokens = Tokens(deployment.store)
    call = operator_call(body={"name": "x", "role": "viewer"})
    for _ in range(2):
        tokens.create(call, "my-own-long-token")
    kept = json.dumps(deployment.items(CONTROL), default=str)
    assert text not in kept
    assert text.partition(".")[2] not in kept
    assert "my-own-long-token" not in kept
    hashes = [item["hash"] for item in deployment.items(CONTROL) if item["pk"] == "TOKENS"]
    assert len(set(hashes)) == 3


def test_revoked(deployment: Deployment) -> None:
    """A revoked token is refused at once."""
    text = deployment.token("viewer")
    with deployment.http(deployment.token("admin")) as client:
        assert status(deployment, f"APIKey {text}") == 200
        assert client.delete(f"/cdn/tokens/{text.partition('.')[0]}").status_code == 204
        assert status(deployment, f"APIKey {text}") == 401
        assert client.delete(f"/cdn/tokens/{text.partition('.')[0]}").status_code == 404


def test_no_token_revokes_itself(deployment: Deployment) -> None:
    """The last admin cannot lock everybody out."""
    text = deployment.token("admin")
    with deployment.http(text) as client:
        answer = client.delete(f"/cdn/tokens/{text.partition('.')[0]}")
        assert (answer.status_code, list(answer.json())) == (400, ["token_id"])
        assert client.get("/cdn/tokens").status_code == 200


def test_tokens_over_http(deployment: Deployment) -> None:
    """An admin makes tokens, and lists them with their last use, but never sees a text again."""
    with deployment.http(deployment.token("admin")) as client:
        made = client.post("/cdn/tokens", json={"name": "Ann", "role": "editor", "expires": "2099-01-01"})
        assert made.status_code == 201
        text = made.json()["token"]
        assert made.json()["expires"] == "2099-01-01T00:00:00.000000Z"
        with deployment.http(text) as own:
            current = own.get("/cdn/tokens/current").json()
            assert (current["name"], current["role"]) == ("Ann", "editor")
        listed = client.get("/cdn/tokens")
        assert [token["name"] for token in listed.json()] == ["a admin", "Ann"]
        assert all(token["last_used"] for token in listed.json())
        assert text not in listed.text
        for body in ({"name": "x"}, {"name": "x", "role": "god"}, {"name": "x", "role": "viewer", "expires": "soon"}):
            assert client.post("/cdn/tokens", json=body).status_code == 400


def test_failures_are_throttled(deployment: Deployment) -> None:
    """After ten wrong tokens an address must wait, even with the right token."""
    right = deployment.token("viewer")
    wrong = f"{right[:-1]}{'A' if right[-1] != 'A' else 'B'}"
    assert status(deployment, None) == 401
    answers = [status(deployment, f"APIKey {wrong}") for _ in range(11)]
    assert answers == [401] * 10 + [429]
    with deployment.http(right) as client:
        answer = client.get("/cdn/resources")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "error" in answer.json()


@pytest.mark.parametrize(
    ("first", "second", "locked"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "", True),
    ],
)
def test_an_address_is_what_one_caller_has(deployment: Deployment, first: str, second: str, *, locked: bool) -> None:
    """Failures from one IPv6 /64 network count together; each IPv4 address counts alone."""
    access, now = Access(deployment.store), datetime.now(UTC)
    right = f"APIKey {deployment.token('viewer')}"
    for _ in range(10):
        with pytest.raises(UnauthorizedError):
            access.caller("APIKey wrong-token", first, now)
    with pytest.raises(LockedOutError):
        access.caller(right, first, now)
    if locked:
        with pytest.raises(LockedOutError):
            access.caller(right, second, now)
    else:
        assert access.caller(right, second, now).role is Role.VIEWER


STRANGE = {
    "long": "1." + "A" * 510,
    "longer than a header may hold": "1." + "A" * 8_000,
    "short": "1.A",
    "no number": "." + "A" * 43,
    "number of nobody": "999999999999999." + "A" * 43,
    "huge number": "9" * 400,
    "negative number": "-1." + "A" * 43,
    "leading zero": "01." + "A" * 43,
    "wide digits": "\uff11." + "A" * 43,
    "zero bytes": "1.%00" + "A" * 40,
    "tab": "1.\t" + "A" * 42,
    "list": "1,2",
    "key of the table": "TOKENS",
    "hash of nobody": "00" * 32,
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_tokens(deployment: Deployment, text: str) -> None:
    """Malformed tokens are refused like any wrong one, without a server error."""
    deployment.token("admin")
    with deployment.http(None) as client:
        sent = (b"Authorization", f"APIKey {text}".encode())
        assert client.get("/cdn/resources", headers=[sent]).status_code == 401
        twice = [(b"Authorization", b"APIKey x"), sent]
        assert client.get("/cdn/resources", headers=twice).status_code == 401


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_no_role_makes_itself_greater(deployment: Deployment, role: str) -> None:
    """Only admins make, list and revoke tokens; fields of a body cannot raise the caller's role."""
    admin = deployment.token("admin").partition(".")[0]
    with deployment.http(deployment.token(role)) as client:
        mine = client.get("/cdn/tokens/current").json()
        assert (mine["role"], {"salt", "hash", "token"} & set(mine)) == (role, set())
        body = {"name": "x", "role": "admin", "id": int(admin), "caller": {"role": "admin"}}
        assert client.post("/cdn/tokens", json=body).status_code == 403
        assert client.delete(f"/cdn/tokens/{admin}").status_code == 403
        assert client.get("/cdn/tokens").status_code == 403
        assert client.request("PATCH", f"/cdn/tokens/{mine['id']}", json={"role": "admin"}).status_code in {404, 405}


FORMS = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/json"]


@pytest.mark.parametrize("kind", FORMS)
def test_no_page_of_another_site_speaks_for_an_admin(deployment: Deployment, kind: str) -> None:
    """Cookies and queries carry no token, and no preflight allows a page of another site to send one."""
    text = deployment.token("admin")
    page = {"Origin": "https://evil.example", "Content-Type": kind}
    with deployment.http(None) as client:
        cookies = {"Cookie": f"token={text}; Authorization=APIKey {text}"}
        for query in ("", f"?authorization=APIKey%20{text}", f"?api_key={text}&token={text}"):
            answer = client.post(f"/cdn/tokens{query}", content='{"name":"x","role":"admin"}', headers=page | cookies)
            assert answer.status_code == 401
            assert "set-cookie" not in answer.headers
        asked = page | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        preflight = client.options("/cdn/tokens", headers=asked)
    assert not preflight.is_success
    assert not [name for name in preflight.headers if name.startswith("access-control-")]


ROLES = {
    "viewer": {"read"},
    "editor": {"read", "rules", "purge"},
    "admin": {"read", "rules", "purge", "resources", "templates", "tokens"},
}


@pytest.mark.parametrize("role", ROLES)
def test_roles(deployment: Deployment, resource: int, role: str) -> None:
    """A viewer reads; an editor also writes rules and purges; an admin does everything."""
    allowed = ROLES[role]
    base = f"/cdn/resources/{resource}"
    with deployment.http(deployment.token(role)) as client:
        asked = {
            "read": [
                client.get("/cdn/resources"),
                client.get(base),
                client.get(f"{base}/rules"),
                client.get("/cdn/resources/rule_templates"),
                client.get("/cdn/purge_statuses"),
                client.get("/cdn/prefetch_statuses"),
                client.get("/cdn/activity_log/requests"),
                client.get("/cdn/tokens/current"),
            ],
            "rules": [client.post(f"{base}/rules", json=RULE)],
            "purge": [
                client.post(f"{base}/purge", json={"paths": []}),
                client.post(f"{base}/prefetch", json={"paths": ["/a"]}),
            ],
            "resources": [
                client.patch(base, json={"name": "x"}),
                client.put(base, json={"origin": ORIGINALS}),
                client.post("/cdn/resources", json={"cname": "new.example", "origin": ORIGINALS}),
            ],
            "templates": [client.post("/cdn/resources/rule_templates", json={"rule": "/", "ruleType": 0})],
            "tokens": [client.get("/cdn/tokens"), client.post("/cdn/tokens", json={"name": "x", "role": "viewer"})],
        }
        delete = client.delete(base).status_code
    for action, answers in asked.items():
        expected = {200, 201} if action in allowed else {403}
        assert {answer.status_code for answer in answers} <= expected, action
    assert delete == (400 if role == "admin" else 403)


def test_keys_are_for_those_who_may_set_them(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """Only admins and editors see the key of signed addresses."""
    option: Any = {"secure_key": {"enabled": True, "key": "the-secret-key", "type": 2}}
    admin.cdn.cdn_resources.update(resource, options=option)
    rule = admin.cdn.cdn_resources.rules.create(resource, name="a", rule="/a", rule_type=0, options=option).id
    admin.cdn.rule_templates.create(rule="/a", rule_type=0, options=option)
    paths = ["", f"/{resource}", f"/{resource}/rules", f"/{resource}/rules/{rule}", "/rule_templates"]
    for role, is_shown in {"viewer": False, "editor": True, "admin": True}.items():
        with deployment.http(deployment.token(role)) as client:
            for path in paths:
                text = client.get(f"/cdn/resources{path}").text
                assert ("the-secret-key" in text) is is_shown, (role, path)
                assert "secure_key" in text


def test_nothing_secret_is_logged(deployment: Deployment, resource: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Log lines name the caller and the operation, but neither tokens nor keys."""
    said = StringIO()
    for handler in deployment.module.logger.handlers:
        monkeypatch.setattr(handler, "stream", said)
    text = deployment.token("admin")
    with deployment.sdk(text) as sdk:
        option: Any = {"secure_key": {"enabled": True, "key": "the-secret-key"}}
        sdk.cdn.cdn_resources.update(resource, options=option)
        wrong: Any = {"secure_key": {"enabled": True, "key": "the-secret-key", "type": 5}}
        with pytest.raises(gcore.BadRequestError) as refused:
            sdk.cdn.cdn_resources.update(resource, options=wrong)
    assert "the-secret-key" not in refused.value.response.text
    assert said.getvalue().count('"method":"PATCH"') == 2
    for secret in (text, text.partition(".")[2], "the-secret-key"):
        assert secret not in said.getvalue()


def test_host(admin: Gcore, resource: int) -> None:
    """No cache stores the answers."""
    answer = admin.cdn.cdn_resources.with_raw_response.get(resource)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.parse().cname == HOST

"""A browser's session: a token or a password for a cookie, and what other sites cannot do with it."""

import json
import re

import pytest

from tests.api.browser import Browser
from tests.api.tenancy_server import API, running_web

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    with running_web(tmp_path_factory.mktemp("web") / "home") as client:
        yield client


@pytest.fixture
def browser(root):
    return Browser(root)


def test_nobody_is_signed_in_at_first(browser):
    status, session = browser("GET", "/session")

    assert status == 200
    assert session["user"] is None
    assert session["signIn"] == {"password": True, "issuer": None}
    assert browser("GET", f"{API}/clusters")[0] == 401


def test_a_token_becomes_a_cookie_that_no_script_can_read(root, browser):
    status, session = browser.sign_in(token=root.token)

    assert status == 201
    assert (session["user"], session["platformAdmin"]) == ("admin", True)
    cookie = browser.set["__Host-slipway"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"))
    assert root.token not in cookie
    assert browser("GET", f"{API}/clusters")[0] == 200


def test_the_embedded_administrator_has_a_password(root, browser):
    password = (root.home / "admin.password").read_text().strip()

    assert (root.home / "admin.password").stat().st_mode & 0o077 == 0
    assert browser.sign_in(username="admin", password=password)[0] == 201
    assert browser("GET", "/session")[1]["user"] == "admin"


def test_wrong_credentials_are_refused_without_saying_what_exists(browser):
    known = browser.sign_in(username="admin", password="wrong")
    unknown = browser.sign_in(username="nobody", password="wrong")
    assert known == unknown
    assert known[0] == 401
    assert browser.sign_in(token="slip_wrong")[0] == 401
    assert browser.sign_in(color="blue")[0] == 400


def test_many_wrong_passwords_make_a_pause(browser):
    answers = [browser.sign_in(username="guessed", password=str(n)) for n in range(12)]

    assert [status for status, _ in answers] == [401] * 10 + [429] * 2
    assert answers[-1][1]["details"]["retryAfterSeconds"] == 60


def test_a_cookie_alone_may_not_change_anything(root, browser):
    browser.sign_in(token=root.token)
    body = {"apiVersion": "slipway.dev/v1", "kind": "Tenant", "metadata": {"name": "forged"}, "spec": {}}

    status, answer = browser("POST", f"{API}/tenants", body, **{"X-CSRFToken": ""})
    assert (status, answer["reason"]) == (403, "Forbidden")
    assert "X-CSRFToken" in answer["message"]
    assert browser("POST", f"{API}/tenants", body, Origin="https://evil.example")[0] == 403
    assert browser("DELETE", "/session", **{"X-CSRFToken": ""})[0] == 403
    assert root("GET", f"{API}/tenants/forged")[0] == 404
    assert browser("POST", f"{API}/tenants", body)[0] == 201


def test_two_tabs_share_the_csrf_token(root, browser):
    browser.sign_in(token=root.token)
    first = browser.csrf
    browser("GET", "/session")

    assert browser("DELETE", "/session", **{"X-CSRFToken": first})[0] == 200


def test_signing_out_ends_the_session(root, browser):
    browser.sign_in(token=root.token)
    cookie = browser.cookies["__Host-slipway"]

    assert browser("DELETE", "/session")[1]["user"] is None
    assert "__Host-slipway" not in browser.cookies
    browser.cookies["__Host-slipway"] = cookie
    assert browser("GET", f"{API}/clusters")[0] == 401
    assert root("GET", f"{API}/clusters")[0] == 200, "the token itself is still good"


def test_a_member_sees_its_roles(root, browser):
    body = {"apiVersion": "slipway.dev/v1", "kind": "Tenant", "metadata": {"name": "red"}, "spec": {}}
    assert root("POST", f"{API}/tenants", body)[0] == 201
    olga = root.token_for("red", "olga", role="operator")

    session = browser.sign_in(token=olga.token)[1]

    assert (session["user"], session["platformAdmin"], session["roles"]) == (
        "red:olga",
        False,
        {"red": "operator"},
    )


def test_the_page_is_only_for_browsers(root):
    answer = root.open("GET", "/clusters/red/web")
    assert (answer.status, json.loads(answer.read())["kind"]) == (404, "Status")

    root.headers = {"Accept": "text/html"}
    answer = root.open("GET", "/clusters/red/web")
    text = answer.read().decode()
    root.headers = {}
    if answer.status == 503:
        assert "make frontend" in text
        return
    policy = answer.getheader("Content-Security-Policy")
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert nonce[1] in text
    assert "unsafe" not in policy
    assert answer.getheader("Cache-Control") == "no-store"
    script = re.search(r'src="(/assets/[^"]+\.js)"', text)
    asset = root.open("GET", script[1])
    assert (asset.status, "immutable" in asset.getheader("Cache-Control")) == (200, True)


@pytest.mark.parametrize("name", ["..%2f..%2fpyproject.toml", "../index.html", "nothing.js"])
def test_only_built_files_are_served(root, name):
    assert root.open("GET", f"/assets/{name}").status == 404

"""Sign-in by OpenID Connect, at an issuer of the tests' own: browsers by a code, kubectl by an ID token."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from support.issuer import SECRET, id_token, issuer

from tests.api.browser import Browser
from tests.api.tenancy_server import API, Client, running_web

pytestmark = pytest.mark.timeout(120)
PEOPLE = {
    "1": {"email": "ada@example.org", "email_verified": True, "groups": ["staff", "ops"]},
    "2": {"email": "bob@example.org", "groups": ["staff"]},
    "3": {"email": "eve@example.org", "email_verified": False},
    "4": {"groups": ["ops"]},
    "5": {"email": "mal@example.org", "email_verified": "false"},
}
ADA, BOB, EVE, NAMELESS, MAL = "1", "2", "3", "4", "5"


@pytest.fixture(scope="module")
def address():
    with issuer(PEOPLE) as made:
        yield made


@pytest.fixture(scope="module")
def root(tmp_path_factory, address):
    settings = {
        "ISSUER": address,
        "CLIENT_ID": "slipway",
        "CLIENT_SECRET": SECRET,
        "ADMIN_GROUP": "ops",
        "LABEL": "Example",
    }
    environment = {f"SLIPWAY_OIDC_{name}": value for name, value in settings.items()}
    with running_web(tmp_path_factory.mktemp("web") / "home", **environment) as client:
        tenant = {"apiVersion": "slipway.dev/v1", "kind": "Tenant", "metadata": {"name": "acme"}, "spec": {}}
        assert client("POST", f"{API}/tenants", tenant)[0] == 201
        yield client


@pytest.fixture
def browser(root):
    return Browser(root)


def at_the_issuer(url, person):
    """What somebody does there; where the browser is sent then."""
    answer = requests.post(url, data={"sub": person}, allow_redirects=False, timeout=10)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in(browser, person, to="/"):
    status, url = browser("GET", f"/session/issuer?{urlencode({'to': to})}")
    assert status == 302
    return browser("GET", at_the_issuer(url, person))


def member(root, name, kind, subject, role="viewer"):
    spec = {"subject": {"kind": kind, "name": subject}, "role": role}
    meta = {"name": name, "namespace": "acme"}
    document = {"apiVersion": "slipway.dev/v1", "kind": "Membership", "metadata": meta, "spec": spec}
    assert root("POST", f"{API}/namespaces/acme/memberships", document)[0] == 201


def test_a_browser_signs_in_there_and_is_back_where_it_was(browser):
    assert browser("GET", "/session")[1]["signIn"]["issuer"] == "Example"
    assert sign_in(browser, BOB, "/clusters?tenant=acme") == (302, "/clusters?tenant=acme")

    session = browser("GET", "/session")[1]
    assert (session["user"], session["platformAdmin"]) == ("oidc/bob@example.org", False)
    assert "samesite=strict" in browser.set["__Host-slipway"].lower()
    assert "__Host-slipway-sign-in" not in browser.cookies


def test_a_group_there_may_administer_the_platform(browser):
    sign_in(browser, ADA)
    assert browser("GET", "/session")[1]["platformAdmin"] is True
    assert browser("GET", f"{API}/hosts")[0] == 200


def test_memberships_name_people_and_groups_of_the_issuer(browser, root):
    member(root, "bob", "User", "oidc/bob@example.org", "operator")
    member(root, "staff", "Group", "oidc/staff")
    sign_in(browser, BOB)

    assert browser("GET", "/session")[1]["roles"] == {"acme": "operator"}
    assert browser("GET", f"{API}/namespaces/acme/clusters")[0] == 200
    assert browser("GET", f"{API}/hosts")[0] == 403


def test_kubectl_sends_an_id_token(root, address):
    ada, bob = (Client(root.home, root.port, id_token(address, person, "slipway")) for person in (ADA, BOB))

    assert ada("GET", f"{API}/hosts")[0] == 200
    assert bob("GET", f"{API}/hosts")[0] == 403
    member(root, "staff-too", "Group", "oidc/staff", "operator")
    assert bob("GET", f"{API}/namespaces/acme/clusters")[0] == 200
    assert Client(root.home, root.port)("GET", f"{API}/namespaces/acme/clusters")[0] == 401


def test_tokens_for_others_forged_or_of_nobody_open_nothing(root, address):
    other = id_token(address, ADA, "another")
    head, body, signature = id_token(address, ADA, "slipway").split(".")
    tokens = {
        "for another client": other,
        "changed": f"{head}.{body}x.{signature}",
        "signed by nobody": f"eyJhbGciOiJub25lIn0.{body}.",
        "no token": "a.b.c",
        "address not verified": id_token(address, EVE, "slipway"),
        "verified in some other way": id_token(address, MAL, "slipway"),
        "no name": id_token(address, NAMELESS, "slipway"),
    }
    answers = {
        why: Client(root.home, root.port, token)("GET", f"{API}/clusters") for why, token in tokens.items()
    }

    assert {why: status for why, (status, _) in answers.items()} == dict.fromkeys(tokens, 401)


@pytest.mark.parametrize(("person", "reason"), [(EVE, "refused"), (NAMELESS, "refused")])
def test_who_is_not_let_in_hears_why(browser, person, reason):
    assert sign_in(browser, person) == (302, f"/?signIn={reason}")
    assert browser("GET", "/session")[1]["user"] is None


def test_who_changes_their_mind_there_is_told_so(browser):
    _, url = browser("GET", "/session/issuer")
    (state,) = parse_qs(urlsplit(url).query)["state"]
    back = f"/session/issuer/callback?error=access_denied&state={state}"
    assert browser("GET", back) == (302, "/?signIn=denied")


def test_only_the_browser_that_was_sent_there_gets_a_session_and_only_once(browser, root):
    _, url = browser("GET", "/session/issuer")
    back = at_the_issuer(url, BOB)
    stranger = Browser(root)
    assert stranger("GET", back) == (302, "/?signIn=expired")
    assert browser("GET", back.replace("state=", "state=x")) == (302, "/?signIn=expired")
    assert browser("GET", back) == (302, "/?signIn=expired")  # a wrong answer ended the attempt


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "/\r\nx"])
def test_a_sign_in_never_ends_on_another_site(browser, to):
    assert sign_in(browser, BOB, to) == (302, "/")


def test_a_client_without_a_secret_signs_people_in_by_pkce(tmp_path, address):
    settings = {"SLIPWAY_OIDC_ISSUER": address, "SLIPWAY_OIDC_CLIENT_ID": "public"}
    with running_web(tmp_path / "home", **settings) as client:
        _, url = Browser(client)("GET", "/session/issuer")
        assert parse_qs(urlsplit(url).query)["code_challenge_method"] == ["S256"]

        somebody = Browser(client)
        assert sign_in(somebody, BOB, "/clusters") == (302, "/clusters")
        assert somebody("GET", "/session")[1]["user"] == "oidc/bob@example.org"


def test_an_issuer_that_does_not_answer_is_said(tmp_path):
    settings = {"SLIPWAY_OIDC_ISSUER": "http://127.0.0.1:9", "SLIPWAY_OIDC_CLIENT_ID": "slipway"}
    with running_web(tmp_path / "home", **settings) as client:
        assert Browser(client)("GET", "/session/issuer") == (302, "/?signIn=unreachable")
        assert Client(client.home, client.port, "a.b.c")("GET", f"{API}/clusters")[0] == 401
        assert client("GET", f"{API}/clusters")[0] == 200  # our own tokens go on


def test_without_an_issuer_there_is_no_such_way(tmp_path):
    with running_web(tmp_path / "home") as client:
        assert Browser(client)("GET", "/session/issuer") == (302, "/?signIn=off")

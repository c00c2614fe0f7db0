"""The address that a server tells its clients, and the names its certificate is made for."""

import pytest

from slipway.server.prepare import server_names
from slipway.settings.environment import read


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "https://127.0.0.1:7443"),
        ("slipway.example.org", "https://slipway.example.org:7443"),
        ("0.0.0.0", "https://127.0.0.1:7443"),  # noqa: S104 - the case in question
        ("::", "https://[::1]:7443"),
    ],
)
def test_the_url_can_be_connected_to(host, url):
    assert read({"SLIPWAY_HOST": host}).url == url


def test_the_certificate_is_for_every_name_but_wildcards():
    environ = {"SLIPWAY_HOST": "::", "SLIPWAY_ALLOWED_HOSTS": "*,api.example.org"}
    names = server_names(read(environ))
    assert names == ["localhost", "127.0.0.1", "::1", "api.example.org"]


def test_an_encryption_key_is_not_in_the_environments_text():
    assert "s3cret" not in repr(read({"SLIPWAY_ENCRYPTION_KEY": "s3cret"}))

"""Secrets at rest: keys are made once, privately, rotate, and fail clearly."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from slipway.base import crypto
from slipway.kernel.errors import SlipwayError


@pytest.fixture
def key_file(settings, tmp_path):
    settings.SLIPWAY_ENCRYPTION_KEY = ""
    settings.SLIPWAY_KEY_FILE = tmp_path / "home" / "secret.key"
    return settings.SLIPWAY_KEY_FILE


def test_text_comes_back_and_the_token_does_not_show_it(key_file):
    token = crypto.encrypt("hunter2 ☃")
    assert b"hunter2" not in token
    assert crypto.decrypt(token) == "hunter2 ☃"


def test_key_file_is_private(key_file):
    crypto.encrypt("x")
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700
    assert [p.name for p in key_file.parent.iterdir()] == ["secret.key"]


def test_many_that_start_at_once_agree_on_one_key(tmp_path):
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: crypto.read_key_file.__wrapped__(path), range(40)))
    assert len(keys) == 1


def test_rotation_reads_the_old_and_writes_with_the_new(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SLIPWAY_ENCRYPTION_KEY = old
    token = crypto.encrypt("kept")
    settings.SLIPWAY_ENCRYPTION_KEY = f"{new},{old}"
    assert crypto.decrypt(token) == "kept"
    assert Fernet(new).decrypt(crypto.encrypt("fresh")) == b"fresh"


def test_a_foreign_key_is_named_as_the_operators_business(settings):
    settings.SLIPWAY_ENCRYPTION_KEY = Fernet.generate_key().decode()
    token = crypto.encrypt("x")
    settings.SLIPWAY_ENCRYPTION_KEY = Fernet.generate_key().decode()
    with pytest.raises(SlipwayError) as raised:
        crypto.decrypt(token)
    assert raised.value.code == "DecryptionFailed"
    assert raised.value.actor == "operator"


def test_a_broken_key_is_not_repeated_in_the_error(settings):
    settings.SLIPWAY_ENCRYPTION_KEY = "not-a-key"
    with pytest.raises(SlipwayError) as raised:
        crypto.encrypt("x")
    assert "not-a-key" not in str(raised.value)

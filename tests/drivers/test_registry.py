"""Drivers by name: what is offered, what their settings are, and what a wrong one is told."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from pydantic import SecretStr

from provisioning.drivers import registry
from provisioning.drivers.errors import Invalid
from provisioning.drivers.fake.driver import FakeDriver
from provisioning.drivers.fake.settings import FakeSettings


class VaultSettings(FakeSettings):
    """Settings of a driver from another package, with a secret."""

    api_key: SecretStr
    old_api_key: SecretStr | None = None


class VaultDriver(FakeDriver):
    """A driver from another package."""

    name = "vault"
    settings_model = VaultSettings


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entry = EntryPoint("vault", f"{__name__}:VaultDriver", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [entry])
    registry._offered.cache_clear()
    yield
    registry._offered.cache_clear()


def test_the_built_in_drivers_are_offered() -> None:
    assert {"fake", "local"} <= set(registry.driver_names())
    assert registry.secret_fields("local") == ()


def test_a_driver_of_another_package_is_offered_with_its_secrets(vault: None, tmp_path: Path) -> None:
    opened = registry.open_driver("vault", {"path": str(tmp_path / "v")}, {"apiKey": "s3cret"})

    assert "vault" in registry.driver_names()
    assert registry.secret_fields("vault") == ("apiKey", "oldApiKey")
    assert isinstance(opened, VaultDriver)


def test_an_unknown_driver_is_told_which_there_are() -> None:
    with pytest.raises(Invalid, match="local") as caught:
        registry.open_driver("cloud9", {}, {})
    assert caught.value.field == "spec.driver"


@pytest.mark.parametrize(
    ("driver", "settings", "field"),
    [
        ("fake", {}, "spec.settings.path"),
        ("fake", {"path": "x", "latency": -1}, "spec.settings.latency"),
        ("fake", {"path": "x", "color": "red"}, "spec.settings.color"),
        ("local", {"addressSpace": "everywhere"}, "spec.settings.addressSpace"),
        ("local", {"addressSpace": "10.0.0.0/24"}, "spec.settings.addressSpace"),
        ("local", {"storageRoot": "relative"}, "spec.settings.storageRoot"),
    ],
)
def test_a_wrong_setting_is_named(driver: str, settings: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        registry.open_driver(driver, settings, {})
    assert caught.value.field == field


def test_a_secret_is_in_no_error(vault: None) -> None:
    with pytest.raises(Invalid) as caught:
        registry.open_driver("vault", {}, {"apiKey": "s3cret", "old_api_key": 7})
    assert "s3cret" not in str(caught.value)


def test_listing_drivers_loads_none_of_their_packages() -> None:
    root = Path(__file__).parents[2]
    script = (
        "import sys; from provisioning.drivers import registry; registry.driver_names()\n"
        "assert 'docker' not in sys.modules\n"
        "registry.settings_model('local'); assert 'docker' in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": f"{root}:{root / 'platform'}"}, check=True
    )

"""An OpenStack in memory for each test."""

import pytest

from tests.support.openstack.cloud import Cloud
from tests.support.openstack.scene import enter


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    return enter(monkeypatch)

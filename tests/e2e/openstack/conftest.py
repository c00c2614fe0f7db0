"""One Slipway on the lab for all tests of this directory; its tenants get projects of their own."""

from collections.abc import Iterator
from typing import Any

import pytest
from e2e.conftest import TENANT, Site, running

from tests.support.openstack import lab
from tests.support.openstack.ending import end_tenant

SIMULATED = "simulated"
"""A Provider of the lab's zone `fake`: real services, servers that run nothing, Kubernetes simulated above them."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With a Provider `lab` of servers that become nodes, too."""
    home = tmp_path_factory.mktemp("openstack")
    nodes: dict[str, Any] = {"driver": "openstack", "settings": lab.CLUSTERS, "secrets": lab.SECRETS}
    settings = {**lab.ADMIN, **lab.FAKE_ZONE, "flavors": ["lab.small"], "path": str(home / "inside.sqlite3")}
    with running(home, "lab", nodes, PYTHONPATH=str(lab.SIMULATION)) as made:
        played = {"driver": "openstack-simulated", "settings": settings, "secrets": lab.SECRETS}
        made.server.create("providers", "Provider", SIMULATED, played)
        yield made
        end_tenant(made.server, TENANT, "lab")

"""What a cluster's storage pools become in it: directories, volumes of the cloud, or nothing."""

from typing import Any, cast

import pytest

from provisioning.kinds.cluster import ClusterSpec
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.status import Problem


def cluster(pools: dict[str, dict[str, str]], *, absent: tuple[str, ...] = ()) -> ClusterPass:
    """A pass over a cluster that named these pools; `absent` add-ons cannot be there."""
    document: dict[str, Any] = {
        "metadata": {"namespace": "acme", "name": "web", "uid": "u-1"},
        "spec": {**ClusterSpec().model_dump(by_alias=True), "version": "1.37.2"},
    }
    nothing = cast("Any", None)
    made = ClusterPass(document, nothing, nothing, nothing, nothing)
    made.storage = [{"metadata": {"name": name}, "status": status} for name, status in pools.items()]
    made.absent = dict.fromkeys(absent, Problem("ImagesMissing", "none"))
    return made


def classes(made: ClusterPass) -> list[tuple[str, str, str, bool]]:
    return [(c.name, c.node_path, c.volume_type, c.default) for c in made.topology().storage_classes]


CINDER = {"fast": {"outsideId": "t-1", "nodePath": ""}, "slow": {"outsideId": "t-2", "nodePath": ""}}


def test_pools_of_a_cloud_are_volumes_of_their_type_and_the_first_is_the_default() -> None:
    assert classes(cluster(CINDER)) == [("fast", "", "t-1", True), ("slow", "", "t-2", False)]


def test_without_the_driver_of_its_volumes_a_pool_is_no_class_that_would_only_wait() -> None:
    assert classes(cluster(CINDER, absent=("cinder-csi",))) == []


@pytest.mark.parametrize("absent", [(), ("cinder-csi",)])
def test_pools_that_machines_see_are_directories_and_never_the_default(absent: tuple[str, ...]) -> None:
    made = cluster({"disk": {"outsideId": "d-1", "nodePath": "/srv/disk"}}, absent=absent)

    assert classes(made) == [("disk", "/srv/disk", "", False)]

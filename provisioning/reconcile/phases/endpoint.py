"""Phases Group, Endpoint and Members: what a cluster's machines share at the provider."""

from provisioning import conditions as c
from provisioning.drivers.contract import GroupRequest, OutsideKind
from provisioning.drivers.endpoint import EndpointKind, EndpointRequest, EndpointView
from provisioning.kinds.common import path_of
from provisioning.reconcile import ledger
from provisioning.reconcile.cluster_pass import ClusterPass
from provisioning.reconcile.tags import tags
from slipway.kernel import names
from slipway.kernel.conditions import is_true
from slipway.kernel.results import Done, Result, Wait


def group(cluster: ClusterPass) -> Result:
    """Who may reach the machines, and that they are kept on different hosts."""
    if not _answers(cluster):
        cluster.touched = True
        _intend(cluster, OutsideKind.GROUP)
        name, network = shared_name(cluster, OutsideKind.GROUP), _network(cluster)
        cluster.provider.driver.ensure_group(GroupRequest(name, tags(cluster.document), network))
        ledger.confirm(cluster.provider.name, [name])
    return Done()


def endpoint(cluster: ClusterPass) -> Result:
    """The address inside, which the machines are told, and the public one; behind it those that have an address yet."""
    if _answers(cluster) and cluster.status("endpointMembers", default={}) == _members(cluster):
        cluster.endpoint = _known(cluster)
    else:
        _intend(cluster, OutsideKind.ENDPOINT)
        _ensure(cluster)
    return Done()


def members(cluster: ClusterPass) -> Result:
    """All control planes are behind the endpoint, and it stands: those that had no address at first, too."""
    assert cluster.endpoint is not None  # noqa: S101 - the phase Endpoint made it
    if cluster.endpoint.ready and cluster.status("endpointMembers", default={}) == _members(cluster):
        return Done()
    _ensure(cluster)
    if cluster.endpoint.ready:
        return Done()
    return Wait(1, c.WAITING_FOR_ENDPOINT, "the provider is still making the endpoint")


def shared_name(cluster: ClusterPass, kind: OutsideKind) -> str:
    """The deterministic name at the provider."""
    return names.outside_name(f"slipway-{cluster.namespace}-{cluster.name}-{kind.value}", cluster.uid)


def _ensure(cluster: ClusterPass) -> None:
    cluster.touched = True
    name, among = shared_name(cluster, OutsideKind.ENDPOINT), _members(cluster)
    address = path_of(cluster.address or {}, "status.outsideName", "")
    request = EndpointRequest(name, tags(cluster.document), _network(cluster), address, among)
    cluster.endpoint = view = cluster.provider.driver.ensure_endpoint(request)
    ledger.confirm(cluster.provider.name, [name])
    cluster.learnt.update(
        endpoint=f"https://{view.public}:6443",
        endpointAddress=view.inside,
        endpointKind=view.kind.value,
        endpointMembers=among,
    )


def _answers(cluster: ClusterPass) -> bool:
    """The API answered last time, and nobody changed anything: what stands before it is not asked for each time."""
    if cluster.drifted:
        return False
    made = cluster.initialized and bool(cluster.status("endpointKind"))
    return made and is_true(cluster.document, c.ENDPOINT_READY)


def _known(cluster: ClusterPass) -> EndpointView:
    name, public = (
        shared_name(cluster, OutsideKind.ENDPOINT),
        path_of(cluster.address or {}, "status.address", ""),
    )
    return EndpointView(
        name, EndpointKind(cluster.status("endpointKind")), cluster.status("endpointAddress"), public
    )


def _members(cluster: ClusterPass) -> dict[str, str]:
    """The inside addresses of the control planes that stay, by their names outside."""
    return {
        m["spec"]["outsideName"]: inside
        for m in cluster.staying()
        if m["spec"]["role"] == "control_plane" and (inside := path_of(m, "status.inside", ""))
    }


def _network(cluster: ClusterPass) -> str:
    return str(path_of(cluster.network or {}, "status.outsideName", ""))


def _intend(cluster: ClusterPass, kind: OutsideKind) -> None:
    if kind not in cluster.provider.driver.makes:
        return
    account = cluster.account(cluster.document)
    ledger.intend(cluster.lease, [(kind, shared_name(cluster, kind), account)])

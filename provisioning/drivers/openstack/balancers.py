"""Load balancers of Octavia, made step by step: each change makes the whole tree immutable until it is done.

A tree asked for in one request has been seen to stay PENDING_CREATE for ever (Zed).
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind
from provisioning.drivers.endpoint import EndpointRequest
from provisioning.drivers.errors import Misconfigured, Unavailable
from provisioning.drivers.openstack import marks
from provisioning.drivers.openstack.scope import Scope

_PATIENCE: Final = 25.0  # seconds of one call; an amphora takes minutes, the next call goes on from there
_PAUSE: Final = 0.5
_UNTIL_GONE: Final = 100.0
_LONGEST_PENDING: Final = timedelta(minutes=30)  # an amphora takes minutes
_IDLE_MILLISECONDS: Final = 3_600_000  # Octavia's own 50 s would cut watches, exec and logs -f
_VIP_PORT: Final = "octavia-lb-"  # + the load balancer's id
_MONITOR: Final = {
    "type": "HTTPS",
    "delay": 3,
    "timeout": 2,
    "max_retries": 1,
    "max_retries_down": 2,
    "http_method": "GET",
    "expected_codes": "200",
}
_IN_CLUSTER: Final = (
    "kube_service_"  # + cluster + namespace + service: made by a cluster's own cloud controller
)

Step = Callable[[], Any]


def ensure(scope: Scope, request: EndpointRequest, port: Any) -> bool:
    """Whether the load balancer is as asked for; else it has come as far as patience reached.

    Before there are members nobody waits for it: machines are asked for meanwhile, which take longer.
    """
    deadline = time.monotonic() + (_PATIENCE if request.members else 0)
    balancer = _find(scope, request.name) or _create(scope, request, port)
    while True:
        tree = _tree(scope, balancer)
        status = tree.get("provisioning_status")
        if status == "ERROR":
            scope.balancers.delete_load_balancer(balancer, cascade=True)
            raise Unavailable(
                f"load balancer {request.name} is in ERROR; it is made anew at the same address"
            )
        step = _next(scope, request, balancer, tree) if status == "ACTIVE" else None
        if step:
            step()
        elif status == "ACTIVE":
            return True
        else:
            _require_alive(balancer)
        if time.monotonic() >= deadline:
            return False
        if not step:
            time.sleep(_PAUSE)


def find_all(scope: Scope) -> list[Any]:
    """Every load balancer of the project."""
    return list(scope.balancers.load_balancers(project_id=scope.project_id))


def delete(scope: Scope, name: str) -> None:
    """With all that is in it, and the floating IP that a cluster's own controller put on it."""
    deadline = time.monotonic() + _UNTIL_GONE
    while there := [one for one in find_all(scope) if one.name == name and _is_ours(one)]:
        if time.monotonic() > deadline:
            _require_alive(there[0])
            raise Unavailable(f"load balancer {name} is still being deleted: {there[0].provisioning_status}")
        for one in there:
            if not one.provisioning_status.startswith("PENDING"):
                _delete_addresses(scope, one)
                scope.balancers.delete_load_balancer(one, cascade=True)
        time.sleep(_PAUSE)


def is_forgotten(scope: Scope, port: Any) -> bool:
    """Octavia has been seen to leave the port that it made for a load balancer which failed and is gone."""
    if port.device_owner != "Octavia" or not port.name.startswith(_VIP_PORT):
        return False
    return port.name.removeprefix(_VIP_PORT) not in {balancer.id for balancer in find_all(scope)}


def cluster_of(balancer: Any) -> str:
    """The cluster from inside which it was made: its controller was told to name it by the cluster's uid."""
    name = balancer.name or ""
    return name.removeprefix(_IN_CLUSTER).partition("_")[0] if name.startswith(_IN_CLUSTER) else ""


def _require_alive(balancer: Any) -> None:
    """While it is pending nobody but the cloud's operator can change it, and no time makes Octavia go on."""
    status = str(balancer.provisioning_status)
    if status.startswith("PENDING") and marks.older(balancer, _LONGEST_PENDING, "updated_at"):
        raise Misconfigured(
            f"load balancer {balancer.name} is stuck in {status}: Octavia has not gone on with it for half an hour. "
            f"Set it to ERROR in Octavia's database (id {balancer.id}); Slipway then makes it anew"
        )


def _is_ours(balancer: Any) -> bool:
    return balancer.name.startswith(_IN_CLUSTER) or bool(marks.read(balancer).kind)


def _find(scope: Scope, name: str) -> Any | None:
    found = scope.balancers.load_balancers(name=name, project_id=scope.project_id)
    return next(iter(marks.of_kind(found, OutsideKind.ENDPOINT, name)), None)


def _create(scope: Scope, request: EndpointRequest, port: Any) -> Any:
    mark = (OutsideKind.ENDPOINT, request.name, request.tags)
    return scope.balancers.create_load_balancer(
        name=request.name,
        vip_port_id=port.id,
        vip_network_id=port.network_id,
        description=marks.description(*mark),
        tags=marks.words(*mark),
    )


def _tree(scope: Scope, balancer: Any) -> dict[str, Any]:
    """All of it in one call; the SDK has none for that."""
    from openstack.exceptions import raise_from_response

    response = scope.balancers.get(f"/lbaas/loadbalancers/{balancer.id}/status")
    raise_from_response(response)
    return dict(response.json()["statuses"]["loadbalancer"])


def _next(scope: Scope, request: EndpointRequest, balancer: Any, tree: dict[str, Any]) -> Step | None:
    """What is to be done next; None when nothing is."""
    octavia = scope.balancers
    listeners = tree.get("listeners") or []
    if not listeners:
        idle = {"timeout_client_data": _IDLE_MILLISECONDS, "timeout_member_data": _IDLE_MILLISECONDS}
        where = {"load_balancer_id": balancer.id, "protocol_port": request.port}
        return lambda: octavia.create_listener(name=request.name, protocol="TCP", **where, **idle)
    pools = listeners[0].get("pools") or []
    if not pools:
        how = {"protocol": "TCP", "lb_algorithm": "LEAST_CONNECTIONS"}
        return lambda: octavia.create_pool(name=request.name, listener_id=listeners[0]["id"], **how)
    pool = pools[0]
    if not (pool.get("health_monitor") or pool.get("healthmonitor")):
        watched = {"pool_id": pool["id"], "url_path": request.health}
        return lambda: octavia.create_health_monitor(name=request.name, **watched, **_MONITOR)
    there = {(member["address"], member["protocol_port"]) for member in pool.get("members") or ()}
    wanted = {(address, request.member_port): name for name, address in request.members.items()}
    if there != set(wanted):
        return lambda: _set_members(scope, pool["id"], wanted)
    return None


def _set_members(scope: Scope, pool: str, wanted: dict[tuple[str, int], str]) -> None:
    """All at once: one by one each would take a second or two; the SDK has no call for that."""
    from openstack.exceptions import raise_from_response

    members = [{"name": name, "address": a, "protocol_port": p} for (a, p), name in wanted.items()]
    raise_from_response(scope.balancers.put(f"/lbaas/pools/{pool}/members", json={"members": members}))


def _delete_addresses(scope: Scope, balancer: Any) -> None:
    for address in scope.network.ips(port_id=balancer.vip_port_id):
        if not marks.read(address).kind:  # those with a mark are borrowed, and go by their own name
            scope.network.delete_ip(address)

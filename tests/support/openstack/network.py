"""Neutron and Octavia in memory."""

from ipaddress import IPv4Network
from typing import Any

from tests.support.openstack.rows import Answer, Rows, not_found

_SINGULAR = {
    "security-groups": "security_group",
    "security-group-rules": "security_group_rule",
    "floatingips": "floatingip",
}
_COUNTED = {
    "network": "networks",
    "subnet": "subnets",
    "router": "routers",
    "port": "ports",
    "floatingip": "floatingips",
    "security_group": "security-groups",
    "security_group_rule": "security-group-rules",
}
_OCTAVIA = {
    "loadbalancers": "loadbalancer",
    "listeners": "listener",
    "pools": "pool",
    "healthmonitors": "healthmonitor",
}


def furnish(rows: Rows) -> None:
    rows.add(
        "network/networks",
        name="external",
        description="",
        **{"router:external": True},
        project_id="",
        mtu=1500,
    )


def answer(
    rows: Rows, project: str, method: str, path: list[str], query: dict[str, str], body: Any
) -> Answer:
    service, plural, *rest = path
    if service == "load-balancer":
        return _octavia(rows, project, method, path[2:], query, body)
    if plural == "quotas":
        return Answer(200, {"quota": _quota(rows, project, new=rest[1:] == ["default"])})
    kind, singular = f"network/{plural}", _SINGULAR.get(plural, plural.removesuffix("s"))
    if rest[1:] == ["tags"]:
        rows.by_kind[kind][rest[0]]["tags"] = body["tags"]
        return Answer(200, body)
    if rest[1:] and rest[1].endswith("router_interface"):
        return _interface(rows, rest[0], rest[1], body)
    if method == "GET" and not rest:
        return Answer(
            200, {plural.replace("-", "_"): [_shown(rows, kind, row) for row in rows.listed(kind, query)]}
        )
    if method == "POST":
        many = body.get(f"{singular}s")
        wanted = many or [body[singular]]
        if any("tags" in one for one in wanted) and not _takes_tags(rows, singular):
            said = "Unrecognized attribute(s) 'tags'"
            return Answer(400, {"NeutronError": {"type": "HTTPBadRequest", "message": said}})
        made = [_create(rows, project, kind, one) for one in wanted]
        return Answer(201, {f"{singular}s": made} if many else {singular: made[0]})
    if rest[0] not in rows.by_kind[kind]:
        return Answer(
            404,
            {"NeutronError": {"type": "NotFound", "message": f"{singular} {rest[0]} could not be found."}},
        )
    if method == "DELETE":
        return _delete(rows, kind, rest[0])
    row = rows.by_kind[kind][rest[0]]
    row.update((body or {}).get(singular, {}))
    return Answer(200, {singular: row})


def _takes_tags(rows: Rows, singular: str) -> bool:
    offered = {row["alias"] for row in rows.by_kind["network/extensions"].values()}
    at_once = {"tag-creation"} | ({"tag-ports-during-bulk-creation"} if singular == "port" else set())
    return bool(offered & at_once)


def _quota(rows: Rows, project: str, *, new: bool) -> dict[str, Any]:
    """Of a new project the limits only; `details` says what is used, too."""
    if new:
        return {what: rows.quota[what] for what in _COUNTED}
    return {
        what: {
            "used": len(rows.of(f"network/{plural}", lambda row: row["project_id"] == project)),
            "reserved": 0,
            "limit": rows.quota[what],
        }
        for what, plural in _COUNTED.items()
    }


def _create(rows: Rows, project: str, kind: str, wanted: dict[str, Any]) -> dict[str, Any]:
    row = {"project_id": project, "description": "", "name": "", **wanted}
    if kind == "network/networks":
        row |= {"mtu": 1450, "router:external": False}
    elif kind == "network/subnets":
        row |= {"gateway_ip": str(IPv4Network(wanted["cidr"])[1])}
    elif kind == "network/floatingips":
        given = wanted.get("floating_ip_address") or f"203.0.113.{rows.number() % 250}"
        row |= {"floating_ip_address": given, "port_id": wanted.get("port_id")}
    elif kind == "network/ports":
        subnet = rows.of("network/subnets", lambda s: s["network_id"] == wanted["network_id"])[0]
        address = str(IPv4Network(subnet["cidr"])[rows.number() % 900 + 2])
        row |= {
            "fixed_ips": [{"subnet_id": subnet["id"], "ip_address": address}],
            "device_owner": wanted.get("device_owner", ""),
        }
        row = {"device_id": "", "allowed_address_pairs": [], **row}
    return rows.add(kind, **row)


def _shown(rows: Rows, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    if kind != "network/security-groups":
        return row
    rules = rows.of("network/security-group-rules", lambda rule: rule["security_group_id"] == row["id"])
    return {**row, "security_group_rules": rules}


def _interface(rows: Rows, router: str, change: str, body: dict[str, Any]) -> Answer:
    if change.startswith("add"):
        subnet = rows.by_kind["network/subnets"][body["subnet_id"]]
        where = {
            "network_id": subnet["network_id"],
            "device_id": router,
            "device_owner": "network:router_interface",
        }
        _create(rows, subnet["project_id"], "network/ports", where)
    else:
        rows.by_kind["network/ports"].pop(body["port_id"])
    return Answer(200, {"id": router})


def _delete(rows: Rows, kind: str, id_: str) -> Answer:
    if kind == "network/networks":
        if rows.of("network/ports", lambda port: port["network_id"] == id_):
            in_use = "There are one or more ports still in use on the network, id for these ports is: x."
            said = f"Unable to complete operation on network {id_}. {in_use}"
            return Answer(409, {"NeutronError": {"type": "NetworkInUse", "message": said}})
        for subnet in rows.of("network/subnets", lambda s: s["network_id"] == id_):
            rows.remove("network/subnets", subnet["id"])
    if kind == "network/security-groups":
        for rule in rows.of("network/security-group-rules", lambda r: r["security_group_id"] == id_):
            rows.remove("network/security-group-rules", rule["id"])
    return rows.remove(kind, id_)


def _octavia(
    rows: Rows, project: str, method: str, path: list[str], query: dict[str, str], body: Any
) -> Answer:
    plural, *rest = path
    kind = f"load-balancer/{plural}"
    if plural == "quotas":
        return Answer(200, {"quota": {"load_balancer": rows.quota["load_balancer"]}})
    if rest[1:] == ["status"]:
        return Answer(200, {"statuses": {"loadbalancer": _tree(rows, rest[0])}})
    if rest[1:] == ["members"]:
        numbered = [{"id": f"{rows.number():032x}", **member} for member in body["members"]]
        rows.by_kind[kind][rest[0]]["members"] = numbered
        return Answer(202)
    if method == "GET":
        return Answer(200, {plural: [_listed(rows, plural, row) for row in rows.listed(kind, query)]})
    if method == "POST":
        singular = _OCTAVIA[plural]
        wanted = {"project_id": project, "provisioning_status": "PENDING_CREATE", **body[singular]}
        return Answer(201, {singular: rows.add(kind, **wanted)})
    if rest[0] not in rows.by_kind[kind]:
        return Answer(404, not_found(rest[0]))
    for child in ("listeners", "pools", "healthmonitors"):  # cascade
        rows.by_kind[f"load-balancer/{child}"].clear()
    return rows.remove(kind, rest[0])


def _listed(rows: Rows, plural: str, row: dict[str, Any]) -> dict[str, Any]:
    """Lists name the other parts by their ids; there is one tree at most."""
    if plural == "loadbalancers":
        return row | {part: _ids(rows, part) for part in ("listeners", "pools")}
    if plural == "pools":
        return row | {"loadbalancers": _ids(rows, "loadbalancers")}
    return row


def _ids(rows: Rows, plural: str) -> list[dict[str, str]]:
    return [{"id": row["id"]} for row in rows.of(f"load-balancer/{plural}")]


def _tree(rows: Rows, id_: str) -> dict[str, Any]:
    """A step is done by the time that somebody looks again."""
    balancer = rows.by_kind["load-balancer/loadbalancers"][id_]
    before = balancer["provisioning_status"]
    if before.startswith("PENDING"):
        balancer["provisioning_status"] = "ACTIVE"
    monitors = rows.of("load-balancer/healthmonitors")
    pools = [
        {**pool, "health_monitor": monitors[0] if monitors else None}
        for pool in rows.of("load-balancer/pools")
    ]
    listeners = [{**one, "pools": pools} for one in rows.of("load-balancer/listeners")]
    return {**balancer, "provisioning_status": before, "listeners": listeners}

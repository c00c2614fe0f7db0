"""Nova in memory: servers build by the time that somebody looks again."""

import re
from typing import Any

from tests.support.openstack.rows import Answer, Rows, not_found

SIZES = {"small": (1, 1024, 10), "medium": (2, 4096, 20), "large": (8, 16384, 80)}


def furnish(rows: Rows) -> None:
    for name, (vcpus, ram, disk) in SIZES.items():
        rows.add("compute/flavors", name=name, vcpus=vcpus, ram=ram, disk=disk)


def answer(
    rows: Rows, project: str, method: str, path: list[str], query: dict[str, str], body: Any
) -> Answer:
    _, plural, *rest = path
    kind = f"compute/{plural}"
    if plural == "limits":
        return Answer(200, {"limits": {"rate": [], "absolute": _absolute(rows, project)}})
    if plural == "os-quota-sets":
        return Answer(200, {"quota_set": rows.quota})
    if plural == "os-availability-zone":
        zones = [{"zoneName": zone, "zoneState": {"available": True}} for zone in ("a", "b")]
        return Answer(200, {"availabilityZoneInfo": zones})
    if plural == "servers":
        return _servers(rows, project, method, rest, query, body)
    if method == "GET":
        return Answer(200, {plural.replace("os-", "").replace("-", "_"): rows.of(kind)})
    if method == "POST":
        return Answer(200, {"server_group": rows.add(kind, **body["server_group"])})
    return rows.remove(kind, rest[0])


def _absolute(rows: Rows, project: str) -> dict[str, int]:
    used, quota = _used(rows, project), rows.quota
    return {
        "maxTotalInstances": quota["instances"],
        "totalInstancesUsed": used["instances"],
        "maxTotalCores": quota["cores"],
        "totalCoresUsed": used["cores"],
        "maxTotalRAMSize": quota["ram"],
        "totalRAMUsed": used["ram"],
        "maxServerGroups": quota["server_groups"],
        "totalServerGroupsUsed": len(rows.of("compute/os-server-groups")),
        "maxServerGroupMembers": quota["server_group_members"],
    }


def _used(rows: Rows, project: str) -> dict[str, int]:
    servers = rows.of("compute/servers", lambda s: s["project_id"] == project)
    flavors = [rows.by_kind["compute/flavors"][s["asked"]["server"]["flavorRef"]] for s in servers]
    cores, ram = sum(f["vcpus"] for f in flavors), sum(f["ram"] for f in flavors)
    return {"instances": len(servers), "cores": cores, "ram": ram}


def _over_quota(rows: Rows, project: str, wanted: dict[str, Any]) -> Answer | None:
    """As Nova says it."""
    flavor, used = rows.by_kind["compute/flavors"][wanted["flavorRef"]], _used(rows, project)
    more = {"instances": 1, "cores": flavor["vcpus"], "ram": flavor["ram"]}
    short = [what for what, n in more.items() if 0 <= rows.quota[what] < used[what] + n]
    if not short:
        return None
    lists = (", ".join(str(n[what]) for what in short) for n in (more, used, rows.quota))
    said = "Quota exceeded for {}: Requested {}, but already used {} of {} {}".format(
        ", ".join(short), *lists, ", ".join(short)
    )
    return Answer(403, {"forbidden": {"code": 403, "message": said}})


def _servers(
    rows: Rows, project: str, method: str, rest: list[str], query: dict[str, str], body: Any
) -> Answer:
    if rest[1:] == ["action"]:
        server = rows.by_kind["compute/servers"][rest[0]]
        if "os-getConsoleOutput" in body:
            refused = {"conflictingRequest": {"code": 409, "message": f"Instance {rest[0]} is not ready"}}
            return Answer(200, {"output": server["console"]}) if "console" in server else Answer(409, refused)
        server["status"] = "SHUTOFF" if "os-stop" in body else "ACTIVE"
        return Answer(202)
    if rest[1:] == ["metadata"] and rest[0] in rows.by_kind["compute/servers"]:
        noted = rows.by_kind["compute/servers"][rest[0]]["metadata"]
        noted.update(body["metadata"])
        return Answer(200, {"metadata": noted})
    if rest in ([], ["detail"]) and method == "GET":
        name = query.pop("name", "")
        found = [s for s in rows.listed("compute/servers", query) if not name or re.search(name, s["name"])]
        shown = [dict(server) for server in found if server["project_id"] == project]
        for server in found:
            server["status"] = "ACTIVE" if server["status"] == "BUILD" else server["status"]
        return Answer(200, {"servers": shown})
    if method == "POST":
        wanted = body["server"]
        if refused := _over_quota(rows, project, wanted):
            return refused
        made = rows.add(
            "compute/servers",
            **{key: wanted[key] for key in ("name", "metadata", "tags")},
            asked=body, status="BUILD", project_id=project, addresses={},
            **{"OS-EXT-STS:task_state": None},
        )  # fmt: skip
        made["created"] = made["created_at"]
        rows.by_kind["network/ports"][wanted["networks"][0]["port"]]["device_id"] = made["id"]
        return Answer(202, {"server": {"id": made["id"], "links": []}})
    if rest[0] not in rows.by_kind["compute/servers"]:
        return Answer(404, not_found(rest[0]))
    if method == "DELETE":
        return _delete(rows, rows.by_kind["compute/servers"][rest[0]])
    return Answer(200, {"server": rows.by_kind["compute/servers"][rest[0]]})


def _delete(rows: Rows, server: dict[str, Any]) -> Answer:
    """The first time it is its host's to do. If the host is `lost`, Nova does it when it is told again."""
    if not server.get("lost") or server["OS-EXT-STS:task_state"] == "deleting":
        return rows.remove("compute/servers", server["id"])
    server["OS-EXT-STS:task_state"] = "deleting"
    return Answer(204)

"""Glance and Cinder in memory."""

from typing import Any

from tests.support.openstack.rows import Answer, Rows, not_found


def furnish(rows: Rows) -> None:
    add_image(rows, name="node", status="active", size=2**30)
    rows.add("volume/types", name="fast")


def add_image(rows: Rows, **more: Any) -> dict[str, Any]:
    """An image as Glance keeps it: what is not its own is a property, beside the others."""
    return rows.add("image/images", **{"status": "queued", "min_ram": 0, "min_disk": 0, "owner": "", **more})


def answer(
    rows: Rows, project: str, method: str, path: list[str], query: dict[str, str], body: Any
) -> Answer:
    service, *parts = path
    if service == "volume" and parts[0] == project:
        parts = parts[1:]
    kind = f"{service}/{parts[0]}"
    if parts[0] == "limits":
        absolute = {
            "maxTotalVolumeGigabytes": rows.quota["gigabytes"],
            "totalGigabytesUsed": 10,
            "maxTotalVolumes": rows.quota["volumes"],
            "totalVolumesUsed": 1,
        }
        return Answer(200, {"limits": {"rate": [], "absolute": absolute}})
    if parts[0] == "os-quota-sets":
        return Answer(200, {"quota_set": rows.quota})
    if method == "POST":
        public = body.get("visibility") == "public"
        if public and not rows.of("identity/roles", lambda role: role["name"] == "publisher"):
            return Answer(403, {"code": 403, "title": "Forbidden"})
        return Answer(201, add_image(rows, owner=project, **body))
    if method == "PUT":
        rows.by_kind[kind][parts[1]].update(status="active", size=len(body))
        return Answer(204)
    if method == "DELETE":
        return rows.remove(kind, parts[1])
    if parts[1:] in ([], ["detail"]):
        return Answer(200, {parts[0] if parts[0] != "types" else "volume_types": rows.listed(kind, query)})
    if parts == ["types", "default"]:
        return Answer(200, {"volume_type": rows.of(kind)[0]})
    found = rows.by_kind[kind].get(parts[1])
    return Answer(200, found) if found else Answer(404, not_found(parts[1]))

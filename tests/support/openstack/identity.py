"""Keystone in memory: tokens with a catalogue, projects, roles."""

from typing import Any

from tests.support.openstack.rows import Answer, Rows

USER = "u" * 32
PATHS = {
    "identity": "v3",
    "network": "",
    "compute": "v2.1",
    "image": "",
    "volume": "v3",
    "load-balancer": "",
}


def furnish(rows: Rows) -> None:
    rows.add("identity/projects", name="admin", domain_id="default", description="")
    rows.add("identity/projects", name="shared", domain_id="default", description="")
    for role in ("member", "load-balancer_member", "admin"):
        rows.add("identity/roles", name=role)


def answer(cloud: Any, method: str, parts: list[str], query: dict[str, str], body: Any) -> Answer:
    rows: Rows = cloud.rows
    if not parts or parts == [""]:
        link = {"rel": "self", "href": "http://cloud/identity/v3/"}
        return Answer(200, {"version": {"id": "v3.14", "status": "stable", "links": [link]}})
    if parts == ["auth", "tokens"]:
        return _token(cloud, body["auth"])
    kind = f"identity/{parts[0]}"
    if parts[0] == "projects" and len(parts) > 2:  # a role on it
        rows.by_kind["identity/projects"][parts[1]].setdefault("roles", []).append(parts[-1])
        return Answer(204)
    if method == "GET":
        if len(parts) > 1:
            return (
                Answer(200, {"role": rows.by_kind[kind][parts[1]]})
                if parts[1] in rows.by_kind[kind]
                else _none(parts[1])
            )
        return Answer(200, {parts[0]: rows.listed(kind, query)})
    if method == "DELETE":
        return rows.remove(kind, parts[1])
    wanted = body["project"]
    if rows.of(kind, lambda row: row["name"] == wanted["name"]):
        return Answer(
            409,
            {
                "error": {
                    "code": 409,
                    "message": "Conflict occurred attempting to store project",
                    "title": "Conflict",
                }
            },
        )
    return Answer(201, {"project": rows.add(kind, **wanted)})


def _token(cloud: Any, auth: dict[str, Any]) -> Answer:
    rows: Rows = cloud.rows
    if auth["identity"].get("password", {}).get("user", {}).get("password") == "wrong":
        return _refused()
    wanted = auth["scope"]["project"]
    sought = wanted.get("id", wanted.get("name"))
    found = rows.of("identity/projects", lambda row: sought in (row["id"], row["name"]))
    if not found or (found[0]["name"].startswith("slipway-") and not found[0].get("roles")):
        return _refused()
    token = f"token-{rows.number()}"
    rows.tokens[token] = found[0]["id"]
    domain = {"id": "default", "name": "Default"}
    project = {"id": found[0]["id"], "name": found[0]["name"], "domain": domain}
    user = {"id": USER, "name": "slipway", "domain": domain}
    body = {
        "user": user,
        "project": project,
        "catalog": _catalog(cloud),
        "methods": ["password"],
        "roles": [],
    }
    times = {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2999-01-01T00:00:00.000000Z"}
    return Answer(201, {"token": body | times}, {"X-Subject-Token": token})


def _refused() -> Answer:
    message = "The request you have made requires authentication."
    return Answer(401, {"error": {"code": 401, "message": message, "title": "Unauthorized"}})


def _catalog(cloud: Any) -> list[dict[str, Any]]:
    types = {"volume": "block-storage"}
    return [
        {
            "type": types.get(service, service),
            "name": service,
            "id": service,
            "endpoints": [
                {
                    "id": service,
                    "interface": "public",
                    "region": "one",
                    "region_id": "one",
                    "url": f"http://cloud/{service}/{path}",
                }
            ],
        }
        for service, path in PATHS.items()
        if service != "load-balancer" or cloud.octavia
    ]


def _none(id_: str) -> Answer:
    return Answer(
        404, {"error": {"code": 404, "message": f"Could not find role: {id_}.", "title": "Not Found"}}
    )

"""Keystone in memory: tokens with a catalogue, projects, roles, application credentials."""

from typing import Any

from tests.support.openstack.rows import Answer, Rows

USER = "u" * 32
CREDENTIALS = "identity/application_credentials"
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


def answer(cloud: Any, method: str, parts: list[str], query: dict[str, str], body: Any, token: str) -> Answer:
    rows: Rows = cloud.rows
    if not parts or parts == [""]:
        link = {"rel": "self", "href": "http://cloud/identity/v3/"}
        return Answer(200, {"version": {"id": "v3.14", "status": "stable", "links": [link]}})
    if parts == ["auth", "tokens"]:
        return _token(cloud, body["auth"])
    if parts[0] == "users":
        return _credentials(cloud, method, parts[3:], query, body, token)
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


def _credentials(
    cloud: Any, method: str, parts: list[str], query: dict[str, str], body: Any, token: str
) -> Answer:
    """The user's own; the secret is in the answer that makes one, and never again."""
    rows: Rows = cloud.rows
    if method != "GET" and cloud.rows.restricted.get(token):
        message = (
            "You are not authorized. Using method 'application_credential' is not allowed for managing "
            "additional application credentials."
        )
        return Answer(403, {"error": {"code": 403, "message": message, "title": "Forbidden"}})
    if method == "GET":
        listed = [{k: v for k, v in row.items() if k != "secret"} for row in rows.listed(CREDENTIALS, query)]
        return Answer(200, {"application_credentials": listed})
    if method == "DELETE":
        return rows.remove(CREDENTIALS, parts[0])
    wanted = body["application_credential"]
    if rows.of(CREDENTIALS, lambda row: row["name"] == wanted["name"]):
        message = "Conflict occurred attempting to store application_credential - Duplicate entry found"
        return Answer(409, {"error": {"code": 409, "message": message, "title": "Conflict"}})
    made = rows.add(CREDENTIALS, **wanted, project_id=rows.tokens[token], secret=f"secret-{rows.number()}")
    return Answer(201, {"application_credential": made})


def _token(cloud: Any, auth: dict[str, Any]) -> Answer:
    rows: Rows = cloud.rows
    if auth["identity"].get("password", {}).get("user", {}).get("password") == "wrong":
        return _refused()
    if credential := auth["identity"].get("application_credential"):
        return _token_of_credential(cloud, credential)
    wanted = auth["scope"]["project"]
    sought = wanted.get("id", wanted.get("name"))
    found = rows.of("identity/projects", lambda row: sought in (row["id"], row["name"]))
    if not found or (found[0]["name"].startswith("slipway-") and not found[0].get("roles")):
        return _refused()
    names = found[0].get("roles") or ("member", "load-balancer_member", "admin")
    return _issued(
        cloud, found[0], rows.of("identity/roles", lambda r: r["name"] in names or r["id"] in names)
    )


def _token_of_credential(cloud: Any, given: dict[str, Any]) -> Answer:
    rows: Rows = cloud.rows
    made = rows.by_kind[CREDENTIALS].get(given["id"])
    if made is None:
        message = f"Could not find Application Credential: {given['id']}."
        return Answer(404, {"error": {"code": 404, "message": message, "title": "Not Found"}})
    if made["secret"] != given["secret"]:
        return _refused()
    ids = {role["id"] for role in made["roles"]}
    project = rows.by_kind["identity/projects"][made["project_id"]]
    answer = _issued(cloud, project, rows.of("identity/roles", lambda r: r["id"] in ids))
    rows.restricted[answer.headers["X-Subject-Token"]] = not made["unrestricted"]
    return answer


def _issued(cloud: Any, found: dict[str, Any], roles: list[dict[str, Any]]) -> Answer:
    rows: Rows = cloud.rows
    token = f"token-{rows.number()}"
    rows.tokens[token] = found["id"]
    domain = {"id": "default", "name": "Default"}
    project = {"id": found["id"], "name": found["name"], "domain": domain}
    user = {"id": USER, "name": "slipway", "domain": domain}
    body = {
        "user": user,
        "project": project,
        "catalog": _catalog(cloud),
        "methods": ["password"],
        "roles": [{"id": role["id"], "name": role["name"]} for role in roles],
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

"""The API as HTTP: what every Kubernetes client library relies on."""

import json

import pytest
import yaml

from tests.api.conftest import Api, widget


def _causes(answer) -> dict[str, str]:
    return {c["field"]: c["reason"] for c in answer.json()["details"]["causes"]}


def test_health_version_and_discovery(api: Api) -> None:
    nobody = {"headers": {"Authorization": ""}}
    for check in ("healthz", "livez", "readyz"):
        assert api.get(f"/{check}", **nobody).text == "ok"
    assert api.get("/version", **nobody).json()["minor"] == "32"
    assert api.get("/apis/sample.dev/v1", **nobody).status_code == 401
    assert api.get("/api").json()["versions"] == ["v1"]
    assert "sample.dev" in [g["name"] for g in api.get("/apis").json()["groups"]]
    names = [r["name"] for r in api.get("/apis/sample.dev/v1").json()["resources"]]
    assert names == [
        *("widgets", "widgets/status", "widgets/hello"),
        *("pools", "pools/status", "pools/scale", "tenants", "tenants/status"),
    ]
    for version in ("v2", "v2beta1"):
        accept = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
        answer = api.get("/apis", headers={"Accept": f"{accept},application/json"})
        assert answer.headers["Content-Type"] == accept
        assert answer.json()["items"][0]["versions"][0]["resources"][0]["resource"] == "widgets"


def test_openapi_holds_every_kind(api: Api) -> None:
    paths = api.get("/openapi/v3").json()["paths"]
    document = api.get(paths["apis/sample.dev/v1"]["serverRelativeURL"]).json()
    schema = document["components"]["schemas"]["dev.sample.v1.Widget"]
    assert schema["x-kubernetes-group-version-kind"] == [
        {"group": "sample.dev", "version": "v1", "kind": "Widget"}
    ]
    assert schema["properties"]["spec"]["properties"]["size"]["maximum"] == 100
    assert "$defs" not in json.dumps(document)
    assert api.get("/openapi/v2").content == b"", "an empty document"


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "reason"),
    [
        ("GET", "/apis/sample.dev/v1/namespaces/red/widgets/none", None, 404, "NotFound"),
        ("GET", "/apis/sample.dev/v1/namespaces/red/gadgets", None, 404, "NotFound"),
        ("GET", "/apis/other.dev/v1/namespaces/red/widgets", None, 404, "NotFound"),
        ("GET", "/nothing/here", None, 404, "NotFound"),
        ("PUT", "/apis/sample.dev/v1/namespaces/red/widgets", {}, 405, "MethodNotAllowed"),
        ("POST", "/apis/sample.dev/v1/widgets", widget(), 405, "MethodNotAllowed"),
        ("POST", "/api/v1/namespaces", {"metadata": {"name": "x"}}, 405, "MethodNotAllowed"),
        ("PATCH", "/apis/sample.dev/v1/namespaces/red/widgets/x/status", {}, 405, "MethodNotAllowed"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", "{", 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", "[1]", 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", '{"spec": NaN}', 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", "[" * 99999, 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", {"kind": "Gadget"}, 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", {"metadata": []}, 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", {"metadata": "x"}, 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", widget(colour="\x00"), 400, "BadRequest"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", widget(colour="\ud800"), 400, "BadRequest"),
        ("GET", "/apis/sample.dev/v1/namespaces/red/widgets/a%00b", None, 400, "BadRequest"),
        ("OPTIONS", "/apis/sample.dev/v1/namespaces/red/widgets", None, 405, "MethodNotAllowed"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", {}, 422, "Invalid"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets", " " * 3200000, 413, "RequestEntityTooLarge"),
        ("POST", "/apis/sample.dev/v1/namespaces/red/widgets?dryRun=Some", widget(), 400, "BadRequest"),
        ("GET", "/apis/sample.dev/v1/widgets?labelSelector=a+in+b", None, 400, "BadRequest"),
        ("GET", "/apis/sample.dev/v1/widgets?fieldSelector=spec.size=1", None, 400, "BadRequest"),
        ("GET", "/apis/sample.dev/v1/widgets?limit=x", None, 400, "BadRequest"),
        ("GET", "/apis/sample.dev/v1/widgets?continue=x", None, 400, "BadRequest"),
        ("GET", "/apis/sample.dev/v1/widgets?resourceVersion=99999999", None, 504, "Timeout"),
    ],
)  # fmt: skip
def test_every_failure_is_a_status(api: Api, method: str, path: str, body, code: int, reason: str) -> None:
    answer = api.request(method, path, body)
    assert answer.status_code == code, answer.text
    status = answer.json()
    assert (status["kind"], status["status"], status["reason"], status["code"]) == (
        "Status",
        "Failure",
        reason,
        code,
    )
    assert "Traceback" not in answer.text


def test_media_types(api: Api, widgets: str) -> None:
    made = api.post(
        widgets, yaml.safe_dump(widget("a", size=3)), headers={"Content-Type": "application/yaml"}
    )
    assert made.status_code == 201
    assert (
        yaml.safe_load(api.get(f"{widgets}/a", headers={"Accept": "application/yaml"}).text)["spec"]["size"]
        == 3
    )
    assert (
        api.post(widgets, "x", headers={"Content-Type": "text/csv"}).json()["reason"]
        == "UnsupportedMediaType"
    )
    assert api.patch(f"{widgets}/a", {}, "strategic-merge-patch+json").status_code == 415
    assert api.get(widgets, headers={"Accept": "text/html"}).json()["reason"] == "NotAcceptable"
    assert api.get(widgets, headers={"Accept": "application/vnd.kubernetes.protobuf,application/json"}).ok
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
    )
    assert api.post(widgets, bomb, headers={"Content-Type": "application/yaml"}).status_code == 400


def test_tables_and_bare_metadata(api: Api, widgets: str) -> None:
    api.post(widgets, widget("a", size=3))
    accept = {"headers": {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}}
    table = api.get(widgets, **accept).json()
    assert [(c["name"], c["priority"]) for c in table["columnDefinitions"]] == [
        *(("Name", 0), ("Size", 0), ("Phase", 0), ("Age", 0)),
        ("Colour", 1),
    ]
    assert table["rows"][0]["cells"][:3] == ["a", 3, "Pending"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    assert "object" not in api.get(f"{widgets}?includeObject=None", **accept).json()["rows"][0]
    whole = api.get(f"{widgets}/a?includeObject=Object", **accept).json()["rows"][0]["object"]
    assert whole["spec"]["size"] == 3
    accept = {"headers": {"Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}}
    assert "spec" not in api.get(widgets, **accept).json()["items"][0]


def test_chunked_lists(api: Api, widgets: str) -> None:
    for i in range(5):
        api.post(widgets, widget(f"w{i}"))
    first = api.get(f"{widgets}?limit=2").json()
    version = first["metadata"]["resourceVersion"]
    api.post(widgets, widget("w9"))
    names, chunk = [i["metadata"]["name"] for i in first["items"]], first
    while token := chunk["metadata"].get("continue"):
        chunk = api.get(f"{widgets}?limit=2&continue={token}").json()
        assert chunk["metadata"]["resourceVersion"] == version
        names += [i["metadata"]["name"] for i in chunk["items"]]
    assert names == ["w0", "w1", "w2", "w3", "w4", "w9"]


def test_access(api: Api, widgets: str) -> None:
    viewer, member = api.as_("viewer"), api.as_("member")
    assert viewer.get(widgets).ok
    refused = viewer.post(widgets, widget("a"))
    assert (refused.status_code, refused.json()["reason"]) == (403, "Forbidden")
    assert member.get(widgets).status_code == 403
    assert api.as_("wrong").get(widgets).json()["reason"] == "Unauthorized"
    red = "/apis/sample.dev/v1/namespaces/red/widgets"
    api.post(red, {"metadata": {"generateName": "x-"}})
    api.post(widgets, widget("hidden"))
    everywhere = member.get("/apis/sample.dev/v1/widgets").json()["items"]
    assert {i["metadata"]["namespace"] for i in everywhere} == {"red"}
    assert [i["metadata"]["name"] for i in member.get("/api/v1/namespaces").json()["items"]] == ["red"]
    assert [i["metadata"]["name"] for i in member.get("/apis/sample.dev/v1/tenants").json()["items"]] == [
        "red"
    ]


def test_subresources(api: Api, widgets: str, pools: str) -> None:
    api.post(widgets, widget("a"))
    assert api.get(f"{widgets}/a/hello").text == "hello a\n"
    assert api.get(f"{widgets}/a/status").json()["status"]["phase"] == "Pending"
    assert api.get(f"{widgets}/a/scale").status_code == 404
    api.post(pools, {"metadata": {"name": "p"}})
    scale = api.get(f"{pools}/p/scale").json()
    assert (scale["apiVersion"], scale["spec"]["replicas"]) == ("autoscaling/v1", 1)
    scale["spec"]["replicas"] = 7
    assert api.put(f"{pools}/p/scale", scale).json()["spec"]["replicas"] == 7
    assert api.put(f"{pools}/p/scale", scale).status_code == 409
    assert _causes(api.patch(f"{pools}/p/scale", {"spec": {"replicas": -1}})) == {
        "spec.replicas": "FieldValueInvalid"
    }


def test_access_review(api: Api) -> None:
    spec = {
        "resourceAttributes": {
            "verb": "create",
            "group": "sample.dev",
            "resource": "widgets",
            "namespace": "red",
        }
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert api.post(path, {"spec": spec}).json()["status"]["allowed"] is True
    assert api.as_("viewer").post(path, {"spec": spec}).json()["status"]["allowed"] is False
    broken = api.post(
        path, b"k8s\x00\xff\xff", headers={"Content-Type": "application/vnd.kubernetes.protobuf"}
    )
    assert broken.status_code == 400

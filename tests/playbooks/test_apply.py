"""What slipway_apply says of a workload that does not roll out."""

PODS = "/api/v1/namespaces/kube-system/pods"
SAID = "F1124 main.go:71] could not init cloud provider: connection refused"


class Cluster:
    """An API that holds two pods of a workload and one of another."""

    def __init__(self, state, refused=None):
        self.state, self.refused = state, refused

    def request(self, method, path):
        if path == f"{PODS}/manager-a/log?container=main&previous=true&tailLines=1":
            if self.refused:
                raise self.refused
            return f"{SAID}\n"
        assert (method, path) == ("GET", PODS)
        well, ill = {"name": "main", "state": {"running": {}}}, {"name": "main", "state": self.state}
        pods = {"other-x": ill, "manager-b": well, "manager-a": ill}
        return {
            "items": [
                {"metadata": {"name": k}, "status": {"containerStatuses": [v]}} for k, v in pods.items()
            ]
        }


def test_a_container_that_keeps_ending_is_quoted(load):
    cluster = Cluster({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}})
    said = load("slipway_apply").complaint(cluster, "kube-system", "manager")
    assert said == f"; manager-a is in CrashLoopBackOff: {SAID}"


def test_an_image_that_cannot_be_had_is_named(load):
    never_ran = load("slipway_kube").KubeError(400, "previous terminated container not found")
    cluster = Cluster({"waiting": {"reason": "ErrImagePull", "message": "no such image"}}, never_ran)
    said = load("slipway_apply").complaint(cluster, "kube-system", "manager")
    assert said == "; manager-a is in ErrImagePull: no such image"


def test_what_is_only_coming_is_no_complaint(load):
    for state in ({"running": {}}, {"waiting": {"reason": "ContainerCreating"}}):
        assert load("slipway_apply").complaint(Cluster(state), "kube-system", "manager") == ""


def test_an_api_that_does_not_answer_adds_nothing(load, monkeypatch):
    def refuse(*_):
        raise load("slipway_kube").KubeError(0, "connection refused")

    cluster = Cluster({})
    monkeypatch.setattr(cluster, "request", refuse)
    assert load("slipway_apply").complaint(cluster, "kube-system", "manager") == ""

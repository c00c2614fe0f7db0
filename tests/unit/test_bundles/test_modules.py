"""The throw-away modules that programs are built from."""

import pytest

from provisioning.bundles.modules import Program, release_modules
from provisioning.versions import find

PUBLISHED = {
    "Go": "1.26.0",
    "GoDebug": [{"Key": "default", "Value": "go1.26"}],
    "Replace": [
        {"Old": {"Path": "k8s.io/api"}, "New": {"Path": "./staging/src/k8s.io/api"}},
        {
            "Old": {"Path": "k8s.io/sample-controller"},
            "New": {"Path": "./staging/src/k8s.io/sample-controller"},
        },
        {"Old": {"Path": "example.test/fork"}, "New": {"Path": "example.test/other", "Version": "v1.0.0"}},
    ],
}


def modules(version="1.37.2"):
    return {module.key: module for module in release_modules(find(version))}


def test_kubernetes_parts_come_as_published_modules():
    text = modules()["kubernetes-1.37.2"].go_mod(PUBLISHED, find("1.37.2"))
    assert text == (
        "module bundle\n\ngo 1.26.0\ngodebug default=go1.26\n\nrequire k8s.io/kubernetes v1.37.2\n\n"
        "replace k8s.io/api => k8s.io/api v0.37.2\n"
        "replace k8s.io/sample-controller => k8s.io/sample-controller v0.35.4\n"
    )


@pytest.mark.parametrize(("version", "etcd"), [("1.37.2", "3.7.0"), ("1.36.3", "3.6.8")])
def test_all_of_etcd_is_at_one_version(version, etcd):
    module = modules(version)[f"etcd-{etcd}"]
    assert len(module.requires) == 7
    assert set(module.requires.values()) == {f"v{etcd}"}


def test_flannel_loses_only_the_unwanted_backends():
    main = 'import (\n\t_ "x/backend/vxlan"\n\t_ "x/backend/udp"\n\t_ "x/backend/tencentvpc"\n)\n'
    assert modules()["flanneld-0.28.10"].patch(main) == 'import (\n\t_ "x/backend/vxlan"\n)\n'


def test_kubernetes_programs_know_their_version():
    flags = " ".join(modules()["kubernetes-1.37.2"].link_flags)
    assert "k8s.io/component-base/version.gitVersion=v1.37.2" in flags
    assert "gitMinor=37" in flags


@pytest.mark.parametrize(
    ("package", "name"),
    [("example.test/cmd/kubelet", "kubelet"), ("example.test/server/v3", "server"), ("./x", "x")],
)
def test_a_program_is_found_under_the_name_that_go_gives_it(package, name):
    assert Program("anything", package).built_as == name

"""`slipway provider sweep`: lists, asks, removes what was listed, and says what stayed."""

import json

import pytest

PATH = "/apis/slipway.dev/v1/providers/cloud/orphans"


def orphan(kind, name):
    return {
        "kind": kind, "name": name, "tenant": "demo", "cluster": "web", "createdAt": "2026-01-01T00:00:00Z",
        "reason": "its owner is gone",
    }  # fmt: skip


@pytest.fixture
def cloud(server):
    """Two machines and a network that belong to nothing; the network cannot be removed."""
    items = [orphan("machine", "m1"), orphan("machine", "m2"), orphan("network", "n1")]
    head = {"apiVersion": "slipway.dev/v1", "kind": "OrphanList", "metadata": {"name": "cloud"}}
    server.on["GET", PATH] = lambda _: (200, {**head, "items": items})

    def remove(body):
        ends = [
            {
                **one,
                "removed": one["kind"] != "network",
                "reason": "" if one["kind"] != "network" else "in use",
            }
            for one in body["items"]
        ]
        return 200, {**head, "items": ends}

    server.on["POST", PATH] = remove
    return items


def test_it_lists_and_touches_nothing(run, server, cloud):
    result = run("provider", "sweep", "cloud")

    header, *rows = result.stdout.splitlines()
    assert header.split() == ["KIND", "NAME", "TENANT", "CLUSTER", "AGE", "WHY"]
    assert [row.split()[:4] for row in rows] == [[o["kind"], o["name"], "demo", "web"] for o in cloud]
    assert "3 objects. Remove: slipway provider sweep cloud --remove" in result.stderr
    assert server.asked("POST") == []


def test_it_asks_before_it_removes(run, server, cloud):
    result = run("provider", "sweep", "cloud", "--remove", input="n\n")

    assert result.exit_code == 1
    assert "Remove 3 objects for ever?" in result.stdout
    assert server.asked("POST") == []


def test_it_removes_what_was_listed_and_says_what_stayed(run, server, cloud):
    result = run("provider", "sweep", "cloud", "--remove", "--yes")

    assert [[o["name"] for o in body["items"]] for _, body in server.asked("POST")] == [["m1", "m2"], ["n1"]]
    assert "2 removed, 1 stayed" in result.stdout
    assert "machine m1 removed" in result.stderr
    assert "network n1: in use" in result.stderr
    assert result.exit_code == 1


def test_programs_get_json_and_have_to_say_yes(run, cloud):
    refused = run("provider", "sweep", "cloud", "--remove", "-o", "json")
    listed = run("provider", "sweep", "cloud", "-o", "json")
    removed = run("provider", "sweep", "cloud", "--remove", "--yes", "-o", "json")

    assert refused.exit_code == 2
    assert json.loads(listed.stdout)["items"] == cloud
    assert [one["removed"] for one in json.loads(removed.stdout)["items"]] == [True, True, False]
    assert run("provider", "sweep", "cloud", "-o", "name").stdout.splitlines()[0] == "machine/m1"


def test_yes_alone_makes_no_sense(run, cloud):
    assert run("provider", "sweep", "cloud", "--yes").exit_code == 2


def test_nothing_left_over_is_said_so(run, server, cloud):
    cloud.clear()

    assert run("provider", "sweep", "cloud").stderr == "Nothing at provider cloud is left over.\n"
    assert run("provider", "sweep", "cloud", "--remove").stdout == "0 removed, 0 stayed\n"

"""When the node image and its seed are made, found, made again and removed; the engine is in memory."""

import docker
import pytest
from docker.errors import DockerException

from provisioning.bundles import node_image as module
from provisioning.bundles.node_image import ensure_node_image, find_node_image
from slipway.kernel.errors import SlipwayError


def test_made_once_and_found(engine, cache):
    made = ensure_node_image("1.37.2", cache)
    assert ensure_node_image("1.37", cache) == made
    assert find_node_image("1.37.2") == made
    assert engine.imports == 1
    assert set(engine.tags) == {made.image}
    assert set(engine.volume_labels) == {made.seed_volume}
    assert find_node_image("1.36.3") is None


@pytest.mark.parametrize("step", ["import", "volume", "fill", "tag"])
def test_a_kill_at_any_step_leaves_nothing_that_counts_as_made(engine, cache, step):
    engine.dies_at = step
    with pytest.raises(KeyboardInterrupt):
        ensure_node_image("1.37.2", cache)
    assert find_node_image("1.37.2") is None or step == "tag"
    engine.dies_at = ""
    made = ensure_node_image("1.37.2", cache)
    assert find_node_image("1.37.2") == made


def test_a_lost_seed_is_made_again(engine, cache):
    made = ensure_node_image("1.37.2", cache)
    engine.volume_labels.clear()
    assert find_node_image("1.37.2") is None
    engine.dies_at = "fill"
    with pytest.raises(KeyboardInterrupt):
        ensure_node_image("1.37.2", cache)
    assert find_node_image("1.37.2") is None
    engine.dies_at = ""
    assert ensure_node_image("1.37.2", cache) == made
    assert engine.imports == 1


@pytest.mark.parametrize("in_use", [False, True])
def test_a_changed_node_file_makes_another_and_removes_the_old_unless_it_is_used(
    engine, cache, monkeypatch, in_use
):
    old = ensure_node_image("1.37.2", cache)
    engine.used = {old.image} if in_use else set()
    monkeypatch.setattr(module, "SETTINGS", ("VOLUME /var", "ENV container=other"))
    new = ensure_node_image("1.37.2", cache)
    assert new != old
    assert find_node_image("1.37.2") == new
    assert set(engine.tags) == {new.image, *engine.used}
    assert set(engine.volume_labels) == {new.seed_volume}


@pytest.mark.parametrize(("code", "said"), [(1, "containerd: no space"), (0, "")])
def test_a_seed_without_its_images_is_an_error_and_not_made(engine, cache, code, said):
    engine.said = (code, said)
    with pytest.raises(SlipwayError, match="kube-apiserver") as caught:
        ensure_node_image("1.37.2", cache)
    assert caught.value.code == "SeedFailed"
    assert find_node_image("1.37.2") is None


def test_an_engine_that_does_not_answer(cache, monkeypatch):
    def refuse(**_):
        raise DockerException("connection refused")

    monkeypatch.setattr(docker, "from_env", refuse)
    with pytest.raises(SlipwayError, match="docker info") as caught:
        ensure_node_image("1.37.2", cache)
    assert caught.value.code == "EngineUnavailable"
    assert "connection refused" in caught.value.foreign

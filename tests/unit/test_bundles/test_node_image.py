"""When the node image and its seed are made, found, made again and removed; the engine is in memory."""

from types import SimpleNamespace

import docker
import pytest
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from provisioning.bundles import build
from provisioning.bundles import node_image as module
from provisioning.bundles.node_image import ensure_node_image, find_node_image
from slipway.kernel.errors import SlipwayError


class Engine:
    """As much of an engine as is asked of it. `dies_at` is the step at which its caller is killed."""

    def __init__(self):
        self.tags = {}
        self.volume_labels = {}
        self.used = set()
        self.imports = 0
        self.dies_at = ""
        self.said = None
        self.api = SimpleNamespace(import_image_from_stream=self._import)
        self.images = SimpleNamespace(get=self._image, list=self._list_images, remove=self._remove_image)
        self.volumes = SimpleNamespace(create=self._create_volume, get=self._volume, list=self._list_volumes)
        self.containers = SimpleNamespace(get=self._no_container, run=self._run)

    def close(self):
        pass

    def _step(self, name):
        if self.dies_at == name:
            raise KeyboardInterrupt(name)

    def _import(self, pieces, repository, tag, changes):
        size = sum(len(piece) for piece in pieces)
        assert size % 512 == 0
        self.imports += 1
        self.tags[f"{repository}:{tag}"] = (self.imports, changes[-1].removeprefix("LABEL "))
        self._step("import")

    def _image(self, tag):
        if tag not in self.tags:
            raise ImageNotFound(tag)
        number, label = self.tags[tag]

        def add(repository, name):
            self.tags[f"{repository}:{name}"] = (number, label)
            self._step("tag")

        return SimpleNamespace(tag=add, tags=[tag], attrs={"Created": f"{number:04}"})

    def _list_images(self, repository, filters):
        return [self._image(t) for t, (_, label) in self.tags.items() if label == filters["label"]]

    def _remove_image(self, tag):
        if tag in self.used:
            raise APIError("in use", SimpleNamespace(status_code=409))
        del self.tags[tag]

    def _create_volume(self, name, labels):
        self.volume_labels[name] = "=".join(*labels.items())
        self._step("volume")

    def _volume(self, name):
        if name not in self.volume_labels:
            raise NotFound(name)
        return SimpleNamespace(name=name, remove=lambda: self.volume_labels.pop(name))

    def _list_volumes(self, filters):
        return [self._volume(n) for n, label in self.volume_labels.items() if label == filters["label"]]

    def _no_container(self, name):
        raise NotFound(name)

    def _run(self, image, **options):
        assert image in self.tags
        self._step("fill")
        code, said = self.said
        return SimpleNamespace(wait=lambda: {"StatusCode": code}, logs=said.encode, remove=lambda **_: None)


@pytest.fixture
def cache(tools):
    build("1.37.2", tools.cache, "gomod")
    return tools.cache


@pytest.fixture
def engine(cache, monkeypatch):
    made = Engine()
    made.said = (0, "\n".join(build("1.37.2", cache).images))
    monkeypatch.setattr(docker, "from_env", lambda **_: made)
    return made


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

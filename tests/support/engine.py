"""A Docker engine in memory."""

from types import SimpleNamespace

from docker.errors import APIError, ImageNotFound, NotFound


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

    def _import(self, pieces, repository, tag, changes=()):
        size = sum(len(piece) for piece in pieces)
        assert size % 512 == 0
        self.imports += 1
        self.tags[f"{repository}:{tag}"] = (self.imports, (changes or [""])[-1].removeprefix("LABEL "))
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
        if not self.tags.pop(tag, None):
            raise ImageNotFound(tag)

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
        self._step("write" if image.startswith("slipway-disk") else "fill")
        code, said = self.said
        return SimpleNamespace(wait=lambda: {"StatusCode": code}, logs=said.encode, remove=lambda **_: None)

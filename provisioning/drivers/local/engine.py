"""The Docker engine: one connection per process and socket, and small helper containers."""

import os
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import docker
from docker.errors import APIError, NotFound
from docker.utils import kwargs_from_env

from slipway.kernel import redact

_CONNECTIONS = 64  # kept open: one for each thread that could call at once
_LAST_LINES = 200
_SECONDS = 60  # of the slowest call, a container create on a busy disk


class Engine:
    """The engine's low-level API: the high-level objects of the SDK inspect each container of a list."""

    def __init__(self, socket: str) -> None:
        self.socket = socket
        self._lock = threading.Lock()
        self._api: docker.APIClient | None = None
        self._info: dict[str, Any] = {}

    @property
    def api(self) -> docker.APIClient:
        """The connection. Opened at first use, because opening asks the engine for its version."""
        with self._lock:
            if self._api is None:
                where = {"base_url": self.socket} if self.socket else kwargs_from_env()
                self._api = docker.APIClient(
                    version="auto", timeout=_SECONDS, max_pool_size=_CONNECTIONS, **where
                )
            return self._api

    def info(self) -> Mapping[str, Any]:
        """What `docker info` says. Asked once: it is slow, and only another engine says otherwise."""
        if not self._info:
            self._info = self.api.info()
        return self._info

    @property
    def data_root(self) -> str:
        """Where the engine keeps everything, for an error to name: as far as known without asking it."""
        return str(self._info.get("DockerRootDir", "the Docker engine"))

    def containers(self, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """All containers that match, stopped ones included, in one call."""
        return list(self.api.containers(all=True, filters=dict(filters)))

    def volumes(self, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """All volumes that match, in one call."""
        return list(self.api.volumes(filters=dict(filters))["Volumes"] or [])

    def networks(self, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """All networks that match, in one call."""
        return list(self.api.networks(filters=dict(filters)))

    def find_container(self, name: str) -> dict[str, Any] | None:
        """The container of that name or id."""
        try:
            return dict(self.api.inspect_container(name))
        except NotFound:
            return None

    def find_volume(self, name: str) -> dict[str, Any] | None:
        """The volume of that name."""
        try:
            return dict(self.api.inspect_volume(name))
        except NotFound:
            return None

    def last_output(self, name: str) -> str:
        """The end of what a container printed and, as long as it runs, of its journal; empty when it is gone."""
        try:
            printed = self.api.logs(name, tail=_LAST_LINES).decode(errors="replace")
        except NotFound:
            return ""
        return redact.text(printed + self._journal(name))

    def _journal(self, name: str) -> str:
        """systemd prints nothing where there is no terminal."""
        try:
            reading = self.api.exec_create(name, ["journalctl", "--no-pager", f"--lines={_LAST_LINES}"])
            return str(self.api.exec_start(reading["Id"]).decode(errors="replace"))
        except APIError:  # it does not run
            return ""

    def run_helper(
        self,
        image: str,
        script: str,
        *,
        labels: Mapping[str, str],
        binds: list[str],
        privileged: bool = False,
    ) -> None:
        """Run a shell script in a short-lived container; APIError with its output if it fails."""
        host = self.api.create_host_config(network_mode="none", binds=binds, privileged=privileged)
        id_ = self.api.create_container(
            image, ["-ec", script], entrypoint="sh", labels=dict(labels), host_config=host
        )["Id"]
        try:
            self.api.start(id_)
            if self.api.wait(id_)["StatusCode"]:
                output = self.api.logs(id_).decode(errors="replace").strip()
                raise APIError("helper container failed", explanation=output)
        finally:
            self.api.remove_container(id_, force=True, v=True)


def engine_at(socket: str) -> Engine:
    """The engine behind this socket, shared by the process's drivers: connecting costs 5 ms, info 20 ms."""
    return _engine(socket, os.getpid())  # a forked worker must not share its parent's connection


@lru_cache(maxsize=16)
def _engine(socket: str, _process: int) -> Engine:
    return Engine(socket)

"""The connection to the Docker engine, in which node images are put together."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker
from docker.errors import DockerException, NotFound

from slipway.kernel.errors import Actor, SlipwayError

TIMEOUT = 600  # seconds: an import answers only when it is done


@contextmanager
def connected() -> Iterator[docker.DockerClient]:
    """A connection to the Docker engine; what it refuses becomes an error with the way out."""
    try:
        engine = docker.from_env(timeout=TIMEOUT)
    except DockerException as error:
        raise _unavailable(error) from error
    try:
        yield engine
    except DockerException as error:
        raise _unavailable(error) from error
    finally:
        engine.close()


def remove_container(engine: docker.DockerClient, name: str) -> None:
    """Remove the container if it is there, running or not."""
    try:
        engine.containers.get(name).remove(force=True, v=True)
    except NotFound:
        return


def _unavailable(error: DockerException) -> SlipwayError:
    return SlipwayError(
        "EngineUnavailable",
        "the Docker engine did not make the node image; look at `docker info`, or run scripts/setup-host.sh",
        actor=Actor.OPERATOR,
        foreign=str(error),
    )

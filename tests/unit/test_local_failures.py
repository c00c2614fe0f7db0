"""What the engine, its socket and the disk say, in the words of the driver contract."""

import errno

import pytest
import requests
from docker.errors import APIError, DockerException

from provisioning.drivers.contract import NetworkRequest
from provisioning.drivers.errors import Conflict, DriverError, Misconfigured, Unavailable
from provisioning.drivers.local.failures import translate
from provisioning.drivers.registry import open_driver


def engine_says(status: int, text: str) -> APIError:
    response = requests.Response()
    response.status_code = status
    return APIError("request failed", response=response, explanation=text)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (engine_says(500, "write /var/x: no space left on device"), Misconfigured, "disk of /data is full"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/pools/a"),
            Misconfigured,
            "disk of /pools/a is full",
        ),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "/pools/a"), Misconfigured, "docker system df"),
        (engine_says(403, "Pool overlaps with other one on this address space"), Conflict, "subnet"),
        (engine_says(500, "Bind for 0.0.0.0:80 failed: port is already allocated"), Conflict, "port"),
        (engine_says(500, "Address already in use"), Conflict, "address"),
        (engine_says(404, "No such image: slipway-node:1.0.0"), Misconfigured, "image"),
        (engine_says(500, "something broke"), Unavailable, "engine failed"),
        (engine_says(409, "removal already in progress"), Unavailable, "engine failed"),
        (engine_says(400, "invalid option"), Misconfigured, "refused"),
        (requests.ConnectionError("Connection refused"), Unavailable, "does not answer"),
        (requests.ReadTimeout("timed out"), Unavailable, "does not answer"),
        (DockerException("FileNotFoundError(2, 'No such file')"), Unavailable, "is it running"),
        (DockerException("PermissionError(13, 'Permission denied')"), Misconfigured, "group docker"),
        (PermissionError(errno.EACCES, "Permission denied", "/pools"), Misconfigured, "no permission"),
    ],
)
def test_every_foreign_error_has_its_word(error: Exception, kind: type[DriverError], said: str) -> None:
    translated = translate(error, "make machine m", "/data")

    assert type(translated) is kind
    assert translated.message.startswith("cannot make machine m: ")
    assert said in translated.message
    assert translated.foreign


def test_a_taken_subnet_blames_the_cidr() -> None:
    assert (
        translate(engine_says(403, "Pool overlaps with other one"), "make network n", "/").field
        == "spec.cidr"
    )


def test_no_secret_of_the_engines_words_is_passed_on() -> None:
    translated = translate(engine_says(500, "env SSH password=hunter22 failed"), "make machine m", "/")

    assert "hunter22" not in str(translated)


def test_an_engine_that_is_down_is_unavailable() -> None:
    driver = open_driver("local", {"socket": "unix:///nonexistent/docker.sock"}, {})

    for call in (
        driver.check,
        lambda: driver.sweep({}),
        lambda: driver.ensure_network(NetworkRequest("n", {})),
    ):
        with pytest.raises(Unavailable, match="does not answer"):
            call()

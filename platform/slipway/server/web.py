"""The web process: uvicorn with TLS."""

import asyncio
import os
import socket
import ssl
from pathlib import Path

import uvicorn

from slipway.server.certificates import ensure_certificates
from slipway.server.files import CERTIFICATE, KEY
from slipway.server.prepare import server_names
from slipway.server.up import SOCKET_VARIABLE
from slipway.settings.environment import ENVIRONMENT

RENEWAL_CHECK = 24 * 3600.0


class Server(uvicorn.Server):
    """Uvicorn that takes a renewed certificate into use without a restart."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve, and to look after the certificate."""
        await super().startup(sockets)
        self._renewal = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        while isinstance(self.config.ssl, ssl.SSLContext):
            await asyncio.sleep(RENEWAL_CHECK)
            await asyncio.to_thread(ensure_certificates, ENVIRONMENT.home, server_names(ENVIRONMENT))
            self.config.ssl.load_cert_chain(*_files())  # another web process may have renewed it


def serve() -> int:
    """Answer requests until SIGTERM."""
    ensure_certificates(ENVIRONMENT.home, server_names(ENVIRONMENT))
    certificate, key = _files()
    config = uvicorn.Config(
        "slipway.asgi:application",
        host=ENVIRONMENT.host,
        port=ENVIRONMENT.port,
        ssl_certfile=certificate,
        ssl_keyfile=str(key),
        access_log=False,
        ws="none",
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=3,  # watches never end by themselves; their clients come back
    )
    config.load()
    if isinstance(config.ssl, ssl.SSLContext):
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    Server(config).run(sockets=_given_sockets())
    return 0


def _files() -> tuple[Path, Path]:
    return ENVIRONMENT.home / CERTIFICATE, ENVIRONMENT.home / KEY


def _given_sockets() -> list[socket.socket] | None:
    descriptor = os.environ.get(SOCKET_VARIABLE)
    return [socket.socket(fileno=int(descriptor))] if descriptor else None

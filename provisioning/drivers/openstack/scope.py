"""One project of the cloud, as Slipway's user sees it: connections, and what need not be asked again."""

import re
import tempfile
import threading
from functools import cached_property
from typing import Any

from provisioning.drivers.openstack.memory import Memory
from provisioning.drivers.openstack.settings import OpenStackSettings
from slipway.kernel.names import short_hash

_SECONDS = 60.0  # of the slowest call
_ID = re.compile(r"^[0-9a-f]{32}$")


class Scope:
    """A project's services. Opened at first use: that asks Keystone for a token and every service for its version."""

    def __init__(
        self,
        settings: OpenStackSettings,
        project: dict[str, str],
        authority: str,
        home: "Scope | None" = None,
    ) -> None:
        self.settings = settings
        self.home = home or self  # where the images are that Slipway uploaded
        self._project = project
        self._authority = authority
        self._lock = threading.Lock()
        self.memory = Memory()

    @cached_property
    def connection(self) -> Any:
        """The SDK's connection (imported where it is used: see sdk)."""
        from keystoneauth1.session import Session
        from openstack.connection import Connection

        session = Session(self._auth(), verify=self._authority or True, timeout=_SECONDS, app_name="slipway")
        return Connection(session=session, region_name=self.settings.region or None)

    @property
    def network(self) -> Any:
        return self._open().network

    @property
    def compute(self) -> Any:
        return self._open().compute

    @property
    def images(self) -> Any:
        return self._open().image

    @property
    def volumes(self) -> Any:
        return self._open().block_storage

    @property
    def balancers(self) -> Any:
        return self._open().load_balancer

    @property
    def identity(self) -> Any:
        return self._open().identity

    @property
    def project_id(self) -> str:
        return self.memory.recall("project", lambda: str(self._access().project_id), seconds=float("inf"))

    @property
    def user_id(self) -> str:
        return str(self._access().user_id)

    @property
    def domain_id(self) -> str:
        """The domain that the project lies in."""
        return str(self._access().project_domain_id)

    @property
    def roles(self) -> dict[str, str]:
        """What Slipway's user may be in the project: ids by names."""
        access = self._access()
        return dict(zip(access.role_names, access.role_ids, strict=True))

    @property
    def region(self) -> str:
        """The region that is set, else the one that the catalogue names first."""
        return self.settings.region or self.memory.recall("region", self._first_region)

    def offers(self, service: str) -> bool:
        """Whether the catalogue has that service."""
        return self.memory.recall(service, lambda: self._open().endpoint_for(service) is not None)

    def _open(self) -> Any:
        with self._lock:  # two at once would ask for two tokens
            return self.connection

    def _first_region(self) -> str:
        catalog = self._access().service_catalog.get_endpoints(service_type="compute")
        return next((str(one["region"]) for found in catalog.values() for one in found), "")

    def _access(self) -> Any:
        """What the token says of its bearer."""
        session = self._open().session
        return session.auth.get_access(session)

    def _auth(self) -> Any:
        from keystoneauth1.identity import v3

        settings = self.settings
        if settings.application_credential_id and settings.application_credential_secret:
            return v3.ApplicationCredential(
                settings.auth_url,
                application_credential_id=settings.application_credential_id,
                application_credential_secret=settings.application_credential_secret.get_secret_value(),
            )
        password = settings.password.get_secret_value() if settings.password else ""
        user: dict[str, Any] = {"username": settings.username, "user_domain_name": settings.user_domain}
        return v3.Password(settings.auth_url, password=password, **user, **dict[str, Any](self._project))


class Scopes:
    """The scopes of one configured cloud, by project. Kept for the life of the process: tokens last for hours."""

    def __init__(self, settings: OpenStackSettings) -> None:
        self.settings = settings
        self.entered: set[str] = set()  # tenants' projects in which Slipway's user has its roles
        self._by_project: dict[tuple[tuple[str, str], ...], Scope] = {}
        self._authority = self._authority_file()

    @property
    def home(self) -> Scope:
        """Where all tenants are, or where tenants' projects are made."""
        name = self.settings.project or self.settings.home_project
        if _ID.match(name):
            return self._of({"project_id": name})
        return self._of({"project_name": name, "project_domain_name": self.settings.project_domain})

    def of(self, project_id: str) -> Scope:
        """The scope of another project."""
        return self._of({"project_id": project_id}, self.home)

    def _of(self, project: dict[str, str], home: Scope | None = None) -> Scope:
        key = tuple(sorted(project.items()))
        return self._by_project.setdefault(key, Scope(self.settings, project, self._authority, home))

    def _authority_file(self) -> str:
        """requests wants a file. It lives as long as the process, and holds nothing secret."""
        if not self.settings.ca_certificate:
            return ""
        self._file = tempfile.NamedTemporaryFile("w", prefix="slipway-ca-", suffix=".pem")  # noqa: SIM115
        self._file.write(self.settings.ca_certificate)
        self._file.flush()
        return self._file.name


_clouds: dict[str, Scopes] = {}
_opening = threading.Lock()


def scopes(settings: OpenStackSettings) -> Scopes:
    """The cloud with these settings; drivers are opened for each pass, connections are not."""
    key = short_hash(settings.model_dump_json(), *settings.secrets, length=64)
    with _opening:
        if key not in _clouds:
            _clouds[key] = Scopes(settings)
        return _clouds[key]

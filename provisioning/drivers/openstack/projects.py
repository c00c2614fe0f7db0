"""Whose project an object is in: one that all tenants share, or one for each tenant, made when it is needed."""

from functools import partial
from typing import Any, Final

from provisioning.drivers.contract import OutsideKind, OutsideObject, Tags
from provisioning.drivers.errors import Conflict, Unavailable
from provisioning.drivers.openstack import marks
from provisioning.drivers.openstack.locks import alone
from provisioning.drivers.openstack.scope import Scope, Scopes
from slipway.kernel import names

_TENANT: Final = "slipway/tenant"
_INSTALLATION: Final = "slipway/installation"
ROLES: Final = ("member", "load-balancer_member")  # the second where Octavia asks for one of its own


class Projects:
    """The scopes that requests belong to."""

    def __init__(self, cloud: Scopes) -> None:
        self.cloud = cloud

    def ensure(self, tags: Tags) -> Scope:
        """The scope for something that is to be made; the tenant's project is made with it."""
        if not self.cloud.settings.project_per_tenant:
            return self.cloud.home
        name = project_name(tags)
        if name not in self.cloud.entered:
            with alone("project", name):
                self._enter(self._find(name) or self._create(tags, name))
            self.cloud.entered.add(name)
        if found := self._find(name):
            return self.cloud.of(found)
        self.cloud.entered.discard(name)
        raise Unavailable(f"project {name} is gone; it is made again")

    def holding(self, tags: Tags) -> list[Scope]:
        """Where something with these tags can be: the tenant's project, or without a tenant every one of ours."""
        if not self.cloud.settings.project_per_tenant:
            return [self.cloud.home]
        if tags.get(_TENANT) and tags.get(_INSTALLATION):
            found = self._find(project_name(tags))
            return [self.cloud.of(found)] if found else []
        return [self.cloud.of(project.id) for project, _ in self._ours(tags)]

    def sweep(self, tags: Tags) -> list[OutsideObject]:
        """The projects that were made for these tags."""
        if not self.cloud.settings.project_per_tenant:
            return []
        found = self._ours({})
        return [
            OutsideObject(OutsideKind.PROJECT, project.name, mark.tags)
            for project, mark in found
            if mark.belongs_to(tags)
        ]

    def delete(self, name: str) -> None:
        """The project, when nothing is in it; its default security group, which Neutron would keep for ever."""
        home = self.cloud.home
        for project, mark in self._ours({}):
            if not mark.is_(OutsideKind.PROJECT, name):
                continue
            self._enter(project.id)
            scope = self.cloud.of(project.id)
            _require_empty(scope, name)
            groups = [group.id for group in scope.network.security_groups(project_id=project.id)]
            home.identity.delete_project(project.id)
            self.cloud.entered.discard(name)
            home.memory.forget()
            for group in groups:
                home.network.delete_security_group(group)

    def _find(self, name: str) -> str | None:
        home = self.cloud.home
        return home.memory.recall(f"project {name}", lambda: _id_of(home, name))

    def _create(self, tags: Tags, name: str) -> str:
        from openstack.exceptions import ConflictException

        home = self.cloud.home
        own = {key: tags[key] for key in (_INSTALLATION, _TENANT) if key in tags}
        try:
            made = home.identity.create_project(
                name=name,
                domain_id=home.domain_id,
                description=marks.description(OutsideKind.PROJECT, name, own),
                tags=marks.words(OutsideKind.PROJECT, name, own),
            )
        except ConflictException:  # another process was faster: Keystone makes a name once
            return _id_of(home, name) or ""
        return str(made.id)

    def _enter(self, project: str) -> None:
        """Give Slipway's own user its roles there; once in each process, for a maker can be killed before it."""
        from openstack.exceptions import raise_from_response

        home = self.cloud.home
        for role in ROLES:
            if found := home.memory.recall(f"role {role}", partial(home.identity.find_role, role)):
                # the SDK's own call says nothing when Keystone refuses
                path = f"/projects/{project}/users/{home.user_id}/roles/{found.id}"
                raise_from_response(home.identity.put(path))

    def _ours(self, tags: Tags) -> list[tuple[Any, marks.Mark]]:
        home = self.cloud.home
        wanted = {key: value for key, value in tags.items() if key == _INSTALLATION}
        found = [
            (p, marks.read(p)) for p in home.identity.projects(domain_id=home.domain_id, tags=marks.SPACE)
        ]
        return [(project, mark) for project, mark in found if mark.belongs_to(wanted)]


def project_name(tags: Tags) -> str:
    """The name of a tenant's project: the tenant's for people, a hash for two installations on one cloud."""
    tenant = tags.get(_TENANT, "")
    return names.outside_name(f"slipway-{tenant}", f"{tags.get(_INSTALLATION, '')}/{tenant}")


def _id_of(home: Scope, name: str) -> str | None:
    found = home.identity.projects(domain_id=home.domain_id, name=name)
    return next((str(project.id) for project in found), None)


def _require_empty(scope: Scope, name: str) -> None:
    mine = {"project_id": scope.project_id}
    left = {
        "servers": list(scope.compute.servers(details=False)),
        "networks": list(scope.network.networks(**mine)),
        "floating IPs": list(scope.network.ips(**mine)),
        "ports": list(scope.network.ports(**mine)),
        "volumes": list(scope.volumes.volumes(details=False)) if scope.offers("block-storage") else [],
        "load balancers": list(scope.balancers.load_balancers()) if scope.offers("load-balancer") else [],
    }
    if there := ", ".join(f"{len(found)} {what}" for what, found in left.items() if found):
        raise Conflict(f"project {name} is not empty: {there}")

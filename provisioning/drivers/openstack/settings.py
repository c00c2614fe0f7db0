"""Settings of the openstack driver."""

from enum import StrEnum
from ipaddress import IPv4Network

from pydantic import Field, SecretStr, field_validator, model_validator

from provisioning.drivers.settings import DriverSettings
from provisioning.drivers.subnets import PREFIX

OWN_IMAGE = "slipway-node-{release}"


class EndpointSetting(StrEnum):
    """What stands before a cluster's control planes."""

    AUTO = "auto"
    LOAD_BALANCER = "loadBalancer"
    VIRTUAL_IP = "virtualIP"


class MachineAccess(StrEnum):
    """How Slipway's workers reach machines."""

    FLOATING_IP = "floatingIP"
    DIRECT = "direct"


class ClusterCredentials(StrEnum):
    """Which clusters get an application credential, for load balancers and volumes made from inside."""

    OWN_PROJECT = "ownProject"
    ALWAYS = "always"
    NEVER = "never"


class OpenStackSettings(DriverSettings):
    """One region of a cloud, who Slipway is there, and what of it may be used."""

    auth_url: str = Field(description="Keystone's address, as https://keystone.example.com:5000/v3.")
    region: str = Field(default="", description="Region; needed where the cloud has several.")
    ca_certificate: str = Field(
        default="", description="PEM of the authority that signed the cloud's certificates, if it is its own."
    )
    username: str = Field(default="", description="User; or give an application credential.")
    password: SecretStr | None = Field(default=None, description="The user's password.")
    user_domain: str = Field(default="Default", description="Domain of the user, by name.")
    application_credential_id: str = Field(default="", description="Instead of user and password.")
    application_credential_secret: SecretStr | None = Field(default=None, description="Its secret.")
    project: str = Field(
        default="",
        description="Project that all tenants share, by name or id. Empty: each tenant gets one of its own, "
        "for which the user must be allowed to make projects; an application credential has its project.",
    )
    project_domain: str = Field(default="Default", description="Domain of the projects, by name.")
    home_project: str = Field(
        default="admin",
        description="Project in which the user may make others. Only where tenants get their own.",
    )
    external_network: str = Field(
        default="", description="Network that floating IPs come from, by name or id. Empty: the only one."
    )
    availability_zones: tuple[str, ...] = Field(
        default=(), description="Nova zones that machines are spread over. Empty: Nova chooses."
    )
    flavors: tuple[str, ...] = Field(default=(), description="Flavors that may be used. Empty: all.")
    image: str = Field(
        default=OWN_IMAGE,
        description="Image of machines, by name or id; {release} is the Kubernetes version. "
        "The default is made from the bundle and uploaded.",
    )
    volume_type: str = Field(
        default="", description="Cinder type of pools and root disks that name none. Empty: Cinder's own."
    )
    boot_from_volume: bool = Field(default=False, description="Root disks are Cinder volumes.")
    endpoint: EndpointSetting = Field(
        default=EndpointSetting.AUTO,
        description="auto: Octavia where there is one, else an address that the control planes carry.",
    )
    machine_access: MachineAccess = Field(
        default=MachineAccess.FLOATING_IP,
        description="floatingIP: one for each machine. direct: Slipway's workers reach the inside addresses.",
    )
    cluster_credentials: ClusterCredentials = Field(
        default=ClusterCredentials.OWN_PROJECT,
        description="Which clusters get an application credential for their own cloud controller and volumes. "
        "ownProject: those whose tenant has a project of its own. always: also where tenants share one, each "
        "of which then reaches what is the others'. never: none.",
    )
    credential_days: int = Field(
        default=30, ge=1, description="Days after which a cluster's application credential is replaced."
    )
    address_space: str = Field(
        default="172.30.0.0/15", description="Range that networks without a cidr are taken from, /22 each."
    )

    @field_validator("address_space")
    @classmethod
    def _is_a_network(cls, value: str) -> str:
        if IPv4Network(value).prefixlen > PREFIX:
            raise ValueError(f"must hold at least one /{PREFIX}")
        return value

    @field_validator("auth_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _has_one_credential(self) -> "OpenStackSettings":
        by_password = bool(self.username and self.password)
        by_credential = bool(self.application_credential_id and self.application_credential_secret)
        if by_password == by_credential:
            raise ValueError(
                "give username and password, or applicationCredentialId and applicationCredentialSecret"
            )
        return self

    @property
    def project_per_tenant(self) -> bool:
        """Whether tenants are kept apart by projects of their own."""
        return bool(self.username) and not self.project

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may quote."""
        values = (self.password, self.application_credential_secret)
        return tuple(value.get_secret_value() for value in values if value)

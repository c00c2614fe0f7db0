"""Settings of the fake driver."""

from pydantic import Field

from provisioning.drivers.settings import DriverSettings


class FakeSettings(DriverSettings):
    """Where the fake cloud lives and how much room it has; 0 is no limit."""

    path: str = Field(description="SQLite file of the cloud; on a tmpfs it lives in memory.", min_length=1)
    latency: float = Field(default=0, ge=0, description="Seconds that every call takes.")
    cloud: str = Field(
        default="",
        description="Whose API clusters' credentials open, such as openstack. Empty: they get none.",
    )
    machines: int = Field(default=0, ge=0, description="Most machines there can be.")
    cpu: float = Field(default=0, ge=0, description="Cores that all machines together can have.")
    memory: int = Field(default=0, ge=0, description="Bytes that all machines together can have.")
    addresses: int = Field(default=0, ge=0, description="Most addresses there can be.")
    storage: int = Field(default=0, ge=0, description="Bytes that all storage pools together can have.")

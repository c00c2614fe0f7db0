"""What an add-on is: its options, the role that installs it, and how one knows that it works."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """Base of every add-on's options: an unknown one is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CloudOptions(Options):
    """Of add-ons with the cluster's own credential: nothing that a tenant has to say."""

    configuration: str = Field(
        "", description="Another value with each other content of the Secret cloud-config: pods start anew."
    )


@dataclass(frozen=True, slots=True)
class Addon:
    """One add-on. `role` is the directory under playbooks/roles; a `required` one is in every cluster."""

    name: str
    role: str
    options: type[Options]
    images: tuple[str, ...]  # keys of ClusterTopology.image_versions
    workloads: tuple[str, ...]  # Kind/namespace/name: ready when all of them are rolled out
    ready: str  # what that means to a person
    required: bool = False
    cloud: str = ""  # whose API it uses, with the cluster's own credential; it is nothing for other providers

    def variables(self, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """`options` with every default filled in, as `ClusterTopology.addons` carries them."""
        return self.options.model_validate(options or {}).model_dump()

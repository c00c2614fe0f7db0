"""A cluster's own credential at its provider: what opens the provider's API to the cluster's add-ons, and no more.

Optional: a provider whose clusters need none has `credential_offer` None, and inherits `NoCredentials`.
Obligations: `make_credential` first deletes what has the name, since a secret is shown once only, when it is made;
what it makes may not make further credentials, and outlives the people who asked for the cluster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CredentialOffer:
    """Whether clusters get a credential, and for how long."""

    cloud: str  # whose API it opens; add-ons name it
    lifetime: timedelta  # older ones are replaced
    refusal: str = ""  # why clusters get none here, and the way out


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """A credential of a cluster. The name is used once: a rotation asks for another."""

    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as it was made. `values` hold the secret, and all that a client needs to use it."""

    name: str
    values: Mapping[str, str] = field(repr=False)


class NoCredentials:
    """What a driver has whose provider knows nothing of the kind."""

    @property
    def credential_offer(self) -> CredentialOffer | None:
        return None

    def make_credential(self, request: CredentialRequest) -> Credential:
        raise NotImplementedError(f"{type(self).__name__} offers no credentials")

    def has_credential(self, name: str, tags: Mapping[str, str]) -> bool:  # noqa: ARG002 - as in the contract
        return False

    def delete_credential(self, name: str, tags: Mapping[str, str]) -> None:
        """None was made."""

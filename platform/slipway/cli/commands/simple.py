"""Nouns that have nothing but the shared commands: `network`, `floatingip`, `storagepool`, `release`."""

import click

from slipway.cli import resources
from slipway.cli.factory import create_command, delete_command, noun
from slipway.cli.fields import PROVIDER, Field
from slipway.cli.resources import Resource


def _noun(resource: Resource, name: str, text: str, *fields: Field) -> click.Group:
    group = noun(resource, name, help=text)
    group.add_command(create_command(resource, (PROVIDER, *fields)))
    group.add_command(delete_command(resource))
    return group


network = _noun(
    resources.NETWORK,
    "network",
    "Networks that clusters share. A cluster that names none gets its own.",
    Field("--cidr", "cidr", "Addresses, such as 10.10.0.0/24. [default: the provider chooses]"),
    Field("--dns", "dns", "Name server of the machines; may be repeated.", multiple=True),
)

floatingip = _noun(
    resources.FLOATING_IP,
    "floatingip",
    "Floating IPs. A cluster that names none gets its own.",
    Field("--network", "network", "Name of the Network through which the address is reached."),
)

storagepool = _noun(
    resources.STORAGE_POOL,
    "storagepool",
    "Storage pools: a StorageClass in each cluster that names one.",
    Field("--type", "type", "The provider's name of a storage class, such as a Cinder volume type."),
    Field("--capacity", "capacity", "How much, such as 100Gi. [default: no limit]"),
)

release = noun(resources.RELEASE, "release", help="Releases: the Kubernetes versions on offer.")

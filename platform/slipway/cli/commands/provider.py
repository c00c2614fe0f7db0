"""`slipway provider`: clouds, regions and host pools."""

import click

from slipway.cli import fields
from slipway.cli.app import App
from slipway.cli.commands.provider_sweep import sweep
from slipway.cli.factory import create_command, delete_command, noun
from slipway.cli.fields import Field
from slipway.cli.resources import PROVIDER

ABANDON = "slipway.dev/abandon"


def _abandon(app: App, name: str) -> None:
    app.api.patch(PROVIDER, "", name, {"metadata": {"annotations": {ABANDON: "true"}}})


provider = noun(PROVIDER, "provider", help="Providers: configured clouds, regions and host pools.")
provider.add_command(
    create_command(
        PROVIDER,
        (
            Field("--driver", "driver", "The driver, such as local, openstack or baremetal.", required=True),
            Field("--set", "settings", "A setting of the driver, k=v.", multiple=True, parse=fields.settings),
            Field(
                "--secret",
                "secrets",
                "A secret of the driver, k=@FILE or k=v; never shown again.",
                multiple=True,
                parse=fields.secrets,
            ),
        ),
    )
)
provider.add_command(
    delete_command(
        PROVIDER,
        help="Delete a Provider, when nothing uses it and nothing of Slipway's is left there.",
        flag=click.Option(
            ["--abandon"],
            is_flag=True,
            help="Give up what lies there, for a provider that never answers any more: nothing there is removed.",
        ),
        ask=_abandon,
    )
)
provider.add_command(sweep)

"""`slipway provider`: clouds, regions and host pools."""

from slipway.cli import fields
from slipway.cli.commands.provider_sweep import sweep
from slipway.cli.factory import create_command, delete_command, noun
from slipway.cli.fields import Field
from slipway.cli.resources import PROVIDER

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
provider.add_command(delete_command(PROVIDER))
provider.add_command(sweep)

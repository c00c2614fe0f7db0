"""`slipway machines`: what clusters run on."""

from slipway.cli.factory import delete_command, noun
from slipway.cli.resources import MACHINE

machines = noun(MACHINE, "machines", help="Machines that clusters run on. Slipway makes and replaces them.")
machines.add_command(
    delete_command(
        MACHINE,
        help="Replace a machine: it is drained and removed, and a new one takes its place.",
        verb="is being replaced",
    )
)

"""`slipway bundle`: hands over to the bundle builder, which needs the server's machine and its network."""

import subprocess
import sys

import click

_PASS_ON = {"ignore_unknown_options": True, "help_option_names": []}


@click.group(no_args_is_help=True)
def bundle() -> None:
    """Bundles: the binaries and images of a Kubernetes release, kept on this machine."""


def _add(verb: str, text: str) -> None:
    @bundle.command(verb, help=text, context_settings=_PASS_ON)
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @click.pass_context
    def run(ctx: click.Context, arguments: tuple[str, ...]) -> None:
        """The same environment's builder; its exit code is ours."""
        command = [sys.executable, "-m", "provisioning.bundles", verb, *arguments]
        ctx.exit(subprocess.run(command, check=False).returncode)


_add("build", "Build the bundle of a release; `--help` shows its options.")
_add("list", "List the bundles of this machine.")
_add("image", "Make the node image of a bundle now; else the first cluster does.")
_add("verify", "Check every file of a bundle against its checksum.")

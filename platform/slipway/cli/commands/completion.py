"""`slipway completion`."""

import click
from click.shell_completion import get_completion_class


@click.command(no_args_is_help=True)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes `slipway` in a shell.

    \b
    bash:  source <(slipway completion bash)
    zsh:   source <(slipway completion zsh)
    fish:  slipway completion fish | source
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    script = kind(ctx.find_root().command, {}, "slipway", "_SLIPWAY_COMPLETE")
    click.echo(script.source())

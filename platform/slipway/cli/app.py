"""What every command is given: where the server is, which tenant is meant, how to print, and time."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slipway.cli.access import Access, find_access, home
from slipway.cli.errors import CliError, Exit

if TYPE_CHECKING:  # requests costs 150 ms: only commands that talk to the server pay for it
    from slipway.cli.client import Api


@dataclass
class App:
    """One call of the command. Options fill it; commands read it; tests give it another clock."""

    kubeconfig: str = ""
    context: str = ""
    tenant_option: str = ""
    output: str = "table"
    poll_seconds: float = 1.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    server_command: tuple[str, ...] = field(default=(sys.executable, "-m", "slipway.server", "up"))

    @property
    def home(self) -> Path:
        """Where the server of this machine keeps its state."""
        return home(os.environ)

    @cached_property
    def access(self) -> Access:
        """Server, CA and token, from the first kubeconfig there is."""
        return find_access(os.environ, kubeconfig=self.kubeconfig, context=self.context)

    @cached_property
    def api(self) -> "Api":
        """The client, connected with the first request."""
        from slipway.cli.client import Api

        return Api(self.access)

    @property
    def tenant(self) -> str:
        """The tenant meant: the option, then SLIPWAY_TENANT, then the context's."""
        named = self.tenant_option or os.environ.get("SLIPWAY_TENANT") or self.access.namespace
        if not named:
            message = "say which tenant: -n TENANT, SLIPWAY_TENANT, or `slipway login --tenant TENANT`"
            raise CliError(message, code=Exit.USAGE)
        return named

    @property
    def structured(self) -> bool:
        """Whether stdout belongs to a program, so that remarks for people go elsewhere."""
        return self.output not in ("table", "wide")

    def say(self, text: str) -> None:
        """A result for people on stdout; on stderr when stdout is JSON, YAML or names."""
        click.echo(text, err=self.structured)

    def remark(self, text: str) -> None:
        """What is no result: progress and hints."""
        click.echo(text, err=True)


pass_app = click.make_pass_decorator(App, ensure=True)

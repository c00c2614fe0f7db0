"""Shows a cluster on its way: a live view on a terminal, only the changes in a log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from slipway.cli.app import App
from slipway.cli.snapshot import Snapshot, facts, machine_text, phase_text, run_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

_RUNS_SHOWN = 4


class View(Protocol):
    """Something that shows snapshots as they come."""

    def show(self, elapsed: float, snapshot: Snapshot) -> None:
        """Show this one."""


@contextmanager
def view(app: App) -> Iterator[View]:
    """The view that fits where stderr goes. Results on stdout stay clean."""
    if not sys.stderr.isatty():
        yield LogView(app)
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), auto_refresh=False, transient=False) as live:
        yield LiveView(live)


class LogView:
    """One line per fact that changed, with the elapsed time."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seen: dict[str, str] = {}

    def show(self, elapsed: float, snapshot: Snapshot) -> None:
        """Print what is new."""
        now = facts(snapshot)
        for key, text in now.items():
            if self._seen.get(key) != text:
                self._app.remark(f"{elapsed:5.0f}s  {key}: {text}")
        for key in [key for key in self._seen if key.startswith("machine ") and key not in now]:
            self._app.remark(f"{elapsed:5.0f}s  {key}: gone")
        self._seen = now


class LiveView:
    """Phases, machines and the latest runs, redrawn in place."""

    def __init__(self, live: "Live") -> None:
        self._live = live

    def show(self, elapsed: float, snapshot: Snapshot) -> None:
        """Redraw."""
        self._live.update(_panel(elapsed, snapshot), refresh=True)


def _panel(elapsed: float, snapshot: Snapshot) -> "RenderableType":
    from rich.console import Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for phase in snapshot.status.get("phases") or []:
        mark = "[green]✓[/]" if phase.get("finishedAt") else "[yellow]…[/]"
        grid.add_row(mark, Text(phase["name"]), Text(phase_text(phase)))
    if snapshot.machines:
        grid.add_row("", "", "")
    for machine in snapshot.machines:
        text = machine_text(machine)
        mark = "[green]●[/]" if text.endswith("node ready") else "[yellow]●[/]"
        grid.add_row(mark, Text(machine["metadata"]["name"]), Text(text))
    for run in snapshot.runs[-_RUNS_SHOWN:]:
        grid.add_row("[blue]▸[/]", Text(run["metadata"]["name"]), Text(run_text(run)))
    reason = [Text(snapshot.reason)] if snapshot.reason else []  # first: a long list may be cut at the bottom
    title = f"{snapshot.cluster['metadata']['name']} · {snapshot.headline} · {elapsed:.0f} s"
    return Panel(Group(*reason, grid), title=Text(title), title_align="left")

"""The openstack driver with Kubernetes simulated above it: a whole Slipway on a real cloud whose servers need not run.

Found by its entry point when this directory is in PYTHONPATH. What is inside the servers is simulated by the fake
cloud's file, which therefore has to know each server that Nova has.
"""

import json
import sqlite3
from typing import ClassVar

from pydantic import BaseModel, Field

from provisioning.drivers.contract import (
    NO_TAGS,
    MachineRequest,
    MachineState,
    MachineView,
    OutsideKind,
    Tags,
)
from provisioning.drivers.fake.cloud import FakeCloud
from provisioning.drivers.openstack.driver import OpenStackDriver
from provisioning.drivers.openstack.settings import OpenStackSettings

_INSERT = "INSERT OR REPLACE INTO objects (kind, name, id, tags, data) VALUES (?, ?, ?, ?, ?)"
_FORGET = (
    """DELETE FROM objects WHERE json_extract(tags, '$."slipway/cluster"') = ?"""  # only machines are noted
)


class SimulatedSettings(OpenStackSettings):
    """Those of the openstack driver, and the file."""

    path: str = Field(description="SQLite file of what is simulated inside the servers.")


class SimulatedOpenStack(OpenStackDriver):
    """Every call goes to the cloud; what it says of servers is noted for the simulation."""

    name: ClassVar[str] = "openstack-simulated"
    settings_model: ClassVar[type[BaseModel]] = SimulatedSettings
    simulated: ClassVar[bool] = True

    def __init__(self, settings: SimulatedSettings) -> None:
        super().__init__(settings)
        self.cloud = FakeCloud(settings.path)

    def ensure_machine(self, request: MachineRequest) -> MachineView:
        view = super().ensure_machine(request)
        with self.cloud.transaction() as db:
            _note(db, view)
        return view

    def list_machines(self, tags: Tags, *, max_age: float = 0) -> list[MachineView]:
        found = super().list_machines(tags, max_age=max_age)
        with self.cloud.transaction() as db:
            db.execute(_FORGET, (tags["slipway/cluster"],))
            for view in found:
                _note(db, view)
        return found

    def delete_machine(self, name: str, tags: Tags = NO_TAGS) -> None:
        super().delete_machine(name, tags)
        self.cloud.remove(OutsideKind.MACHINE, name)


def _note(db: sqlite3.Connection, view: MachineView) -> None:
    """One that starts is noted as running: a real run waits until it answers, which nobody plays here."""
    state = MachineState.RUNNING if view.state is MachineState.STARTING else view.state
    tags, data = dict(view.tags), {"state": state.value, "address": view.inside or view.address}
    row = (OutsideKind.MACHINE.value, view.name, view.id, json.dumps(tags), json.dumps(data))
    db.execute(_INSERT, row)

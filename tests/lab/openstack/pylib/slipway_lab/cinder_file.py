"""Cinder backend on a plain directory: a volume is a sparse file, attached as a loop device.

Cinder ships none that would do here: LVM needs device-mapper, NFS needs NFS.
"""

import os
import subprocess
from pathlib import Path

from cinder import interface
from cinder.image import image_utils
from cinder.volume import driver
from oslo_config import cfg

OPTIONS = [cfg.StrOpt("lab_dir")]


def _run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@interface.volumedriver
class FileDriver(driver.VolumeDriver):
    VERSION = "1.0"
    CI_WIKI_NAME = "none"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(OPTIONS)
        self.directory = Path(self.configuration.lab_dir)

    def do_setup(self, context):
        self.directory.mkdir(parents=True, exist_ok=True)

    def check_for_setup_error(self):
        """Nothing can be wrong with a directory that was just made."""

    def create_volume(self, volume):
        with self._path(volume["name"]).open("xb") as file:
            file.truncate(volume["size"] << 30)

    def delete_volume(self, volume):
        self._path(volume["name"]).unlink(missing_ok=True)

    def create_snapshot(self, snapshot):
        self._copy(snapshot["volume_name"], snapshot["name"])

    def delete_snapshot(self, snapshot):
        self.delete_volume(snapshot)

    def create_volume_from_snapshot(self, volume, snapshot):
        self._copy(snapshot["name"], volume["name"])
        self.extend_volume(volume, volume["size"])

    def create_cloned_volume(self, volume, src_vref):
        self.create_volume_from_snapshot(volume, src_vref)

    def extend_volume(self, volume, new_size):
        os.truncate(self._path(volume["name"]), new_size << 30)

    def copy_image_to_volume(self, context, volume, image_service, image_id, **_):
        path = str(self._path(volume["name"]))
        image_utils.fetch_to_raw(context, image_service, image_id, path, "1M", size=volume["size"])
        self.extend_volume(volume, volume["size"])

    def ensure_export(self, context, volume):
        """There is nothing to export: attaching makes the loop device."""

    def create_export(self, context, volume, connector):
        """As above."""

    def remove_export(self, context, volume):
        """As above."""

    def initialize_connection(self, volume, connector):
        path = self._path(volume["name"])
        device = self._loop(path) or _run("losetup", "-f", "--show", path).strip()
        return {"driver_volume_type": "local", "data": {"device_path": device}}

    def terminate_connection(self, volume, connector, **kwargs):
        if device := self._loop(self._path(volume["name"])):
            _run("losetup", "-d", device)

    def _path(self, name):
        return self.directory / name

    def _copy(self, source, target):
        _run("cp", "--sparse=always", self._path(source), self._path(target))

    def _loop(self, path):
        return next(iter(_run("losetup", "-j", path, "-n", "-O", "NAME").split()), None)

    def _update_volume_stats(self):
        disk = os.statvfs(self.directory)
        self._stats = {
            "volume_backend_name": self.configuration.safe_get("volume_backend_name") or "file",
            "vendor_name": "slipway",
            "driver_version": self.VERSION,
            "storage_protocol": "local",
            "total_capacity_gb": disk.f_blocks * disk.f_frsize >> 30,
            "free_capacity_gb": disk.f_bavail * disk.f_frsize >> 30,
            "thin_provisioning_support": True,
            "max_over_subscription_ratio": 20.0,
            "provisioned_capacity_gb": 0,
            "reserved_percentage": 0,
            "QoS_support": False,
        }

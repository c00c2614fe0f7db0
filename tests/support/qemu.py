"""A computer as a cloud's KVM shows it, emulated: BIOS, a virtio disk and NIC, a config drive and a serial console."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from support.ssh import run

MAC = "52:54:00:51:1b:0a"
DISK = "config-2"  # the label by which a config drive is known
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "qemu-img": "qemu-utils", "genisoimage": "genisoimage"}


class Computer:
    """One that starts from a copy of an image on a disk of `disk` bytes. Its SSH is at `port` of 127.0.0.1."""

    def __init__(self, folder: Path, image: Path, disk: int, user_data: str, hostname: str) -> None:
        missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
        assert not missing, f"missing: apt-get install {' '.join(missing)}, or use `make e2e-disk`"
        self.console_file = folder / "console.log"
        self.port = _free_port()
        self._monitor = folder / "monitor"
        root = folder / "root.qcow2"
        run("qemu-img", "create", "-q", "-b", str(image), "-F", "qcow2", "-f", "qcow2", str(root), str(disk))
        drive = _config_drive(folder, user_data, hostname)
        self.process = subprocess.Popen(_command(root, drive, self.port, self.console_file, self._monitor))

    @property
    def console(self) -> str:
        """What the serial console has shown: a cloud's console log."""
        return self.console_file.read_text(errors="replace") if self.console_file.exists() else ""

    def wait_for(self, words: str, seconds: float) -> None:
        """Until the console shows them."""
        deadline = time.monotonic() + seconds
        while words not in self.console:
            assert self.process.poll() is None, f"qemu ended; the console said: {self.console[-3000:]}"
            assert time.monotonic() < deadline, f"no {words!r}; the console said: {self.console[-3000:]}"
            time.sleep(1)

    def stop(self, seconds: float) -> None:
        """As a cloud stops a server: it presses the power button (ACPI), and the system ends by itself."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self._monitor))
            monitor.sendall(b"system_powerdown\n")
            try:
                assert self.process.wait(seconds) == 0
            except subprocess.TimeoutExpired:
                raise AssertionError(f"it did not end; the console said: {self.console[-3000:]}") from None

    def remove(self) -> None:
        """End it, however far it is."""
        self.process.kill()
        self.process.wait()


def _command(root: Path, drive: Path, port: int, console: Path, monitor: Path) -> list[str]:
    """As Nova's libvirt driver asks for it, less KVM."""
    return [
        *("qemu-system-x86_64", "-machine", "pc", "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "3072"),
        *("-smbios", "type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova"),
        *("-drive", f"file={root},if=virtio,cache=unsafe", "-drive", f"file={drive},if=ide,media=cdrom"),
        *("-nic", f"user,model=virtio-net-pci,mac={MAC},hostfwd=tcp:127.0.0.1:{port}-:22"),
        *("-serial", f"file:{console}", "-monitor", f"unix:{monitor},server,nowait", "-display", "none"),
    ]


def _config_drive(folder: Path, user_data: str, hostname: str) -> Path:
    """The disk that Nova makes for a server, with its own files."""
    latest = folder / "drive/openstack/latest"
    latest.mkdir(parents=True)
    network: dict[str, Any] = {
        "links": [{"id": "tap0", "type": "ovs", "ethernet_mac_address": MAC, "mtu": 1450}],
        "networks": [{"id": "network0", "type": "ipv4_dhcp", "link": "tap0", "network_id": "n"}],
        "services": [],
    }
    meta = {"uuid": "5b3cf1f2-8f6c-4f7e-9f6d-4f5be6a4c0de", "name": hostname, "hostname": hostname}
    (latest / "meta_data.json").write_text(json.dumps(meta))
    (latest / "network_data.json").write_text(json.dumps(network))
    (latest / "user_data").write_text(user_data)
    drive = folder / "drive.iso"
    run("genisoimage", "-quiet", "-J", "-r", "-V", DISK, "-o", str(drive), str(folder / "drive"))
    return drive


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

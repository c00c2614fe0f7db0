"""Nova's libvirt driver for LXC, with servers that can be Kubernetes nodes: compute_driver = slipway_lxc.LxcDriver.

Two things are added to Nova's own code:
* the domain gets CAP_MKNOD, and guest/init in front of the image's init (see there);
* volumes: Nova does not attach them to LXC ("mountpoint" is None), so a device node is made in the server instead.
  That works with Cinder backends whose connection is a block device of this machine (slipway_lab.cinder_file).
"""

import os
import stat
import subprocess
import time
from pathlib import Path

from lxml import etree
from nova.virt import driver as virt_driver
from nova.virt.libvirt import driver

GUEST = Path(os.environ["LAB"]) / "guest"
# removes the cgroups that guest/init made
CLEAN = r"""for o in none,name=systemd pids 2; do
  m=$(mktemp -d)
  case $o in 2) mount -t cgroup2 none $m;; *) mount -t cgroup -o $o none $m;; esac
  [ -d $m/slipway-lab/$1 ] && find $m/slipway-lab/$1 -depth -type d -exec rmdir {} \;
  umount $m; rmdir $m
done"""


class LxcDriver(driver.LibvirtDriver):
    # --- the domain
    def _get_guest_xml(self, context, instance, *args, **kwargs):
        domain = etree.fromstring(super()._get_guest_xml(context, instance, *args, **kwargs))
        # libvirt drops mknod, which runc needs; whatever else it drops may stay dropped
        features = etree.SubElement(domain, "features")
        capabilities = etree.SubElement(features, "capabilities", policy="default")
        etree.SubElement(capabilities, "mknod", state="on")
        mount = etree.SubElement(domain.find("devices"), "filesystem", type="mount")
        etree.SubElement(mount, "source", dir=str(GUEST))
        etree.SubElement(mount, "target", dir="/lab")
        etree.SubElement(mount, "readonly")
        domain.find("os/init").text = "/lab/init"
        return etree.tostring(domain, encoding="unicode")

    def cleanup(self, context, instance, *args, **kwargs):
        super().cleanup(context, instance, *args, **kwargs)
        subprocess.run(["sh", "-c", CLEAN, "sh", instance.name], stderr=subprocess.DEVNULL, check=False)

    def _soft_reboot(self, instance):
        return False  # libvirt-lxc's shutdown for it never ends here; Nova then reboots hard

    # --- volumes
    def _device(self, instance, name):
        """Path, seen from this machine, of a file in the server's /dev."""
        controller = self._host.get_guest(instance).id  # pid of libvirt_lxc
        for _ in range(50):
            children = Path(f"/proc/{controller}/task/{controller}/children").read_text().split()
            inside = Path(f"/proc/{children[0]}/root/dev") if children else None
            # until it has left this machine's root, a node made there would be this machine's
            if inside and inside.stat().st_dev != Path("/dev").stat().st_dev:
                return inside / name
            time.sleep(0.1)
        raise driver.exception.InstanceNotRunning(instance_id=instance.uuid)

    def _by_id(self, instance, connection_info):
        """Where cinder-csi and cloud-init look for a volume: KVM's udev would make it."""
        return self._device(instance, f"disk/by-id/virtio-{connection_info.get('serial', '')[:20]}")

    def _plug(self, instance, connection_info, mountpoint):
        name = mountpoint.rpartition("/")[2]
        node, link = self._device(instance, name), self._by_id(instance, connection_info)
        device = Path(connection_info["data"]["device_path"]).stat().st_rdev
        node.unlink(missing_ok=True)
        os.mknod(node, stat.S_IFBLK | 0o660, device)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(f"../../{name}")

    def get_device_name_for_instance(self, instance, bdms, block_device_obj):
        if block_device_obj.device_name:
            return block_device_obj.device_name
        used = {one.device_name for one in bdms if one.device_name} | {"/dev/vda"}
        names = (f"/dev/vd{chr(letter)}" for letter in range(ord("b"), ord("z")))
        return next(name for name in names if name not in used)

    def attach_volume(self, context, connection_info, instance, mountpoint, **kwargs):
        self._connect_volume(context, connection_info, instance)
        self._plug(instance, connection_info, mountpoint)

    def detach_volume(self, context, connection_info, instance, mountpoint, encryption=None):
        try:
            self._device(instance, mountpoint.rpartition("/")[2]).unlink(missing_ok=True)
            self._by_id(instance, connection_info).unlink(missing_ok=True)
        except (OSError, driver.exception.InstanceNotFound):
            pass  # not running
        self._disconnect_volume(context, connection_info, instance)

    def _create_guest_with_network(
        self, context, xml, instance, network_info, block_device_info, *args, **kwargs
    ):
        guest = super()._create_guest_with_network(
            context, xml, instance, network_info, block_device_info, *args, **kwargs
        )
        if guest.is_active():
            for volume in virt_driver.block_device_info_get_mapping(block_device_info):
                if volume["mount_device"] != instance.root_device_name:
                    self._plug(instance, volume["connection_info"], volume["mount_device"])
        return guest

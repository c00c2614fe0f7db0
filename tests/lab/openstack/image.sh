#!/bin/bash
# Builds the image of a system container (Debian bookworm with systemd, sshd and cloud-init) as an
# unpartitioned ext4, from the Debian mirror that this machine uses.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$LAB/build"
cd "$LAB/build"
if [ ! -f rootfs.tar ]; then
  MIRROR=()
  for list in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do [ -s $list ] && MIRROR=("$list") && break; done
  mmdebstrap --format=tar --variant=minbase --aptopt='Acquire::Languages "none"' \
    --include=systemd,systemd-sysv,libpam-systemd,dbus,udev,openssh-server,sudo,cloud-init,python3,netbase,ifupdown,isc-dhcp-client,iproute2,iputils-ping,iptables,nftables,procps,ca-certificates,curl,e2fsprogs,less \
    --customize-hook='rm -f "$1"/etc/ssh/ssh_host_*' \
    --customize-hook='echo "" >"$1"/etc/machine-id; rm -f "$1"/etc/hostname; rm -f "$1"/etc/resolv.conf' \
    --customize-hook='chroot "$1" systemctl mask systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket systemd-udevd-control.socket getty@.service console-getty.service systemd-networkd-wait-online.service systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount sys-kernel-tracing.mount systemd-modules-load.service' \
    --customize-hook='chroot "$1" systemctl set-default multi-user.target' \
    --customize-hook=': >"$1"/etc/fstab' \
    bookworm rootfs.part "${MIRROR[@]}"
  mv rootfs.part rootfs.tar
fi
rm -rf tree
mkdir tree
tar -C tree --xattrs --xattrs-include='*' -xf rootfs.tar --exclude=./dev/*
cp "$HERE/image/90-lab.cfg" tree/etc/cloud/cloud.cfg.d/
rm -f server.img
truncate -s 1G server.img
mkfs.ext4 -q -F -m 0 -d tree -L lab-root server.img
rm -rf tree
# qcow2: glance and nova move only what is there (nova flattens it once per host and image)
qemu-img convert -O qcow2 server.img server.part && mv server.part server.qcow2
rm server.img

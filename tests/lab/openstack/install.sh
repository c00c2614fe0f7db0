#!/bin/bash
# Installs Debian bookworm's OpenStack (Zed), about two minutes. No service is started by that: policy-rc.d says no.
set -euo pipefail
. "$(dirname "$0")/env.sh"
PACKAGES=(
  mariadb-server rabbitmq-server memcached
  keystone placement-api glance-api
  neutron-server neutron-linuxbridge-agent neutron-l3-agent neutron-dhcp-agent neutron-metadata-agent
  nova-api nova-conductor nova-scheduler nova-compute nova-compute-lxc libvirt-daemon-driver-lxc libvirt-clients
  cinder-api cinder-scheduler cinder-volume
  octavia-api octavia-worker haproxy
  python3-openstackclient uwsgi-core uwsgi-plugin-python3 python3-pymysql python3-memcache
  ebtables ipset iptables nftables conntrack iputils-arping iputils-ping bridge-utils
  mmdebstrap qemu-utils e2fsprogs openssh-client
)
if dpkg-query -W -f '${Status}\n' "${PACKAGES[@]}" 2>/dev/null | sort -u | diff -q - <(echo "install ok installed") >/dev/null; then
  exit 0
fi
. /etc/os-release
[ "${VERSION_CODENAME:-}" = bookworm ] || {
  echo "the lab is made of Debian bookworm's packages; this is ${PRETTY_NAME:-another system}" >&2
  exit 1
}
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive # every question defaults to: do not configure a database
apt-get -o DPkg::Lock::Timeout=600 update -qq
apt-get -o DPkg::Lock::Timeout=600 install -qq -y --no-install-recommends "${PACKAGES[@]}"

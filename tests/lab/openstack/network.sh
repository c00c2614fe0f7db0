#!/bin/bash
# The lab's fabric, all in network namespaces so that the host's own firewall,
# bridges and routes (and those of anything else running here, e.g. Docker, which
# sets FORWARD to DROP) stay as they are:
#
#   root netns   os-mgmt 10.250.250.1 ---+         os-ext 172.24.4.1 ---+
#   os-fabric            bridge fab0 <---+            bridge ext0 <-----+
#                          |      |                     |      |
#   osn1, osn2, ...   mgmt .11  .12 (also VTEP)     br-ext in each node
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
F="ip -n os-fabric"
if ! ip netns list | grep -qw os-fabric; then
  ip netns add os-fabric
  # frames switched here must not meet any iptables
  ip netns exec os-fabric sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0 net.bridge.bridge-nf-call-arptables=0
  $F link set lo up
  for b in fab0 ext0; do $F link add $b type bridge forward_delay 0 stp_state 0; $F link set $b up; done
  ip link add os-mgmt type veth peer name host-mgmt netns os-fabric
  ip link add os-ext  type veth peer name host-ext  netns os-fabric
  $F link set host-mgmt master fab0 up; $F link set host-ext master ext0 up
  ip addr add $MGMT/24 dev os-mgmt; ip addr add $EXT_GW/24 dev os-ext
  ip link set os-mgmt up; ip link set os-ext up
fi
i=10
for n in $NODES; do
  i=$((i + 1))
  if ! ip netns list | grep -qw "$n"; then
    ip netns add "$n"
    ip -n "$n" link set lo up
    ip link add mgmt netns "$n" type veth peer name "$n-mgmt" netns os-fabric
    ip link add ext  netns "$n" type veth peer name "$n-ext"  netns os-fabric
    $F link set "$n-mgmt" master fab0 up; $F link set "$n-ext" master ext0 up
    ip -n "$n" addr add 10.250.250.$i/24 dev mgmt; ip -n "$n" link set mgmt up
    ip -n "$n" link add br-ext type bridge forward_delay 0 stp_state 0
    ip -n "$n" link set ext master br-ext up; ip -n "$n" link set br-ext up
  fi
  # A holder process keeps the node's mount namespace: linuxbridge-agent reads
  # /sys/class/net, which must be a sysfs mounted from inside the namespace.  The cgroup v1
  # hierarchies are bound back below it; cgroup2 is left out on purpose: libvirt takes a
  # cgroup2 with any controller left (hugetlb here) for usable, and then fails with
  # "Unable to create directory /sys/fs/cgroup/unified".
  # Where / is a private mount, mounts made later outside are not seen in here, nor the other way round.
  if ! running "node-$n"; then
    start "node-$n" nsenter --net="/run/netns/$n" unshare --mount --uts --propagation slave bash -c '
      set -e; hostname '$n'   # libvirt names the hypervisor after it
      S=$(mktemp -d /run/os-node.XXXX); mount -t tmpfs none $S
      for c in /sys/fs/cgroup/*/; do c=$(basename $c); [ $c = unified ] && continue
        mkdir $S/$c; mount --bind /sys/fs/cgroup/$c $S/$c; done
      umount -R -l /sys; mount -t sysfs sysfs /sys
      mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
      for c in $S/*/; do c=$(basename $c); mkdir /sys/fs/cgroup/$c
        mount --bind $S/$c /sys/fs/cgroup/$c; umount -l $S/$c; done
      umount -l $S; rmdir $S
      # libvirtd keeps locks, state and domain definitions under fixed names: one set per
      # node, and none that outlives the node ("domain already exists" otherwise)
      for d in /run/libvirt /var/lib/libvirt /etc/libvirt; do mkdir -p $d; mount -t tmpfs none $d; done
      mount -t tmpfs none /run/netns   # the agents'\'' qrouter-/qdhcp- names stay in here
      touch /run/os-node-ready-$$
      exec sleep infinity'
    wait_for 10 test -e "/run/os-node-ready-$(pid_of "node-$n")"
  fi
done

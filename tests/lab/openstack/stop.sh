#!/bin/bash
# Ends everything of the lab: servers, services, agents and what they daemonised, namespaces, loop devices, cgroups.
# Finds it without the pid files too: by the mark that each process inherited.
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
rm -f "$LAB/run/up"

stop_all() { # NAME...
  for name; do stop "$name" & done
  wait
}
names() { (cd "$LAB/run" 2>/dev/null && ls -t -- *.proc 2>/dev/null | sed 's/\.proc$//'); }
marked() {
  grep -lzsx "SLIPWAY_LAB_MARK=$LAB" /proc/[0-9]*/environ | cut -d/ -f3
  ss -Hltnp src "$MGMT" | grep -o 'pid=[0-9]*' | cut -d= -f2 # an address that nothing else of this machine has
}
empty_cgroups() { find "$@" -depth -type d -exec rmdir {} + 2>/dev/null; }

stop_all $(names | grep '^nova-compute-')
for node in $NODES; do
  uri="lxc:///system?socket=$LAB/libvirt/$node/libvirt-sock"
  for server in $(timeout 10 virsh -q -c "$uri" list --name 2>/dev/null); do
    timeout 20 virsh -q -c "$uri" destroy "$server" >/dev/null 2>&1
  done
done
stop_all $(names | grep -vE '^(mysql|rabbit|memcached|node-)')
stop_all $(names)
for signal in TERM KILL; do
  for pid in $(marked); do kill -$signal "$pid" 2>/dev/null; done
  for _ in $(seq 25); do [ -z "$(marked)" ] && break; sleep 0.2; done
done
for netns in $NODES os-fabric; do
  [ -e "/run/netns/$netns" ] || continue
  ip netns pids "$netns" 2>/dev/null | xargs -r kill -KILL # servers whose libvirtd had died
  ip netns del "$netns"
done
for link in os-mgmt os-ext; do ip link del $link 2>/dev/null; done
losetup -n -O NAME,BACK-FILE | awk -v lab="$LAB/" 'index($2, lab) == 1 {print $1}' | xargs -r -n1 losetup -d
for root in /sys/fs/cgroup/{pids,systemd,unified}/slipway-lab; do
  [ -d "$root" ] || continue
  find "$root" -name cgroup.procs -exec cat {} + 2>/dev/null | xargs -r kill -KILL 2>/dev/null
  sleep 0.2
  empty_cgroups "$root"
done
for root in /sys/fs/cgroup/*/machine; do [ -d "$root" ] && empty_cgroups "$root"; done
rm -f /run/os-node-ready-*
exit 0

#!/bin/sh
# What a machine does before its own system begins, and an engine does not do for a container. Runs at every start.
mount -o remount,bind,rw /sys/fs/cgroup 2>/dev/null
for controller in /sys/fs/cgroup/*; do
  [ -d "$controller" ] && [ ! -L "$controller" ] && mountpoint -q "$controller" && mount -o remount,bind,rw "$controller"
done
# cgroup v2: processes at the root keep its controllers from the children
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init.scope
  for pid in $(cat /sys/fs/cgroup/cgroup.procs); do echo "$pid" > /sys/fs/cgroup/init.scope/cgroup.procs 2>/dev/null; done
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null; done
fi
for server in $DNS; do echo "nameserver $server"; done > /etc/resolv.conf # as DHCP does
ssh-keygen -A > /dev/null # the installer's work
exec /sbin/init

#!/bin/bash
# nova-compute: with the fake virt driver for each name in $FAKES (zone `fake`), and with libvirt's LXC driver,
# system containers that really run, in each node (zone `lab`).
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
export OS_CLOUD=lab-admin

fake_compute() { # HOST
  cat >"$E/nova/$1.conf" <<X
[DEFAULT]
host = $1
compute_driver = fake.MediumFakeDriver
state_path = $LAB/nova/$1
X
  mkdir -p "$LAB/nova/$1"
  start "nova-compute-$1" nova-compute --config-file "$E/nova/compute-common.conf" --config-file "$E/nova/$1.conf" \
    --log-file "$LAB/log/nova-compute-$1.log"
}

# One libvirtd per node, inside its namespaces so that it finds its bridges. No systemd-machined: libvirt makes the
# cgroups itself below /machine.
libvirt() { # NODE
  local D=$LAB/libvirt/$1
  mkdir -p "$D"
  cat >"$D/libvirtd.conf" <<X
listen_tls = 0
listen_tcp = 0
unix_sock_dir = "$D"
auth_unix_rw = "none"
auth_unix_ro = "none"
log_outputs = "2:file:$LAB/log/libvirtd-$1.log"
X
  start "libvirtd-$1" "$HERE/again.sh" "$HERE/in-node.sh" "$1" libvirtd --config "$D/libvirtd.conf" --pid-file "$D/libvirtd.pid"
  wait_for 20 virsh -c "lxc:///system?socket=$D/libvirt-sock" version
}

lxc_compute() { # NODE
  libvirt "$1"
  mkdir -p "$LAB/nova/$1"/{lock,instances}
  cat >"$E/nova/$1.conf" <<X
[DEFAULT]
host = $1
my_ip = $(in_node "$1" ip -4 -o addr show dev mgmt | awk '{sub("/.*","",$4); print $4}')
compute_driver = slipway_lxc.LxcDriver
state_path = $LAB/nova/$1
instances_path = $LAB/nova/$1/instances
force_raw_images = true
# libvirt-lxc cannot attach a config drive: cloud-init uses the metadata service
force_config_drive = false
# every node sees the machine's whole memory and disk
reserved_host_memory_mb = 4096
[oslo_concurrency]
lock_path = $LAB/nova/$1/lock
[libvirt]
virt_type = lxc
connection_uri = lxc:///system?socket=$LAB/libvirt/$1/libvirt-sock
images_type = raw
inject_partition = -2
X
  start "nova-compute-$1" "$HERE/in-node.sh" "$1" env LAB="$LAB" "$HERE/virt/nova-compute" \
    --config-file "$E/nova/compute-common.conf" --config-file "$E/nova/$1.conf" --log-file "$LAB/log/nova-compute-$1.log"
}

# The scheduler's own discovery would leave the hosts unmapped for a while: servers made then go to ERROR.
mapped() { # HOST...
  local host known
  nova-manage --config-file "$E/nova/nova.conf" cell_v2 discover_hosts >>"$LAB/log/discover.log" 2>&1
  known=$(openstack hypervisor list -f value -c "Hypervisor Hostname" -c State)
  for host; do grep -qE "^$host(\.\S*)? up" <<<"$known" || return 1; done
}

# Servers are system containers without a user namespace: these are this machine's, for all of them together.
# inotify: 128 instances of root are used up by three Kubernetes nodes. The others a kubelet would set from inside.
sysctl -qw fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=524288 vm.overcommit_memory=1 \
  kernel.panic=10 kernel.panic_on_oops=1 kernel.keys.root_maxkeys=1000000 kernel.keys.root_maxbytes=25000000
mkdir -p "$LAB/guest"
install -m755 "$HERE/guest/init" "$LAB/guest/init"
for host in $FAKES; do fake_compute "$host"; done
for node in $NODES; do lxc_compute "$node"; done
wait_for 120 mapped $FAKES $NODES
python3 "$HERE/seed.py" zones "fake=$FAKES" "lab=$NODES"

#!/bin/bash
# Neutron's agents inside the node namespaces: linuxbridge on every node, and
# L3 + DHCP + metadata on the first.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
E=$E/neutron i=10
for n in $NODES; do
  i=$((i + 1))
  S=$LAB/neutron/$n; mkdir -p "$S"
  # Agents get a neutron.conf without the database; state_path per node, since it
  # holds the metadata proxy's socket, dnsmasq's files and pids.
  awk '/^\[/{skip=($0=="[database]")} !skip' $E/neutron.conf >$E/$n.conf
  cat >>$E/$n.conf <<X
[DEFAULT]
host = $n
state_path = $S
interface_driver = linuxbridge
[linux_bridge]
bridge_mappings = external:br-ext
[vxlan]
enable_vxlan = true
local_ip = 10.250.250.$i
# l2population fills the FDB, so no multicast group is needed
l2_population = true
arp_responder = false
[securitygroup]
firewall_driver = iptables
enable_security_group = true
enable_ipset = true
[oslo_concurrency]
lock_path = $S/lock
X
  mkdir -p $S/lock
  A="--config-file $E/$n.conf"
  start $n-linuxbridge "$HERE/in-node.sh" $n neutron-linuxbridge-agent $A --log-file $LAB/log/$n-linuxbridge.log
  [ "$n" = "$FIRST" ] || continue
  cat >$E/$n-l3.conf <<X
[DEFAULT]
agent_mode = legacy
metadata_proxy_socket = $S/metadata_proxy
metadata_proxy_user = 0
metadata_proxy_group = 0
[agent]
extensions =
X
  cat >$E/$n-dhcp.conf <<X
[DEFAULT]
enable_isolated_metadata = true
force_metadata = false
dhcp_broadcast_reply = false
metadata_proxy_socket = $S/metadata_proxy
metadata_proxy_user = 0
metadata_proxy_group = 0
X
  cat >$E/$n-metadata.conf <<X
[DEFAULT]
nova_metadata_host = $MGMT
metadata_proxy_shared_secret = $PW
metadata_workers = 1
metadata_proxy_socket = $S/metadata_proxy
X
  start $n-dhcp     "$HERE/in-node.sh" $n neutron-dhcp-agent     $A --config-file $E/$n-dhcp.conf --log-file $LAB/log/$n-dhcp.log
  start $n-l3       "$HERE/in-node.sh" $n neutron-l3-agent       $A --config-file $E/$n-l3.conf --log-file $LAB/log/$n-l3.log
  start $n-metadata "$HERE/in-node.sh" $n neutron-metadata-agent $A --config-file $E/$n-metadata.conf --log-file $LAB/log/$n-metadata.log
done
agents_up() { local l; l=$(openstack --os-cloud lab-admin network agent list -f value -c Host -c Alive); 
  [ "$(grep -c True <<<"$l")" -ge $(( $(wc -w <<<"$NODES") + 3 )) ]; }
wait_for 90 agents_up

#!/bin/bash
# Writes every configuration file of the lab under $LAB/etc (idempotent).
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$E"/{keystone,glance,placement,neutron,nova,cinder,octavia} "$LAB"/{log,run,images,volumes,lock/{nova,neutron,glance,cinder}} \
  "$LAB"/{nova,neutron,cinder/coordination,run/conversion,run/glance-staging,run/glance-tasks}
rm -rf "$LAB/pylib"
cp -r "$HERE/pylib" "$LAB/pylib"

authtoken() { # the user of a service
  cat <<X
[keystone_authtoken]
www_authenticate_uri = http://$MGMT:5000
auth_url = http://$MGMT:5000
memcached_servers = 127.0.0.1:$MC_PORT
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = $PW
service_token_roles = service
service_token_roles_required = true
X
}
client() {
  cat <<X
auth_type = password
auth_url = http://$MGMT:5000
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = $PW
region_name = RegionOne
X
}
db() { printf '[database]\nconnection = %s\nmax_pool_size = 5\nmax_overflow = 20\n' "$(DBURL "$1")"; }

# --- keystone
cat >"$E/keystone/keystone.conf" <<X
[DEFAULT]
log_file = $LAB/log/keystone.log
$(db keystone)
[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = 127.0.0.1:$MC_PORT
[fernet_tokens]
key_repository = $E/keystone/fernet-keys
[credential]
key_repository = $E/keystone/credential-keys
[token]
provider = fernet
expiration = 14400
X

# --- placement
cat >"$E/placement/placement.conf" <<X
[DEFAULT]
log_file = $LAB/log/placement.log
[placement_database]
connection = $(DBURL placement)
[api]
auth_strategy = keystone
$(authtoken placement)
X

# --- glance
cat >"$E/glance/glance-api.conf" <<X
[DEFAULT]
bind_host = $MGMT
bind_port = 9292
workers = 1
enabled_backends = file:file
enabled_import_methods = [glance-direct]
$(db glance)
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = $LAB/images
[os_glance_staging_store]
filesystem_store_datadir = $LAB/run/glance-staging
[os_glance_tasks_store]
filesystem_store_datadir = $LAB/run/glance-tasks
[oslo_concurrency]
lock_path = $LAB/lock/glance
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
$(authtoken glance)
X

# --- neutron server
cat >"$E/neutron/neutron.conf" <<X
[DEFAULT]
bind_host = $MGMT
core_plugin = ml2
service_plugins = router,qos
api_paste_config = /etc/neutron/api-paste.ini
api_workers = 1
rpc_workers = 1
rpc_state_report_workers = 0
metadata_workers = 1
transport_url = $MQURL
state_path = $LAB/neutron
# a down agent is noticed late rather than falsely on a 2-core machine
agent_down_time = 120
dhcp_agents_per_network = 1
global_physnet_mtu = 1500
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
[experimental]
# Zed refuses the linuxbridge driver without this
linuxbridge = true
[agent]
# everything runs as root here: no sudo, no rootwrap
root_helper =
use_helper_for_ns_read = false
report_interval = 30
$(db neutron)
$(authtoken neutron)
[nova]
$(client nova)
[placement]
$(client placement)
[oslo_concurrency]
lock_path = $LAB/lock/neutron
[oslo_policy]
policy_dirs = /etc/neutron/policy.d
[privsep]
helper_command = /usr/bin/privsep-helper
X
cat >"$E/neutron/ml2.ini" <<X
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population,labfake
extension_drivers = port_security,qos,tag_ports_during_bulk_creation
[ml2_type_flat]
flat_networks = external
[ml2_type_vxlan]
vni_ranges = 100:1999
[securitygroup]
enable_security_group = true
enable_ipset = true
X

# --- nova: one common file; computes.sh adds one for each host
cat >"$E/nova/nova.conf" <<X
[DEFAULT]
my_ip = $MGMT
transport_url = $MQURL
state_path = $LAB/nova
enabled_apis = osapi_compute,metadata
osapi_compute_listen = $MGMT
osapi_compute_workers = 1
metadata_listen = $MGMT
metadata_workers = 1
use_cow_images = false
resume_guests_state_on_host_boot = true
service_down_time = 120
report_interval = 20
[api]
auth_strategy = keystone
[api_database]
connection = $(DBURL nova_api)
max_pool_size = 5
max_overflow = 20
$(db nova)
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 15
[filter_scheduler]
enabled_filters = ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter
[glance]
$(client nova)
[neutron]
$(client neutron)
service_metadata_proxy = true
metadata_proxy_shared_secret = $PW
[placement]
$(client placement)
[cinder]
$(client cinder)
[service_user]
send_service_user_token = true
$(client nova)
[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = 127.0.0.1:$MC_PORT
[oslo_concurrency]
lock_path = $LAB/lock/nova
[wsgi]
api_paste_config = /etc/nova/api-paste.ini
[vnc]
enabled = false
[spice]
enabled = false
[serial_console]
enabled = false
[privsep]
helper_command = /usr/bin/privsep-helper
[vif_plug_linux_bridge_privileged]
helper_command = /usr/bin/privsep-helper
$(authtoken nova)
X
# nova-compute must not see the databases ("No DB access allowed in nova-compute")
awk '/^\[/{skip=($0=="[database]"||$0=="[api_database]")} !skip' "$E/nova/nova.conf" >"$E/nova/compute-common.conf"

# --- cinder
cat >"$E/cinder/cinder.conf" <<X
[DEFAULT]
my_ip = $MGMT
transport_url = $MQURL
auth_strategy = keystone
osapi_volume_listen = $MGMT
osapi_volume_workers = 1
api_paste_config = /etc/cinder/api-paste.ini
state_path = $LAB/cinder
enabled_backends = file
default_volume_type = file
backend_stats_polling_interval = 10
rootwrap_config = /etc/cinder/rootwrap.conf
glance_api_servers = http://$MGMT:9292
image_conversion_dir = $LAB/run/conversion
$(db cinder)
[nova]
$(client nova)
[service_user]
send_service_user_token = true
$(client cinder)
[file]
volume_driver = slipway_lab.cinder_file.FileDriver
volume_backend_name = file
lab_dir = $LAB/volumes
[oslo_concurrency]
lock_path = $LAB/lock/cinder
[coordination]
backend_url = file://$LAB/cinder/coordination
[privsep]
helper_command = /usr/bin/privsep-helper
$(authtoken cinder)
X

# --- octavia. The API allots the VIP and talks to the real Neutron; the worker would plug it into an amphora
# that is not there, so it gets another network driver. No health manager: octavia_status.py stands in for it.
octavia() { # $1: network driver
  cat <<X
[DEFAULT]
transport_url = $MQURL
[api_settings]
bind_host = $MGMT
bind_port = 9876
auth_strategy = keystone
enabled_provider_drivers = amphora:haproxy in a namespace
default_provider_driver = amphora
[database]
connection = $(DBURL octavia)
[health_manager]
heartbeat_key = $PW
bind_ip = 127.0.0.1
controller_ip_port_list = 127.0.0.1:5555
$(authtoken octavia)
[service_auth]
$(client octavia)
[neutron]
region_name = RegionOne
[controller_worker]
workers = 1
amphora_driver = lab_haproxy
compute_driver = compute_noop_driver
network_driver = $1
volume_driver = volume_noop_driver
image_driver = image_noop_driver
distributor_driver = distributor_noop_driver
client_ca = $E/octavia/ca.pem
amp_flavor_id = 1
amp_image_tag = amphora
amp_boot_network_list = 00000000-0000-0000-0000-000000000000
[certificates]
cert_manager = local_cert_manager
cert_generator = local_cert_generator
ca_certificate = $E/octavia/ca.pem
ca_private_key = $E/octavia/ca.key
ca_private_key_passphrase = $PW
server_certs_key_passphrase = insecure-key-do-not-use-this-key
[oslo_messaging]
topic = octavia_prov
[task_flow]
engine = serial
X
}
octavia allowed_address_pairs_driver >"$E/octavia/api.conf"
octavia lab_network >"$E/octavia/worker.conf"
# a certificate for the amphora is signed even when there is none
[ -f "$E/octavia/ca.pem" ] || openssl req -x509 -newkey rsa:2048 -days 3650 -subj /CN=lab -passout "pass:$PW" \
  -keyout "$E/octavia/ca.key" -out "$E/octavia/ca.pem" 2>/dev/null

# --- clients
cat >"$LAB/clouds.yaml" <<X
clouds:
  lab-admin:
    region_name: RegionOne
    identity_api_version: 3
    auth:
      auth_url: http://$MGMT:5000/v3
      username: admin
      password: $PW
      project_name: admin
      project_domain_name: Default
      user_domain_name: Default
  lab-demo:
    region_name: RegionOne
    identity_api_version: 3
    auth:
      auth_url: http://$MGMT:5000/v3
      username: demo
      password: $PW
      project_name: demo
      project_domain_name: Default
      user_domain_name: Default
X

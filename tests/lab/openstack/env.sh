# Settings of the OpenStack lab, sourced by every other script here.
# Everything that the lab writes lies under $LAB; nothing under /etc is edited.
export LAB=${SLIPWAY_OPENSTACK_LAB:-/srv/slipway-openstack-lab}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
E=$LAB/etc

# The control plane listens on MGMT only: an address that is on this machine alone (one end of a veth
# pair), but which the nodes' namespaces and, through their router, servers can reach, as 127.0.0.1 could not be.
MGMT=10.250.250.1
EXT_GW=172.24.4.1 # this machine's own address on the external network

NODES=${NODES:-"osn1 osn2"}   # namespaces with a real data path: linuxbridge on each, L3 and DHCP on the first
FAKES=${FAKES:-"fake1 fake2"} # nova-compute processes with the fake virt driver
FIRST=${NODES%% *}

PW=slipway-lab # one password for all: nothing is reachable from outside
DB_PORT=13306
MQ_PORT=15673
MC_PORT=21211
DBURL() { echo "mysql+pymysql://root:$PW@127.0.0.1:$DB_PORT/$1"; }
MQURL="rabbit://lab:$PW@$MGMT:$MQ_PORT/"
SQL="mariadb --no-defaults -uroot -p$PW -h127.0.0.1 -P$DB_PORT"

# Debian's scripts say #!/usr/bin/python3, but rootwrap and privsep look for python3 in PATH, where another
# Python of this machine could come first. bin/ebtables is for Neutron's agents, whatever starts them.
export PATH=$HERE/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
export PYTHONPATH=$LAB/pylib OS_CLIENT_CONFIG_FILE=$LAB/clouds.yaml
unset PYENV_ROOT PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

#!/bin/bash
# Creates and migrates the databases, Fernet keys, the bootstrap admin.
# With $LAB/db-seed.sql.gz present (written at the end of the first run) it loads that
# instead: the migrations take minutes, the dump seconds.
set -euo pipefail
. "$(dirname "$0")/env.sh"
DBS="keystone glance placement neutron nova_api nova nova_cell0 cinder octavia"
have=$($SQL -Ne "select count(*) from information_schema.schemata where schema_name='nova_cell0'")
if [ "$have" = 1 ]; then exit 0; fi
if [ -f "$LAB/db-seed.sql.gz" ]; then
  zcat "$LAB/db-seed.sql.gz" | $SQL
else
  for d in $DBS; do $SQL -e "create database $d"; done
  L=$LAB/log/db-sync
  K="keystone-manage --config-file $E/keystone/keystone.conf"
  step() { local n=$1; shift; "$@" >"$L-$n.log" 2>&1 || { echo "FAILED $n (see $L-$n.log)" >&2; return 1; }; }
  ( step keystone $K db_sync ) & a=$!
  ( step neutron neutron-db-manage --config-file $E/neutron/neutron.conf --config-file $E/neutron/ml2.ini upgrade heads
    step octavia octavia-db-manage --config-file $E/octavia/api.conf upgrade head ) & b=$!
  ( step glance glance-manage --config-file $E/glance/glance-api.conf db_sync
    OS_PLACEMENT_CONFIG_DIR=$E/placement step placement placement-manage --config-file $E/placement/placement.conf db sync
    step cinder cinder-manage --config-file $E/cinder/cinder.conf db sync
    N="nova-manage --config-file $E/nova/nova.conf"
    step nova_api $N api_db sync
    step cell0 $N cell_v2 map_cell0 --database_connection "$(DBURL nova_cell0)"
    step nova $N db sync
    step cell1 $N cell_v2 create_cell --name cell1 --verbose ) & c=$!
  wait $a; wait $b; wait $c
  mariadb-dump --no-defaults -uroot -p$PW -h127.0.0.1 -P$DB_PORT --databases $DBS | gzip >"$LAB/db-seed.part"
  mv "$LAB/db-seed.part" "$LAB/db-seed.sql.gz"
fi
K="keystone-manage --config-file $E/keystone/keystone.conf"
exec 2>>"$LAB/log/bootstrap.log" # Python's own noise at exit
[ -d $E/keystone/fernet-keys ] || $K fernet_setup --keystone-user root --keystone-group root
[ -d $E/keystone/credential-keys ] || $K credential_setup --keystone-user root --keystone-group root
$K bootstrap --bootstrap-password $PW --bootstrap-region-id RegionOne \
  --bootstrap-admin-url http://$MGMT:5000/v3/ --bootstrap-internal-url http://$MGMT:5000/v3/ --bootstrap-public-url http://$MGMT:5000/v3/ \
  >>"$LAB/log/bootstrap.log"

#!/bin/bash
# Starts every OpenStack service, one worker each.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
wsgi() { # NAME PORT SCRIPT: uwsgi, 1 process x 8 threads
  local name=$1 port=$2 script=$3
  # rem-header as in Debian's own ini; no apparmor plugin, this kernel has none.
  # uwsgi's http-socket closes after each answer without saying so: clients that pool
  # connections then now and then get "Connection reset by peer".  So say so.
  start "$name" uwsgi_python3 --master --lazy-apps --enable-threads --processes ${WSGI_PROCS:-1} --threads 8 \
    --buffer-size 65535 --rem-header Content-Length --add-header 'Connection: close' --die-on-term --no-orphans --thunder-lock --disable-logging \
    --http-socket $MGMT:$port --wsgi-file "$script"
}
OS_KEYSTONE_CONFIG_DIR=$E/keystone/ OS_KEYSTONE_CONFIG_FILES=keystone.conf WSGI_PROCS=2 wsgi keystone 5000 /usr/bin/keystone-wsgi-public
OS_PLACEMENT_CONFIG_DIR=$E/placement wsgi placement 8778 /usr/bin/placement-api
# nova-scheduler dies at start if its keystone user does not exist yet: seed first
wait_for 60 http http://$MGMT:5000/v3
[ -f "$LAB/run/seeded" ] || { python3 "$HERE/seed.py" identity && touch "$LAB/run/seeded"; }
N="--config-file $E/nova/nova.conf"
C="--config-file $E/cinder/cinder.conf"
NEU="--config-file $E/neutron/neutron.conf --config-file $E/neutron/ml2.ini"
start glance-api       glance-api --config-file $E/glance/glance-api.conf --log-file $LAB/log/glance-api.log
start neutron-server   neutron-server $NEU --log-file $LAB/log/neutron-server.log
start nova-conductor   nova-conductor $N --log-file $LAB/log/nova-conductor.log
start nova-scheduler   nova-scheduler $N --log-file $LAB/log/nova-scheduler.log
start nova-api         nova-api $N --log-file $LAB/log/nova-api.log
start cinder-api       cinder-api $C --log-file $LAB/log/cinder-api.log
start cinder-scheduler cinder-scheduler $C --log-file $LAB/log/cinder-scheduler.log
start cinder-volume    cinder-volume $C --log-file $LAB/log/cinder-volume.log
start octavia-api      octavia-api --config-file $E/octavia/api.conf --log-file $LAB/log/octavia-api.log
LAB_LB_NODE=$FIRST start octavia-worker octavia-worker --config-file $E/octavia/worker.conf --log-file $LAB/log/octavia-worker.log
start octavia-status   python3 "$HERE/octavia_status.py" "$(DBURL octavia)" $LAB/run
for p in 8778 9292 9696 8774 8775 8776 9876; do wait_for 120 http http://$MGMT:$p/; done

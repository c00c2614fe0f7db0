#!/bin/bash
# MariaDB, RabbitMQ, memcached - by hand, private data directories and ports.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
if [ ! -d "$LAB/mysql/mysql" ]; then
  mariadb-install-db --no-defaults --user=root --datadir="$LAB/mysql" --skip-test-db \
    --auth-root-authentication-method=normal >"$LAB/log/mysql-install.log" 2>&1
fi
cat > "$LAB/run/db-init.sql" <<X
ALTER USER root@localhost IDENTIFIED BY '$PW';
CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '$PW';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
X
# Durability off: it is a lab, and db_sync is dominated by fsync otherwise.
start mysql mariadbd --no-defaults --user=root --datadir="$LAB/mysql" --socket="$LAB/run/mysql.sock" \
  --pid-file="$LAB/run/mysqld.mpid" --bind-address=127.0.0.1 --port=$DB_PORT --skip-name-resolve \
  --max-connections=1000 --character-set-server=utf8mb3 --collation-server=utf8mb3_general_ci \
  --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --innodb-buffer-pool-size=256M \
  --skip-log-bin --performance-schema=OFF --init-file="$LAB/run/db-init.sql"
start memcached memcached -u nobody -l 127.0.0.1 -p $MC_PORT -m 64

# RabbitMQ: node name on 'localhost' so that no resolvable host name is needed; epmd and
# the distribution port on loopback.  HOME must be writable for the Erlang cookie.
mkdir -p "$LAB/rabbit"/{mnesia,log,home}
cat > "$LAB/rabbit/rabbitmq.conf" <<X
listeners.tcp.1 = $MGMT:$MQ_PORT
default_user = lab
default_pass = $PW
loopback_users = none
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 100MB
log.file.level = warning
X
cat > "$LAB/rabbit/advanced.config" <<X
[{kernel, [{inet_dist_use_interface, {127,0,0,1}}]}].
X
export HOME=$LAB/rabbit/home ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=14369
export RABBITMQ_NODENAME=slipway-lab@localhost RABBITMQ_DIST_PORT=25675 RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_CONFIG_FILE=$LAB/rabbit/rabbitmq.conf RABBITMQ_ADVANCED_CONFIG_FILE=$LAB/rabbit/advanced.config
export RABBITMQ_MNESIA_BASE=$LAB/rabbit/mnesia RABBITMQ_LOG_BASE=$LAB/rabbit/log RABBITMQ_ENABLED_PLUGINS_FILE=$LAB/rabbit/enabled_plugins
# the wrapper /usr/sbin/rabbitmq-server insists on user 'rabbitmq': call the real script.
# busy-waiting schedulers off (+sbwt none): they would eat both cores.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2"
start rabbit /usr/lib/rabbitmq/bin/rabbitmq-server
wait_for 60 port 127.0.0.1 $DB_PORT
wait_for 60 $SQL -e 'select 1'
wait_for 90 port $MGMT $MQ_PORT

#!/bin/bash
# From whatever is there to a usable cloud: nothing to do when it is up, else all but image and schema is made anew.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
[ "$(id -u)" = 0 ] || {
  echo "the lab needs root: namespaces, mounts, containers" >&2
  exit 1
}
mkdir -p "$LAB"
exec 9>"$LAB/lock.up" # two at once would make two labs of one
flock 9
T=$SECONDS
say() { printf '%4ds  %s\n' $((SECONDS - T)) "$*"; }
whole() {
  local file
  [ -f "$LAB/run/up" ] || return 1
  for file in "$LAB"/run/*.proc; do running "$(basename "$file" .proc)" || return 1; done
  http "http://$MGMT:5000/v3"
}
if whole; then
  say "the lab is up: OS_CLIENT_CONFIG_FILE=$LAB/clouds.yaml, clouds lab-admin and lab-demo"
  exit 0
fi
"$HERE/prepare.sh" 9>&-
say "packages, server image"
"$HERE/reset.sh" 9>&-
say "nothing left of an earlier one"
step() { # SCRIPT WHAT
  "$HERE/$1" 9>&- # no process of the lab may keep the lock
  say "$2"
}
step configure.sh "configured"
step network.sh "namespaces"
step infra.sh "mariadb, rabbitmq, memcached"
step databases.sh "databases"
step services.sh "services"
"$HERE/agents.sh" 9>&- &
agents=$!
"$HERE/computes.sh" 9>&- &
computes=$!
wait $agents
wait $computes
say "agents, compute hosts"
python3 "$HERE/seed.py" offer 9>&-
wait_for 90 python3 "$HERE/seed.py" room 9>&-
touch "$LAB/run/up"
say "the lab is up: OS_CLIENT_CONFIG_FILE=$LAB/clouds.yaml, clouds lab-admin and lab-demo"

#!/bin/bash
# What can be done before the lab is brought up, beside other work: the packages, and the server image. Once each.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$LAB"
exec 8>"$LAB/lock.prepare" # whoever comes second waits, and finds it done
flock 8
quietly() { # SCRIPT
  "$HERE/$1" >"$LAB/${1%.sh}.log" 2>&1 8>&- || { tail -5 "$LAB/${1%.sh}.log" >&2; exit 1; }
}
quietly install.sh
[ -f "$LAB/build/server.qcow2" ] || quietly image.sh

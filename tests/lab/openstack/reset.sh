#!/bin/bash
# reset.sh [--all]: stop, and forget everything but what takes long to make: the server image and the databases' schema.
. "$(dirname "$0")/env.sh"
"$HERE/stop.sh"
rm -rf "$LAB"/{mysql,rabbit,nova,neutron,cinder,images,volumes,lock,run,libvirt,etc,log,guest,pylib,clouds.yaml}
[ "${1:-}" != --all ] || rm -rf "$LAB"/{build,db-seed.sql.gz}
exit 0

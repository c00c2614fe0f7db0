#!/usr/bin/env bash
# Every test: the quick ones first, the same on PostgreSQL and Redis, then kills, then real clusters.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
PYTEST=(uv run --no-sync pytest -q)

say "Unit and API tests, SQLite"
"${PYTEST[@]}" -n 3 --dist loadfile -m "not real and not slow"
say "The same contracts on PostgreSQL and Redis"
scripts/with-services.sh "${PYTEST[@]}" -n 3 --dist loadfile -m "not real and not slow" tests/api tests/reconcile
say "Workers killed at random, SQLite, then PostgreSQL and Redis"
"${PYTEST[@]}" -m "slow and not real"
SLIPWAY_KILLS=10 scripts/with-services.sh "${PYTEST[@]}" -m "slow and not real" tests/chaos
say "Bundles and node image; beside them packages and server image of the OpenStack lab"
tests/lab/openstack/prepare.sh &
prepared=$!
uv run --no-sync python -m provisioning.bundles build --image
wait "$prepared"
say "Real machines, real kubeadm"
"${PYTEST[@]}" -m "real and not openstack"
say "A real OpenStack: the driver, a cluster, faults"
tests/lab/openstack/up.sh
"${PYTEST[@]}" -m "openstack and not unhurried" --durations 10

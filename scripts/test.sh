#!/usr/bin/env bash
# Every test: the quick ones first, the same on PostgreSQL and Redis, then kills, the web page, real clusters, and a
# cluster's life in a real OpenStack (the rest of what is tested there takes an hour: make e2e-openstack).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
PYTEST=(uv run --no-sync pytest -q)

say "Unit and API tests, SQLite; the web page's components"
"${PYTEST[@]}" -n 3 --dist loadfile -m "not real and not slow"
(cd frontend && npm test --silent)
say "The same contracts on PostgreSQL and Redis"
scripts/with-services.sh "${PYTEST[@]}" -n 3 --dist loadfile -m "not real and not slow" tests/api tests/reconcile
say "Workers killed at random, SQLite, then PostgreSQL and Redis"
"${PYTEST[@]}" -m "slow and not real"
SLIPWAY_KILLS=10 scripts/with-services.sh "${PYTEST[@]}" -m "slow and not real" tests/chaos
say "The web page in a browser"
scripts/e2e-web.sh fake clusters faults issuer life platform session weight # make e2e-web makes pictures, too
say "Bundles and node image"
uv run --no-sync python -m provisioning.bundles build --image
say "A real cluster by clicks"
scripts/e2e-web.sh real
say "Real machines, real kubeadm"
"${PYTEST[@]}" -m "real and not openstack and not unhurried"
say "A cluster's life in a real OpenStack on this machine"
trap 'tests/lab/openstack/stop.sh' EXIT
tests/lab/openstack/up.sh
"${PYTEST[@]}" tests/e2e/openstack/test_life.py

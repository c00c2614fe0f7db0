#!/usr/bin/env bash
# kubeadm by hand and Slipway in turn on bare hosts, which containers play, on a Slipway of its own that is gone afterwards.
# Arguments go to benchmarks.baremetal.
set -euo pipefail
cd "$(dirname "$0")/.."
SLIPWAY_HOME=$(mktemp -d)
export SLIPWAY_HOME SLIPWAY_PORT=${SLIPWAY_PORT:-7543}
. scripts/common.sh
leave() {
  kubectl --kubeconfig "$ADMIN" delete tenant bench --ignore-not-found --timeout=300s > /dev/null
  slipway down > /dev/null
  rm -rf "$SLIPWAY_HOME"
}
trap leave EXIT
slipway up > /dev/null
uv run --no-sync python -m benchmarks.baremetal "$@"

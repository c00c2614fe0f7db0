#!/usr/bin/env bash
# openstacksdk and kubeadm by hand and Slipway in turn in the lab, on a Slipway of its own that is gone afterwards.
# Arguments go to benchmarks.openstack.
set -euo pipefail
cd "$(dirname "$0")/.."
SLIPWAY_HOME=$(mktemp -d)
export SLIPWAY_HOME SLIPWAY_PORT=${SLIPWAY_PORT:-7543}
. scripts/common.sh
trap 'slipway down > /dev/null; rm -rf "$SLIPWAY_HOME"' EXIT
slipway up > /dev/null
uv run --no-sync python -m benchmarks.openstack "$@"

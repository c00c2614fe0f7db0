#!/usr/bin/env bash
# Playwright over a real Slipway: `fake` has simulated machines, `real` one real cluster of the local driver.
# What follows chooses files of tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
scripts/setup-host.sh browser
cd frontend
npx playwright test --project="$1" "${@:2}"

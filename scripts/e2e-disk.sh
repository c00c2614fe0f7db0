#!/usr/bin/env bash
# The disk image on an emulated computer: installs the emulator if it is missing, then starts the image in it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup-host.sh

find_root
missing=()
has qemu-system-x86_64 || missing+=(qemu-system-x86)
has qemu-img || missing+=(qemu-utils)
has genisoimage || missing+=(genisoimage)
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
uv run --no-sync pytest -q tests/e2e/test_disk_image.py

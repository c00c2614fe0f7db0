# Imports the OCI archive at its input into containerd, unpacked and pinned; containerd compares every digest. $@: what has
# to be there afterwards.
set -eu
tries=0
until ctr version > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 300 ] || { journalctl -q -n 5 -u containerd >&2; exit 1; }
  sleep 0.1
done
ctr -n k8s.io images import - > /dev/null
ctr -n k8s.io images ls -q | grep -v sha256: | while read -r image; do
  # pinned: the kubelet's image collection must not take what no registry gives back
  ctr -n k8s.io images label "$image" io.cri-containerd.image=managed io.cri-containerd.pinned=pinned > /dev/null
done
there=$(ctr -n k8s.io images ls -q)
for image in "$@"; do
  echo "$there" | grep -qxF "$image" || { echo "$image was not imported" >&2; exit 1; }
done

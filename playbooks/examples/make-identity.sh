#!/bin/sh
# make-identity.sh DIRECTORY ENDPOINT WORKER...: a cluster's authorities and first credentials, by kubeadm on this machine.
set -eu
directory=$(mkdir -p "$1" && cd "$1" && pwd)
endpoint=$2
shift 2
config=$(mktemp)
trap 'rm -f "$config"' EXIT
cat > "$config" << END
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: $(kubeadm version -o short)
certificatesDir: $directory/pki
controlPlaneEndpoint: $endpoint:6443
encryptionAlgorithm: ECDSA-P256
END
for authority in ca front-proxy-ca etcd-ca sa; do kubeadm init phase certs "$authority" --config "$config"; done
umask 077
kubeadm kubeconfig user --config "$config" --client-name slipway:bootstrap --org system:masters > "$directory/admin.conf"
for worker in "$@"; do
  mkdir -p "$directory/nodes/$worker"
  kubeadm kubeconfig user --config "$config" --client-name "system:node:$worker" --org system:nodes \
    > "$directory/nodes/$worker/kubelet.conf"
done

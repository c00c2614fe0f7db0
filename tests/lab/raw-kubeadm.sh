#!/bin/bash
# The floor that Slipway's own times are compared with: the same cluster by kubeadm's documented way, init and then all
# joins at once, as fast as it goes by hand on the same node image. Prints one JSON document with the seconds of each
# step, progress on standard error, and leaves nothing behind however it ends.
#   raw-kubeadm.sh [CONTROL_PLANES] [WORKERS]     environment: IMAGE=slipway-node:... VERSION=1.37.2  ENDPOINT=vip|lb  KEEP_LOGS=DIRECTORY
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
control_planes=${1:-3}
workers=${2:-2}
version=${VERSION:-1.37.2}
endpoint_kind=${ENDPOINT:-vip}
image=${IMAGE:-slipway-node:$version}
run=raw-$$
label=slipway-raw-bench=$run
patience=900 # seconds for everything
work=$(mktemp -d)
steps=""
declare -A address
. "$here/machines.sh"

main() {
  start=$(now)
  make_network
  step machines make_machines
  step endpoint "make_endpoint_$endpoint_kind"
  step init init_first_control_plane
  step cni apply_flannel
  step token_signed wait_for_signed_token # kubeadm looks for it every 5 s only: an early join loses that much
  step joins join_all
  step nodes_ready wait_for_nodes "$((control_planes + workers))"
  step dns_answers wait_for_dns
  total=$(since "$start")
  apply_probe
  step one_more_worker add_worker "$((workers + 1))"
  step pod_on_it wait_for_probes "$((workers + 1))"
  step delete remove_all
  report
}

# --- endpoint

make_endpoint_lb() {
  local name
  {
    cat << 'HAPROXY'
global
  maxconn 4000
defaults
  mode tcp
  timeout connect 2s
  timeout client 10m
  timeout server 10m
  timeout check 2s
listen api
  bind :6443
  option httpchk GET /readyz
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 check check-ssl verify none on-marked-down shutdown-sessions
HAPROXY
    for name in $(control_plane_names); do echo "  server $name ${address[$name]}:6443"; done
  } > "$work/haproxy.cfg"
  docker create --name "$run-lb" --label "$label" --network "$run" --entrypoint haproxy "$image" -db -f /etc/haproxy.cfg > /dev/null
  docker cp "$work/haproxy.cfg" "$run-lb:/etc/haproxy.cfg" > /dev/null
  docker start "$run-lb" > /dev/null
  endpoint=$(ip_of lb)
}

# An address that one of the control planes holds. A failing check lowers the priority and never gives the address up,
# so that the first control plane has it before any API server runs.
make_endpoint_vip() {
  local name peer priority=200
  endpoint=${subnet%.*}.250 # the engine gives addresses away from the low end
  for name in $(control_plane_names); do
    priority=$((priority - 1))
    {
      cat << KEEPALIVED
global_defs {
  script_user root
  enable_script_security
}
vrrp_script api {
  script "/usr/bin/curl -sfk -m 1 -o /dev/null https://127.0.0.1:6443/readyz"
  interval 1
  fall 2
  rise 1
  weight -50
}
vrrp_instance api {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority $priority
  advert_int 0.3
  unicast_src_ip ${address[$name]}
  unicast_peer {
KEEPALIVED
      for peer in $(control_plane_names); do [ "$peer" = "$name" ] || echo "    ${address[$peer]}"; done
      printf '  }\n  virtual_ipaddress {\n    %s/32 dev eth0\n  }\n  track_script {\n    api\n  }\n}\n' "$endpoint"
    } | on "$name" sh -c 'cat > /etc/keepalived/keepalived.conf && systemctl start keepalived'
  done
}

# --- kubeadm

init_first_control_plane() {
  token=$(hex 3).$(hex 8)
  certificate_key=$(hex 32)
  repository=$(on cp1 ctr -n k8s.io images ls -q | sed -n 's|/kube-apiserver:.*||p')
  init_configuration | on cp1 sh -c 'cat > /etc/kubernetes/kubeadm.yaml && kubeadm init --upload-certs --config /etc/kubernetes/kubeadm.yaml'
}

init_configuration() {
  cat << YAML
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens: [{token: $token, ttl: 2h0m0s}]
certificateKey: $certificate_key
localAPIEndpoint: {advertiseAddress: ${address[cp1]}}
$(registration cp1)
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v$version
imageRepository: $repository
encryptionAlgorithm: ECDSA-P256 # as Slipway's clusters: RSA keys would cost this side seconds
controlPlaneEndpoint: $endpoint:6443
networking: {podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/16}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failCgroupV1: false
resolvConf: /etc/kubernetes/resolv.conf
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
conntrack: {maxPerCore: 0, min: 0} # the host's table, which a container may not resize
YAML
}

registration() {
  cat << YAML
nodeRegistration:
  name: $1
  criSocket: unix:///run/containerd/containerd.sock
  imagePullPolicy: Never
  ignorePreflightErrors: [SystemVerification] # cgroup v1 is refused by version alone
  kubeletExtraArgs: [{name: node-ip, value: ${address[$1]}}]
YAML
}

join() { # NAME worker|control-plane
  {
    cat << YAML
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery: {bootstrapToken: {apiServerEndpoint: "$endpoint:6443", token: $token, unsafeSkipCAVerification: true}}
$(registration "$1")
YAML
    [ "$2" = worker ] || echo "controlPlane: {certificateKey: $certificate_key, localAPIEndpoint: {advertiseAddress: ${address[$1]}}}"
  } | on "$1" sh -c 'cat > /etc/kubernetes/kubeadm.yaml && kubeadm join --config /etc/kubernetes/kubeadm.yaml' 2>&1 |
    sed "s/^/$1: /"
}

join_all() {
  local name jobs=()
  for name in $(control_plane_names | tail -n +2); do join "$name" control-plane & jobs+=($!); done
  for name in $(worker_names); do join "$name" worker & jobs+=($!); done
  wait_for_all "${jobs[@]}"
}

apply_flannel() {
  local images
  images=$(on cp1 ctr -n k8s.io images ls -q)
  sed -e "s|@FLANNEL@|$(grep -m1 '/flannel:' <<< "$images")|" -e "s|@BUSYBOX@|$(grep -m1 '/busybox:' <<< "$images")|" \
    "$here/flannel.yaml" | kubectl apply -f -
}

wait_for_signed_token() { patiently token_is_signed; }
token_is_signed() { kubectl -n kube-public get configmap cluster-info -o yaml | grep -q "jws-kubeconfig-${token%.*}"; }

wait_for_nodes() { # COUNT
  patiently nodes_number "$1"
  kubectl wait --for=condition=Ready node --all --timeout=180s
}

nodes_number() { [ "$(kubectl get nodes --no-headers | wc -l)" = "$1" ]; }

wait_for_dns() {
  kubectl -n kube-system rollout status deployment/coredns --timeout=180s
  patiently dns_answers
}

dns_answers() { on cp1 python3 - 10.96.0.10 kubernetes.default.svc.cluster.local < "$here/dns_query.py"; }

add_worker() { # NUMBER
  make_machine "w$1"
  address[w$1]=$(ip_of "w$1")
  join "w$1" worker
  wait_for_nodes "$((control_planes + $1))"
}

apply_probe() {
  local pause
  pause=$(on cp1 ctr -n k8s.io images ls -q | grep -m1 '/pause:')
  sed "s|@PAUSE@|$pause|" "$here/probe.yaml" | kubectl apply -f - > "$work/probe.log" 2>&1
  wait_for_probes "$workers" >> "$work/probe.log" 2>&1
}

wait_for_probes() { # COUNT
  kubectl wait "--for=jsonpath={.status.numberReady}=$1" daemonset/probe --timeout=180s
}

# --- the small words

control_plane_names() { seq -f 'cp%g' "$control_planes"; }
worker_names() { seq -f 'w%g' "$workers"; }
on() { local name=$1; shift; docker exec -i "$run-$name" "$@"; }
kubectl() { on cp1 kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
ip_of() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$run-$1"; }
hex() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN {printf "%.2f", b - a}'; }

patiently() { # CONDITION...
  until "$@"; do
    if ((SECONDS > patience)); then
      echo "in vain: $*"
      return 1
    fi
    sleep 0.2
  done
}

wait_for_all() { local job; for job in "$@"; do wait "$job"; done; }

step() { # NAME COMMAND...
  local name=$1 seconds began
  shift
  began=$(now)
  log=$work/$name.log
  "$@" > "$log" 2>&1 # its failure ends the script; `leave` shows the log
  seconds=$(since "$began")
  steps+="${steps:+, }\"$name\": $seconds"
  printf '%8s s  %s (%s s)\n' "$(since "$start")" "$name" "$seconds" >&2
}

report() {
  printf '{"version": "%s", "endpoint": "%s", "control_planes": %s, "workers": %s, "total": %s, "steps": {%s}}\n' \
    "$version" "$endpoint_kind" "$control_planes" "$workers" "$total" "$steps"
}

remove_all() {
  local ids volumes
  ids=$(docker ps --all --quiet --filter "label=$label")
  [ -z "$ids" ] || docker rm --force --volumes $ids > /dev/null
  volumes=$(docker volume ls --quiet --filter "label=$label")
  [ -z "$volumes" ] || docker volume rm $volumes > /dev/null
  if docker network inspect "$run" > /dev/null 2>&1; then docker network rm "$run" > /dev/null; fi
}

leave() {
  local status=$?
  [ $status = 0 ] || tail -n 20 "${log:-/dev/null}" >&2
  remove_all
  wait # what still ran ends when its machine is gone; it may have made one more
  remove_all
  [ -z "${KEEP_LOGS:-}" ] || cp -r "$work/." "$KEEP_LOGS"
  rm -rf "$work"
}

trap leave EXIT
trap 'exit 130' INT TERM
main

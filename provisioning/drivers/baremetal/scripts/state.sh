# What Slipway can have changed on a host, one thing a line, sorted: two runs of it are compared line by line.
{
  for interface in /sys/class/net/*; do
    case ${interface##*/} in cni0 | flannel* | veth* | kube-*) echo "interface ${interface##*/}" ;; esac
  done
  awk '/^ *\|--/ {a = $2} /\/32 host LOCAL/ {print "address " a}' /proc/net/fib_trie | sort -u
  awk '$1 ~ /^(cni0|flannel)/ {print "route " $1 " " $2}' /proc/net/route
  awk '$2 ~ /^\/(var\/lib\/(kubelet|containerd|slipway)|run\/(containerd|netns))/ {print "mount " $2}' /proc/self/mounts
  for port in 2379 2380 2381 6443 6444 10248 10249 10250 10256 10257 10259; do
    hex=$(printf ':%04X' "$port")
    awk -v p="$hex" '$4 == "0A" && substr($2, length($2) - 4) == p {found = 1} END {exit !found}' \
      /proc/net/tcp /proc/net/tcp6 2>/dev/null && echo "port $port"
  done
  if command -v nft > /dev/null; then
    nft list ruleset 2>/dev/null | awk '
      $1 == "table" {table = $2 " " $3; print "table " table}
      $1 == "chain" && $2 !~ /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/ {print "chain " table " " $2}
      /KUBE-|CNI-|FLANNEL-|flannel|kube-proxy/ && $1 != "table" && $1 != "chain" {print "rule " table}' | sort -u
  fi
  for key in net/ipv4/ip_forward net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables \
    kernel/panic kernel/panic_on_oops vm/overcommit_memory kernel/keys/root_maxkeys kernel/keys/root_maxbytes \
    net/ipv4/conf/all/route_localnet net/netfilter/nf_conntrack_max; do
    [ -e "/proc/sys/$key" ] && echo "sysctl $key=$(cat "/proc/sys/$key")"
  done
  for path in /etc/kubernetes /etc/cni /etc/slipway /opt/cni /var/lib/kubelet /var/lib/etcd /var/lib/cni \
    /var/lib/slipway-node /var/lib/slipway /var/lib/slipway-volumes /var/log/pods /var/log/containers /run/flannel /run/slipway \
    /root/.kube /usr/libexec/kubernetes /lib/modules /var/lib/haproxy/dev/log /run/haproxy /run/netns /run/xtables.lock \
    /usr/bin/kubeadm /usr/bin/kubelet /usr/bin/kubectl /usr/bin/etcdctl /usr/bin/etcdutl /usr/lib/cni/flannel \
    /etc/systemd/system/kubelet.service /etc/systemd/system/slipway-* /etc/systemd/system/containerd.service.d \
    /etc/sysctl.d/90-slipway.conf /etc/modules-load.d/slipway.conf /usr/local/sbin/slipway-* \
    /var/lib/containerd/* /run/netns/cni-* /sys/fs/cgroup/kubepods* /sys/fs/cgroup/*/kubepods*; do
    [ -e "$path" ] && echo "path $path"
  done
  for unit in kubelet containerd haproxy keepalived; do
    systemctl is-active --quiet "$unit" 2>/dev/null && echo "active $unit"
  done
  for process in /proc/[0-9]*; do
    case $(cat "$process/comm" 2>/dev/null) in
      containerd* | kubelet | kube-* | etcd | flanneld | coredns | haproxy | keepalived | metrics-server | runc)
        echo "process $(cat "$process/comm" 2>/dev/null)" ;;
    esac
  done
} | LC_ALL=C sort -u

# shellcheck shell=bash disable=SC2154 # the variables are those of the script that sources this
# System containers as machines, made from the node image: sourced by raw-kubeadm.sh.

make_network() {
  docker network create --label "$label" "$run" > /dev/null
  subnet=$(docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' "$run")
}

make_machines() {
  local name jobs=()
  for name in $(control_plane_names) $(worker_names); do
    make_machine "$name" & jobs+=($!)
  done
  wait_for_all "${jobs[@]}"
  for name in $(control_plane_names) $(worker_names); do address[$name]=$(ip_of "$name"); done
}

make_machine() {
  local volume=$run-$1-containerd options
  docker volume create --label "$label" "$volume" > /dev/null
  fill_with_images "$volume"
  mapfile -t options < <(privileges)
  docker run --detach --name "$run-$1" --hostname "$1" --label "$label" --network "$run" --cgroupns private \
    "${options[@]}" --tmpfs /tmp:exec --tmpfs /run:exec --volume "$volume:/var/lib/containerd" --volume /var \
    --env DNS="$(name_servers)" "$image" > /dev/null
  # one command that waits inside: starting one again and again would keep a small host busy
  on "$1" sh -c 'until [ -S /run/containerd/containerd.sock ]; do sleep 0.1; done'
}

# Hard links cost half a second where an import costs ten. They cannot cross mounts, so the folder of all volumes is
# mounted; the bolt databases are written in place and therefore copied.
fill_with_images() {
  local volumes seed
  volumes=$(docker info -f '{{.DockerRootDir}}')/volumes
  seed=${image/slipway-node:/slipway-seed-} # the volume is named as the image is
  docker run --rm --label "$label" --network none --entrypoint sh --volume "$volumes:/v" "$image" -c "
    cp -al /v/$seed/_data/. /v/$1/_data/ && cd /v/$1/_data &&
    find . -maxdepth 2 -name '*.db' | while read -r db; do cp -p \$db \$db.new && mv \$db.new \$db; done"
}

# --privileged asks for every capability and fails where the engine itself lacks one: then name those that there are.
privileges() {
  local names bounding bit
  names=(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
    NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
    SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
    MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ)
  bounding=$((16#$(awk '/^CapBnd:/ {print $2}' /proc/self/status)))
  if ((bounding >> 24 & 1)); then
    echo --privileged
    return
  fi
  printf '%s\n' --security-opt=seccomp=unconfined --security-opt=systempaths=unconfined \
    --security-opt=apparmor=unconfined '--device-cgroup-rule=a *:* rwm'
  for bit in "${!names[@]}"; do ((bounding >> bit & 1)) && echo "--cap-add=${names[bit]}"; done
}

name_servers() { awk '/^nameserver/ && $2 !~ /^127\./ {printf "%s ", $2}' /etc/resolv.conf; }

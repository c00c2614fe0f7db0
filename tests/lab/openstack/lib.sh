# What the scripts share: processes that outlive them, waiting, and the nodes' namespaces.

# start NAME CMD...: run CMD in a session of its own, log to $LAB/log/NAME.out, remember it.
start() {
  local name=$1
  shift
  if running "$name"; then return; fi
  # The mark is inherited by whatever it starts: stop.sh finds by it what daemonised or lost its pid file.
  SLIPWAY_LAB_MARK=$LAB setsid "$@" >>"$LAB/log/$name.out" 2>&1 </dev/null &
  echo "$! $(born $!)" >"$LAB/run/$name.proc"
}
# born PID: when it was started. After a restart of the machine another process can have the number.
born() { awk '{sub(/.*\) /, ""); print $20}' "/proc/$1/stat" 2>/dev/null; }
pid_of() { cut -d' ' -f1 "$LAB/run/$1.proc"; }
running() {
  local pid when
  [ -f "$LAB/run/$1.proc" ] && read -r pid when <"$LAB/run/$1.proc" && [ -n "$when" ] && [ "$(born "$pid")" = "$when" ]
}
# stop NAME: TERM to the process group that start made, then KILL.
stop() {
  if running "$1"; then
    local p
    p=$(pid_of "$1")
    kill -TERM -- "-$p" 2>/dev/null || kill -TERM "$p" 2>/dev/null || true
    for _ in $(seq 50); do
      running "$1" || break
      sleep 0.2
    done
    kill -KILL -- "-$p" 2>/dev/null || true
  fi
  rm -f "$LAB/run/$1.proc"
}
# wait_for SECONDS CMD...: until CMD succeeds
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || {
      echo "timed out: $*" >&2
      return 1
    }
    sleep 0.3
  done
}
port() { timeout 1 bash -c "</dev/tcp/$1/$2"; }
http() { curl -s -o /dev/null --max-time 3 "$1"; }
# in_node NODE CMD...: run CMD in a node's namespaces, with a /sys that shows its devices
in_node() {
  local node=$1
  shift
  nsenter --target "$(pid_of "node-$node")" --mount --net --uts -- "$@"
}

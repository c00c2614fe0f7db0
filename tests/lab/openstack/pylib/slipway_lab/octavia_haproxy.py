"""Octavia without amphora VMs, but with a real data path: each load balancer is an haproxy in a network namespace
of the first node, plugged into Neutron with the VIP port itself.

AmphoraDriver writes and (re)starts haproxy; NetworkDriver, for the worker, takes it down and deletes the VIP port if
Octavia made it. Everything else (flows, states, API) is Octavia's own. TCP listeners only, with their timeouts,
allowed CIDRs and health monitors. octavia_status.py stands in for the health manager.
"""

import ipaddress
import os
import subprocess
from pathlib import Path

import openstack
from octavia.amphorae.drivers.noop_driver import driver as amp_noop
from octavia.network.drivers.noop_driver import driver as net_noop

RUN = Path(os.environ["LAB"]) / "run"
NODE = os.environ.get("LAB_LB_NODE", "osn1")
GOING = ("PENDING_DELETE", "DELETED")
BALANCE = {"LEAST_CONNECTIONS": "leastconn", "SOURCE_IP": "source"}


def _node(script):
    """Runs a shell script in the node's network and mount namespaces."""
    pid = (RUN / f"node-{NODE}.proc").read_text().split()[0]
    inside = ["nsenter", "-t", pid, "-m", "-n", "--", "sh", "-ec", script]
    subprocess.run(inside, check=True, capture_output=True, text=True)


def _names(port_id):
    return f"qlb-{port_id[:11]}", f"tap{port_id[:11]}", str(RUN / f"haproxy-{port_id}")


def _stop(namespace, base):
    return f"{{ ip netns pids {namespace} | xargs -r kill; }} 2>/dev/null || true; rm -f {base}.pid {base}.sock; "


def _check(monitor):
    """Lines for the backend, options for its servers."""
    if not monitor or not monitor.enabled:
        return [], ""
    options = f" check inter {monitor.delay}s fall {monitor.fall_threshold} rise {monitor.rise_threshold}"
    lines = [f"  timeout check {monitor.timeout}s"]
    if monitor.type in ("HTTP", "HTTPS"):
        codes = (monitor.expected_codes or "200").replace(",", "|")
        expected = "^[23]" if "-" in codes else f"^({codes})$"
        lines += [f"  option httpchk {monitor.http_method or 'GET'} {monitor.url_path or '/'}"]
        lines += [f"  http-check expect rstatus {expected}"]
    if monitor.type in ("HTTPS", "TLS-HELLO"):
        options += " check-ssl verify none"
    return lines, options


def _config(balancer, base):
    """haproxy's configuration, empty when there is nothing to serve."""
    listeners = [one for one in balancer.listeners if one.enabled and one.provisioning_status not in GOING]
    if not listeners:
        return ""
    out = [
        "global",
        "  daemon",
        "  maxconn 1000",
        f"  pidfile {base}.pid",
        f"  stats socket {base}.sock mode 600",
    ]
    out += ["defaults", "  mode tcp", "  timeout connect 5s", "  timeout client 50s", "  timeout server 50s"]
    for listener in listeners:
        out += [f"frontend {listener.id}", f"  bind {balancer.vip.ip_address}:{listener.protocol_port}"]
        out += [f"  timeout client {listener.timeout_client_data or 50000}ms"]
        if cidrs := " ".join(one.cidr for one in listener.allowed_cidrs or ()):
            out.append(f"  tcp-request connection reject unless {{ src {cidrs} }}")
        if (pool := listener.default_pool) and pool.provisioning_status not in GOING:
            out += [f"  default_backend {pool.id}", *_backend(listener, pool)]
    return "\n".join(out) + "\n"


def _backend(listener, pool):
    lines, options = _check(pool.health_monitor)
    return [
        f"backend {pool.id}",
        f"  balance {BALANCE.get(pool.lb_algorithm, 'roundrobin')}",
        f"  timeout server {listener.timeout_member_data or 50000}ms",
        f"  timeout connect {listener.timeout_member_connect or 5000}ms",
        *lines,
        *(
            f"  server {member.id} {member.ip_address}:{member.protocol_port} weight {member.weight}{options}"
            for member in pool.members
            if member.enabled and member.provisioning_status not in GOING
        ),
    ]


class AmphoraDriver(amp_noop.NoopAmphoraLoadBalancerDriver):
    def update(self, loadbalancer):
        network = openstack.connect(cloud="lab-admin").network
        port = network.get_port(loadbalancer.vip.port_id)
        namespace, tap, base = _names(port.id)
        if port.binding_host_id != NODE or not port.is_admin_state_up:
            # Octavia leaves the port down and unbound, with a security group: its own driver would open the
            # listeners' ports on the amphora's port
            opened = {"security_groups": [], "port_security_enabled": False}
            network.update_port(port, binding_host_id=NODE, admin_state_up=True, **opened)
        subnet = network.get_subnet(loadbalancer.vip.subnet_id)
        address = f"{loadbalancer.vip.ip_address}/{ipaddress.ip_network(subnet.cidr).prefixlen}"
        mtu = network.get_network(port.network_id).mtu
        # the linuxbridge agent finds the tap by its name and does the rest
        _node(f"""ip netns list | grep -qw {namespace} || {{
            ip netns add {namespace}
            ip link add {tap} type veth peer name eth0 netns {namespace}; ip link set {tap} mtu {mtu} up
            ip -n {namespace} link set lo up
            ip -n {namespace} link set eth0 address {port.mac_address} mtu {mtu} up
            ip -n {namespace} addr add {address} dev eth0
            {f"ip -n {namespace} route add default via {subnet.gateway_ip}" if subnet.gateway_ip else ":"}; }}""")
        text = _config(loadbalancer, base)
        Path(f"{base}.cfg").write_text(text)
        if not text:
            return _node(_stop(namespace, base))
        # -sf: the old process goes on with the connections that it has, as in an amphora
        successor = f"$([ -f {base}.pid ] && echo -sf $(cat {base}.pid))"
        return _node(f"ip netns exec {namespace} haproxy -f {base}.cfg {successor}")

    def update_amphora_listeners(self, loadbalancer, amphora, timeout_dict):
        self.update(loadbalancer)


class NetworkDriver(net_noop.NoopNetworkDriver):
    def deallocate_vip(self, vip):
        namespace, tap, base = _names(vip.port_id)
        gone = f"ip netns del {namespace} 2>/dev/null || true; ip link del {tap} 2>/dev/null || true"
        _node(f"{_stop(namespace, base)} rm -f {base}.cfg; {gone}")
        network = openstack.connect(cloud="lab-admin").network
        if vip.octavia_owned:
            network.delete_port(vip.port_id, ignore_missing=True)
        elif port := network.find_port(vip.port_id):
            network.update_port(port, binding_host_id="")

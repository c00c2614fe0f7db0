"""The raw side in OpenStack, the cloud: what a script makes with openstacksdk, as parallel as it goes."""

import base64
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from benchmarks.declaration import Declaration

RULES = (
    ("tcp", 22, 22, False), ("tcp", 6443, 6443, False), ("tcp", 30000, 32767, False), ("icmp", None, None, False),
    ("tcp", 2379, 2380, True), ("tcp", 10250, 10250, True), ("udp", 8472, 8472, True),
)  # fmt: skip
PAUSE = 0.5  # seconds between two looks
PATIENCE = 900


@dataclass
class Cloud:
    """One cluster's machines. Whatever was made is deleted by `remove`, however far it came."""

    sdk: Any
    name: str
    image: str
    flavor: str
    zone: str
    public_key: str
    inside: dict[str, str] = field(default_factory=dict)  # addresses by machine
    outside: dict[str, str] = field(default_factory=dict)
    endpoint: str = ""
    public_endpoint: str = ""

    def make(self, declaration: Declaration) -> "Future[None]":
        """Network and ports, then servers; the load balancer is made meanwhile, which the result says the end of."""
        control_planes = [f"cp{n}" for n in range(1, declaration.control_planes + 1)]
        names = control_planes + [f"w{n}" for n in range(1, declaration.workers + 1)]
        network, subnet, group = self._network()
        ports = parallel(
            lambda name: self.sdk.network.create_port(
                network_id=network.id, name=f"{self.name}-{name}", security_groups=[group.id]
            ),
            names,
        )
        self.inside = {name: port.fixed_ips[0]["ip_address"] for name, port in ports.items()}
        pool = ThreadPoolExecutor(1)
        balancer = pool.submit(self._load_balancer, subnet, control_planes)
        pool.shutdown(wait=False)
        spread = self.sdk.compute.create_server_group(name=self.name, policy="soft-anti-affinity")
        parallel(lambda name: self._server(name, ports[name], spread), names)
        self.outside = parallel(lambda name: self._floating_ip(ports[name].id), names)
        return balancer

    def _network(self) -> tuple[Any, Any, Any]:
        neutron = self.sdk.network
        external = next(iter(neutron.networks(is_router_external=True)))
        network = neutron.create_network(name=self.name)
        subnet = neutron.create_subnet(
            network_id=network.id, ip_version=4, cidr="10.30.0.0/24", name=self.name
        )
        router = neutron.create_router(name=self.name, external_gateway_info={"network_id": external.id})
        neutron.add_interface_to_router(router, subnet_id=subnet.id)
        group = neutron.create_security_group(name=self.name)
        rules = [
            {
                "security_group_id": group.id, "direction": "ingress", "ethertype": "IPv4", "protocol": protocol,
                "port_range_min": first, "port_range_max": last, **({"remote_group_id": group.id} if within else {}),
            }
            for protocol, first, last, within in RULES
        ]  # fmt: skip
        list(neutron.create_security_group_rules(rules))
        return network, subnet, group

    def _server(self, name: str, port: Any, spread: Any) -> Any:
        config = {
            "hostname": name, "users": [], "disable_root": False, "ssh_authorized_keys": [self.public_key],
        }  # fmt: skip
        compute = self.sdk.compute
        image = self.sdk.image.find_image(self.image)
        return compute.create_server(
            name=f"{self.name}-{name}",
            image_id=image.id,
            flavor_id=compute.find_flavor(self.flavor).id,
            networks=[{"port": port.id}],
            availability_zone=self.zone,
            user_data=base64.b64encode(f"#cloud-config\n{json.dumps(config)}".encode()).decode(),
            **({"scheduler_hints": {"group": spread.id}} if name.startswith("cp") else {}),
        )

    def _floating_ip(self, port: str) -> str:
        neutron = self.sdk.network
        external = next(iter(neutron.networks(is_router_external=True)))
        made = neutron.create_ip(floating_network_id=external.id, port_id=port, description=self.name)
        return str(made.floating_ip_address)

    def _load_balancer(self, subnet: Any, members: list[str]) -> None:
        """Step by step: each makes the whole immutable until it is done."""
        octavia = self.sdk.load_balancer
        balancer = octavia.create_load_balancer(name=self.name, vip_subnet_id=subnet.id)
        self.endpoint = balancer.vip_address

        def done(made: Any) -> Any:
            octavia.wait_for_load_balancer(balancer.id, interval=PAUSE, wait=PATIENCE)
            return made

        done(balancer)
        self.public_endpoint = self._floating_ip(balancer.vip_port_id)
        listener = done(
            octavia.create_listener(
                name="api", protocol="TCP", protocol_port=6443, load_balancer_id=balancer.id,
                timeout_client_data=3_600_000, timeout_member_data=3_600_000,
            )
        )  # fmt: skip
        pool = done(
            octavia.create_pool(
                name="api", protocol="TCP", lb_algorithm="ROUND_ROBIN", listener_id=listener.id
            )
        )
        done(
            octavia.create_health_monitor(
                name="api", pool_id=pool.id, type="HTTPS", delay=3, timeout=2, max_retries=1, max_retries_down=2,
                http_method="GET", url_path="/readyz", expected_codes="200",
            )
        )  # fmt: skip
        for name in members:
            address = self.inside[name]
            done(
                octavia.create_member(
                    pool, name=name, address=address, protocol_port=6443, subnet_id=subnet.id
                )
            )

    def remove(self) -> None:
        """In the order in which one thing uses another."""
        sdk, neutron = self.sdk, self.sdk.network
        for balancer in sdk.load_balancer.load_balancers(name=self.name):
            sdk.load_balancer.delete_load_balancer(balancer, cascade=True)
        _until(lambda: not self._remove_servers())
        _until(lambda: not list(sdk.load_balancer.load_balancers(name=self.name)))
        for address in neutron.ips():
            if address.floating_ip_address in {*self.outside.values(), self.public_endpoint}:
                neutron.delete_ip(address)
        for port in neutron.ports():
            if port.name.startswith(f"{self.name}-"):
                neutron.delete_port(port)
        for router in neutron.routers(name=self.name):
            for subnet in neutron.subnets(name=self.name):
                neutron.remove_interface_from_router(router, subnet_id=subnet.id)
            neutron.delete_router(router)
        for network in neutron.networks(name=self.name):
            neutron.delete_network(network)
        for group in neutron.security_groups(name=self.name):
            neutron.delete_security_group(group)
        for spread in sdk.compute.server_groups():
            if spread.name == self.name:
                sdk.compute.delete_server_group(spread)

    def _remove_servers(self) -> list[Any]:
        """Those that are still there; one whose deletion failed is deleted again, as anybody would."""
        compute = self.sdk.compute
        servers = [s for s in compute.servers() if s.name.startswith(f"{self.name}-")]
        parallel(compute.delete_server, [s for s in servers if s.task_state != "deleting"])
        return servers


def parallel(call: Callable[[Any], Any], items: Iterable[Any]) -> dict[Any, Any]:
    """The results by item, of calls side by side."""
    wanted = list(items)
    with ThreadPoolExecutor(max(1, len(wanted))) as pool:
        return dict(zip([getattr(i, "id", i) for i in wanted], pool.map(call, wanted), strict=True))


def _until(goal: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not goal():
        if time.monotonic() > deadline:
            raise TimeoutError("what the raw side made is not gone")
        time.sleep(PAUSE)

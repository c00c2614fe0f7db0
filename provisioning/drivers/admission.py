"""Who may open connections to a machine: data for drivers whose networks let nothing in by themselves."""

from dataclasses import dataclass
from typing import Final

GROUP: Final = ""
EVERYWHERE: Final = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, order=True)
class Admission:
    """One kind of traffic that is let in. Ports 0: the protocol has none, or all of them."""

    protocol: str  # tcp, udp, icmp, or an IP protocol's number
    first: int = 0
    last: int = 0
    source: str = GROUP  # the group itself, or a cidr


MACHINES: Final = (
    Admission("icmp", source=EVERYWHERE),  # the path's MTU is told by it
    Admission("tcp", 22, 22, EVERYWHERE),  # Slipway's workers
    Admission("tcp", 6443, 6444, EVERYWHERE),  # the endpoint, and what a load balancer passes on to
    Admission("tcp", 30000, 32767, EVERYWHERE),  # services of type NodePort and LoadBalancer
    Admission("udp", 30000, 32767, EVERYWHERE),
    Admission("tcp", 2379, 2380),  # etcd: its clients and its peers
    Admission("tcp", 10250, 10250),  # the kubelet
    Admission("udp", 8472, 8472),  # the pods' own network, VXLAN
    Admission("112"),  # VRRP: who carries a virtual IP
)

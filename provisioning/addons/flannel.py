"""Pod network by flannel."""

from typing import Literal

from pydantic import Field

from provisioning.addons.contract import Addon, Options


class FlannelOptions(Options):
    """How pods of different machines reach each other."""

    backend: Literal["vxlan", "host-gw"] = Field(
        "vxlan",
        description="vxlan works over any network; host-gw is faster where all machines share one segment.",
    )


ADDON = Addon(
    name="flannel",
    role="addon_flannel",
    options=FlannelOptions,
    images=("flannel",),
    workloads=("DaemonSet/kube-flannel/kube-flannel-ds",),
    ready="flanneld has a subnet on every node, without which no node is Ready",
    required=True,
)

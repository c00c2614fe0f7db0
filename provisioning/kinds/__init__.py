"""The kinds of provisioning, one file each."""

from provisioning.kinds.cluster import CLUSTER
from provisioning.kinds.driver import DRIVER
from provisioning.kinds.floating_ip import FLOATING_IP
from provisioning.kinds.machine import MACHINE
from provisioning.kinds.network import NETWORK
from provisioning.kinds.node_pool import NODE_POOL
from provisioning.kinds.provider import PROVIDER
from provisioning.kinds.release import RELEASE
from provisioning.kinds.run import RUN
from provisioning.kinds.storage_pool import STORAGE_POOL

ALL = (PROVIDER, DRIVER, RELEASE, NETWORK, STORAGE_POOL, FLOATING_IP, CLUSTER, NODE_POOL, MACHINE, RUN)

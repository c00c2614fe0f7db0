"""Every condition type and reason that Slipway writes, a comment line each. Nothing else invents one."""

# --- types
READY = "Ready"  # the object does what its spec says
PROGRESSING = "Progressing"  # Slipway is working on it; the message says at what
BLOCKED = "Blocked"  # somebody has to act; reason and message say who and what
PROVIDER_READY = "ProviderReady"  # the provider of the object answers
NETWORK_READY = "NetworkReady"  # the cluster's network is there
ENDPOINT_READY = "EndpointReady"  # the API answers through its stable address
MACHINES_READY = "MachinesReady"  # every declared machine runs
CONTROL_PLANE_READY = "ControlPlaneReady"  # every control plane is Ready and etcd has all its members healthy
WORKERS_READY = "WorkersReady"  # every declared worker is a Ready node
ORPHANS_FOUND = "OrphansFound"  # of a Provider: something lies there that belongs to nothing any more
ADDONS_READY = "AddonsReady"  # cluster DNS and every add-on asked for answer
ADDON_UNAVAILABLE = (
    "AddonUnavailable"  # an add-on that was asked for cannot be there; the cluster is Ready without it
)

# --- reasons: all is well
AS_DECLARED = "AsDeclared"  # seen to be what the spec says
RELEASED = "Released"  # gone, nothing left

# --- reasons: under way (Wait)
RECONCILING = "Reconciling"  # a pass is running or due
WAITING_FOR_PROVIDER = "WaitingForProvider"  # provider not yet checked or not answering
WAITING_FOR_NETWORK = "WaitingForNetwork"  # the network is being made
WAITING_FOR_ADDRESS = "WaitingForAddress"  # the floating IP is being allocated
WAITING_FOR_ENDPOINT = "WaitingForEndpoint"  # the provider still makes the load balancer or virtual IP
WAITING_FOR_STORAGE = "WaitingForStorage"  # a storage pool is being made
WAITING_FOR_MACHINES = "WaitingForMachines"  # machines are being made or do not answer yet
WAITING_FOR_RUN = "WaitingForRun"  # an Ansible run goes on
WAITING_FOR_NODES = "WaitingForNodes"  # nodes have not all reported Ready
WAITING_FOR_API = "WaitingForAPI"  # the API does not answer yet
WAITING_FOR_ETCD = "WaitingForEtcd"  # etcd members have not all reported healthy
WAITING_FOR_DNS = "WaitingForDNS"  # cluster DNS does not answer yet
WAITING_FOR_DEPENDANTS = "WaitingForDependants"  # something still uses the object
SCALING_DOWN = "ScalingDown"  # surplus machines are drained and removed
DELETING = "Deleting"  # everything outside is being removed

# --- reasons: something is wrong, Slipway mends it
MACHINE_STOPPED = "MachineStopped"  # a machine was stopped behind our back: it is started again
MACHINE_FAILED = "MachineFailed"  # the provider failed at a machine: it is made anew, with growing pauses
MACHINE_MISSING = "MachineMissing"  # a machine is gone: it is replaced
NODE_NOT_READY = "NodeNotReady"  # the kubelet of a node does not report
NODE_UNREACHABLE = "NodeUnreachable"  # a machine runs but its node stays away: it is replaced
ETCD_UNHEALTHY = "EtcdUnhealthy"  # an etcd member does not answer
ETCD_QUORUM_LOST = "EtcdQuorumLost"  # too few members: nothing is removed until they are back
API_UNREACHABLE = "APIUnreachable"  # the endpoint does not answer
DRIFT_MENDED = "DriftMended"  # what Slipway made was changed at the provider: made again
RUN_FAILED = "RunFailed"  # a playbook failed: it is run again with backoff

# --- reasons: somebody has to act
PROVIDER_NOT_FOUND = "ProviderNotFound"  # spec names a provider that is not there
PROVIDER_ABANDONED = "ProviderAbandoned"  # a Provider is being deleted, what lies there was given up
NETWORK_NOT_FOUND = "NetworkNotFound"  # spec names a network that is not there
FLOATING_IP_NOT_FOUND = "FloatingIPNotFound"  # spec names a floating IP that is not there
NAME_TAKEN = "NameTaken"  # an object has the name that the cluster's own would have
FLOATING_IP_IN_USE = "FloatingIPInUse"  # another cluster has it
STORAGE_POOL_NOT_FOUND = "StoragePoolNotFound"  # spec names a storage pool that is not there
CLUSTER_NOT_FOUND = "ClusterNotFound"  # a node pool names a cluster that is not there
RELEASE_NOT_OFFERED = "ReleaseNotOffered"  # the version is not on offer
BUNDLE_MISSING = "BundleMissing"  # the release has no bundle on this machine
IMAGES_MISSING = "ImagesMissing"  # machines do not carry an add-on's images
CREDENTIAL_REFUSED = "CredentialRefused"  # the cluster gets no credential of its own at the provider
NOT_OFFERED = "NotOffered"  # the provider has nothing that the add-on is for
INTERNAL_ERROR = "InternalError"  # a fault of ours; the message carries its id in the log

HOST_UNREACHABLE = "HostUnreachable"  # a host does not answer at its address and port
SSH_REFUSED = "SSHRefused"  # a host refuses connections to its SSH port
SSH_KEY_REFUSED = "SSHKeyRefused"  # a host lets the user and key that were given not in
HOST_KEY_CHANGED = "HostKeyChanged"  # a host shows another key than at the first contact, or than was given
SUDO_MISSING = "SudoMissing"  # the user of a host cannot become root
HOST_UNFIT = "HostUnfit"  # something on a host keeps it from being a node; the message says what mends it
HOST_TAKEN = "HostTaken"  # another Slipway has marked the host as its own
HOST_UNCLEAN = "HostUnclean"  # a host was wiped and still carries something: it is given to nobody

# --- events that are not conditions
CREATED = "Created"
DELETED = "Deleted"
SCALED = "Scaled"
REPAIRING = "Repairing"
CREDENTIAL_REPLACED = "CredentialReplaced"  # the cluster's cloud credential was rotated, and why
VOLUMES_KEPT = "VolumesKept"  # volumes that outlive their cluster, by its spec.volumeDeletionPolicy
ORPHANS_REMOVED = "OrphansRemoved"  # who removed what
LEDGER_CLOSED = "LedgerClosed"  # "N created, N gone, 0 left"

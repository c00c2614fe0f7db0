"""How a role in a tenant becomes rights in its clusters: a group in the certificate, bound by RBAC."""

import yaml

ROLE_GROUPS = {"admin": "slipway:admins", "operator": "slipway:operators", "viewer": "slipway:viewers"}
CLUSTER_ROLES = {"admin": "cluster-admin", "operator": "edit", "viewer": "view"}


def rbac_manifest() -> str:
    """YAML to apply in every cluster: each role's group bound to Kubernetes' own ClusterRole."""
    return yaml.safe_dump_all((_binding(role) for role in ROLE_GROUPS), sort_keys=False)


def _binding(role: str) -> dict[str, object]:
    group = ROLE_GROUPS[role]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": group},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": CLUSTER_ROLES[role],
        },
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    }

"""How a role in a tenant becomes rights in its clusters: a group in the certificate, bound by RBAC."""

import yaml

ROLE_GROUPS = {"admin": "slipway:admins", "operator": "slipway:operators", "viewer": "slipway:viewers"}
CLUSTER_ROLES = {"admin": "cluster-admin", "operator": "edit", "viewer": "view"}


NODE_READER = "slipway:node-reader"
RBAC = "rbac.authorization.k8s.io"


def rbac_manifest() -> str:
    """YAML to apply in every cluster: each role's group bound to Kubernetes' own ClusterRole.

    `edit` and `view` say nothing of nodes, and a tenant who pays for nodes may see them.
    """
    bindings = [_binding(ROLE_GROUPS[role], CLUSTER_ROLES[role], role) for role in ROLE_GROUPS]
    readers = _binding(NODE_READER, NODE_READER, "operator", "viewer")
    return yaml.safe_dump_all([*bindings, _node_reader(), readers], sort_keys=False)


def _node_reader() -> dict[str, object]:
    rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]}]
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": NODE_READER},
        "rules": rules,
    }


def _binding(name: str, cluster_role: str, *roles: str) -> dict[str, object]:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": cluster_role},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": ROLE_GROUPS[role]} for role in roles],
    }

"""etcd on a control plane: a data directory with every member in it, and etcdctl with its certificates."""

from __future__ import annotations

import json
import struct
import tempfile
from pathlib import Path
from typing import Any

from ansible.module_utils.slipway_node import KUBERNETES, run

DATA = Path("/var/lib/etcd")
_PAGE = 4096
_META, _FREELIST, _LEAF = 0x04, 0x10, 0x02


def found_data(name: str, members: str, data: Path = DATA) -> None:
    """Make the data directory of a member of a cluster that was never started.

    With it etcd runs with `--initial-cluster-state=existing` from its very first start, so no member has to
    be restarted for a lost disk never to begin a second cluster. All make the same cluster id from `members`.
    """
    own = dict(pair.split("=", 1) for pair in members.split(","))[name]
    unfinished = data.with_name(f".{data.name}.slipway")
    with tempfile.NamedTemporaryFile(suffix=".db") as snapshot:
        snapshot.write(empty_database())
        snapshot.flush()
        run("rm", "-rf", str(unfinished))
        run(
            *("etcdutl", "snapshot", "restore", snapshot.name, "--skip-hash-check"),
            *("--data-dir", str(unfinished)),
            *("--name", name, "--initial-cluster", members, "--initial-advertise-peer-urls", own),
        )
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (unfinished / "member").rename(data / "member")
    unfinished.rmdir()


def empty_database() -> bytes:
    """A bbolt file with the two empty buckets that etcd expects in any snapshot."""
    return _meta(0) + _meta(1) + _page(2, _FREELIST) + _leaf(3, (b"key", b"meta"))


def etcdctl(*words: str, endpoint: str = "https://127.0.0.1:2379", timeout: float = 30) -> Any:
    pki = KUBERNETES / "pki/etcd"
    said = run(
        *("etcdctl", f"--endpoints={endpoint}", f"--cacert={pki}/ca.crt", f"--cert={pki}/server.crt"),
        *(f"--key={pki}/server.key", "--write-out=json", *words),
        timeout=timeout,
    )
    return json.loads(said) if said.lstrip()[:1] in ("{", "[") else said


def members() -> dict[str, dict[str, Any]]:
    """Members by name; one that never started has no name, so its peer address stands for it."""
    found = etcdctl("member", "list")["members"]
    return {member.get("name") or member["peerURLs"][0]: member for member in found}


def _page(number: int, kind: int, body: bytes = b"", count: int = 0) -> bytes:
    return (struct.pack("<QHHI", number, kind, count, 0) + body).ljust(_PAGE, b"\0")


def _meta(number: int) -> bytes:
    fields = struct.pack("<IIIIQQQQQ", 0xED0CDAED, 2, _PAGE, 0, 3, 0, 2, 4, number)
    return _page(number, _META, fields + struct.pack("<Q", _fnv64a(fields)))


def _leaf(number: int, buckets: tuple[bytes, ...]) -> bytes:
    inline = struct.pack("<QQ", 0, 0) + struct.pack("<QHHI", 0, _LEAF, 0, 0)
    elements = names = b""
    for index, name in enumerate(buckets):
        position = 16 * (len(buckets) - index) + len(names)
        elements += struct.pack("<IIII", 1, position, len(name), len(inline))
        names += name + inline
    return _page(number, _LEAF, elements + names, len(buckets))


def _fnv64a(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value

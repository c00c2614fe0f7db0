"""Asks a DNS server for the address of a name: `dns_query.py SERVER NAME`; exit code 0 if it gave one."""

import socket
import struct
import sys

TYPE_A, CLASS_IN, HEADER = 1, 1, ">6H"


def has_address(server: str, name: str, timeout: float = 1.0) -> bool:
    """Whether the server answers with at least one A record."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question = labels + b"\0" + struct.pack(">2H", TYPE_A, CLASS_IN)
    recursion_desired = 0x0100
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(timeout)
        connection.sendto(struct.pack(HEADER, 1, recursion_desired, 1, 0, 0, 0) + question, (server, 53))
        try:
            answer = connection.recv(512)
        except OSError:
            return False
    _, flags, _, answers, _, _ = struct.unpack_from(HEADER, answer)
    return flags & 0xF == 0 and answers > 0


if __name__ == "__main__":
    sys.exit(not has_address(*sys.argv[1:3]))

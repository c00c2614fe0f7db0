"""Stands in for octavia-health-manager, which listens to amphorae that the lab has not: `octavia_status.py DBURL RUN`.

Every two seconds it reads the state of each haproxy (pylib/slipway_lab/octavia_haproxy.py) and writes the operating
status of load balancers, listeners, pools and members into Octavia's database.
"""

import csv
import socket
import sys
import time
import urllib.parse
from pathlib import Path

import pymysql

UPDATE = {
    table: f"update {table} set operating_status=%s where id=%s and operating_status<>%s"  # noqa: S608 - one of four
    for table in ("load_balancer", "listener", "pool", "member")
}


def stats(path):
    """What haproxy says at its socket, a row for each thing."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        connection.sendall(b"show stat\n")
        text = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    return list(csv.DictReader(text.lstrip("# ").splitlines()))


def member_status(said):
    """Octavia's word for haproxy's."""
    if said == "no check":
        return "NO_MONITOR"
    return "ONLINE" if said.startswith("UP") else "DRAINING" if said.startswith("DRAIN") else "ERROR"


def worst(states):
    """The status of what has members in these states."""
    states = [one for one in states if one not in ("NO_MONITOR", "OFFLINE")]
    if all(one == "ONLINE" for one in states):
        return "ONLINE"
    return "ERROR" if states.count("ERROR") == len(states) else "DEGRADED"


def statuses(rows):
    """By table and id, from the rows of one haproxy."""
    found = {}
    members = [row for row in rows if row["svname"] not in ("FRONTEND", "BACKEND")]
    for row in members:
        found["member", row["svname"]] = member_status(row["status"])
    for row in rows:
        if row["svname"] == "BACKEND":
            own = [found["member", m["svname"]] for m in members if m["pxname"] == row["pxname"]]
            found["pool", row["pxname"]] = worst(own)
        elif row["svname"] == "FRONTEND":
            found["listener", row["pxname"]] = "ONLINE"
    return found


def look(cursor, run):
    """One round over all load balancers."""
    for path in run.glob("haproxy-*.sock"):
        try:
            found = statuses(stats(path))
        except OSError:
            continue  # just ending
        cursor.execute(
            "select load_balancer_id from vip where port_id=%s", (path.stem.removeprefix("haproxy-"),)
        )
        pools = [status for (table, _), status in found.items() if table == "pool"]
        found |= {("load_balancer", balancer): worst(pools) for (balancer,) in cursor.fetchall()}
        for (table, one), status in found.items():
            cursor.execute(UPDATE[table], (status, one, status))


def main(address, run):
    url = urllib.parse.urlparse(address)
    where = {"host": url.hostname, "port": url.port, "database": url.path.strip("/")}
    db = pymysql.connect(user=url.username, password=url.password, autocommit=True, **where)
    while True:
        with db.cursor() as cursor:
            look(cursor, Path(run))
        time.sleep(2)


if __name__ == "__main__":
    main(*sys.argv[1:])

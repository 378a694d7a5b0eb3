"""What a program that knows nothing of replsqlite does with a follower's file: reads it by Python's own SQLite, has the
sqlite3 shell check it, or tries to write to it. Runs until standard input has something, then prints one JSON line.

Arguments: read|check|write, the file, and how many snapshots lie between two integrity checks.
"""
import json
import select
import sqlite3
import subprocess
import sys

ACCOUNTS = 200


class Report:
    def __init__(self):
        self.counts = dict.fromkeys(
            ["snapshots", "integrityChecks", "foreignSnapshots", "slips", "refusals", "errors"], 0)
        self.first_error = ""

    def add(self, what):
        self.counts[what] += 1

    def error(self, what):
        self.add("errors")
        self.first_error = self.first_error or str(what)

    def require(self, holds, otherwise):
        if not holds:
            self.error("%s in snapshot %d" % (otherwise, self.counts["snapshots"]))


def stopped():
    return bool(select.select([sys.stdin], [], [], 0)[0])


def number(connection, sql):
    return connection.execute(sql).fetchone()[0]


def examine(connection, report, highest):
    if number(connection, "select count(*) from intruder") > 0:
        report.add("foreignSnapshots")
    report.require(number(connection, "select sum(balance) from account") == 0, "the accounts do not sum to zero")
    indexed = "select count(*) from account indexed by account_balance where balance > -1000000000"
    report.require(number(connection, indexed) == ACCOUNTS, "the index does not have every account")
    last = number(connection, "select coalesce(max(seq), 0) from ledger")
    gaps = number(connection, "select coalesce(max(seq) - min(seq) + 1 - count(*), 0) from ledger")
    report.require(gaps == 0, "the ledger has gaps")
    report.require(last >= highest, "the ledger went back from %d to %d" % (highest, last))
    return max(last, highest)


def read(file, check_every, report):
    highest = 0
    while not stopped():
        connection = sqlite3.connect("file:%s?mode=ro" % file, uri=True, timeout=10, isolation_level=None)
        try:
            for _ in range(500):
                if stopped():
                    break
                connection.execute("begin")
                highest = examine(connection, report, highest)
                if report.counts["snapshots"] % check_every == 0:
                    report.add("integrityChecks")
                    report.require(number(connection, "pragma integrity_check") == "ok", "integrity_check failed")
                report.add("snapshots")
                connection.execute("rollback")
        except sqlite3.Error as failure:
            report.error(failure)
        finally:
            connection.close()


def check(file, check_every, report):
    command = ["sqlite3", "-readonly", "-cmd", ".timeout 10000", file, "pragma integrity_check"]
    while not stopped():
        done = subprocess.run(command, capture_output=True, text=True)
        report.add("integrityChecks")
        if done.returncode != 0 or done.stdout.strip() != "ok":
            report.error("%d %s %s" % (done.returncode, done.stdout.strip()[:200], done.stderr.strip()))


def write(file, check_every, report):
    while not stopped():
        connection = sqlite3.connect(file, timeout=0.02, isolation_level=None)
        try:
            connection.execute("pragma wal_autocheckpoint=0")  # an old SQLite must not checkpoint beside a node
            for _ in range(50):
                if stopped():
                    break
                try:
                    connection.execute("insert into intruder(id) values (null)")
                    report.add("slips")
                except sqlite3.OperationalError as refused:
                    if "locked" not in str(refused):
                        raise
                    report.add("refusals")
        except sqlite3.Error as failure:
            report.error(failure)
        finally:
            connection.close()


def main():
    mode, file, check_every = sys.argv[1], sys.argv[2], int(sys.argv[3])
    report = Report()
    {"read": read, "check": check, "write": write}[mode](file, check_every, report)
    print(json.dumps(dict(report.counts, firstError=report.first_error)))


main()

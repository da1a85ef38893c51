"""Part 2: PostgreSQL as a custodian would use it, with durable commits, beside our core and its
durable store."""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess

from bench.figures import Row
from bench.nodes import ledger

PART = "postgres"
ACCOUNTS = 100_000
PORT = 18548
SECONDS = 5
MANY = 1_500_000  # transfers
SCHEMA = f"""
create table account (id bigint primary key, balance numeric(39) not null check (balance >= 0))
    with (fillfactor = 70);
create table entry (id bigint generated always as identity primary key, account bigint not null,
                    amount numeric(39) not null, made_at timestamptz not null default now());
insert into account select i, 1000000000 from generate_series(0, {ACCOUNTS}) i;
create function transfer(payer bigint, payee bigint, amount numeric) returns void
language plpgsql as $$
begin
    -- always in one order, so that two transfers cannot wait for each other
    perform 1 from account where id in (payer, payee) order by id for update;
    update account set balance = balance - amount where id = payer;
    update account set balance = balance + amount where id = payee;
    insert into entry (account, amount) values (payer, -amount), (payee, amount);
end $$;
vacuum analyze;
"""
# Account 0 is the pool.
SPREAD = (f"\\set a random(1, {ACCOUNTS})\n\\set b random(1, {ACCOUNTS})\n"
          "select transfer(:a, :b, 1);\n")
HOT = f"\\set a random(1, {ACCOUNTS})\nselect transfer(:a, 0, 1);\n"
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min",
            "synchronous_commit": "on", "fsync": "on", "max_connections": "200",
            "autovacuum": "on", "wal_compression": "off"}


class Cluster:
    """A fresh cluster in a folder, with its socket there; PostgreSQL refuses to run as root."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                       key=lambda path: int(path.parent.name))
        self.as_user = []
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self.as_user = ["runuser", "-u", "postgres", "--"]

    def run(self, program, *arguments, text=None):
        return subprocess.run([*self.as_user, str(self.bin / program), *map(str, arguments)],
                              input=text, check=True, text=True, capture_output=True,
                              cwd=self.folder).stdout

    def start(self):
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres")
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o",
                 f"-p {PORT} -k {self.folder} -c listen_addresses='' {options}", "start")
        self.sql(SCHEMA)
        for name, script in (("spread", SPREAD), ("hot", HOT)):
            (self.folder / f"{name}.sql").write_text(script)
            (self.folder / f"{name}.sql").chmod(0o644)
        return self

    def where(self):
        return ["-h", self.folder, "-p", PORT, "-U", "postgres"]

    def sql(self, text):
        return self.run("psql", *self.where(), "-v", "ON_ERROR_STOP=1", "-qAt", "postgres",
                        text=text)

    def per_second(self, script, clients):
        output = self.run("pgbench", *self.where(), "-n", "-M", "prepared", "-c", clients, "-j", 2,
                          "-T", SECONDS, "-f", self.folder / f"{script}.sql", "postgres")
        return float(re.search(r"tps = ([0-9.]+) \(without initial", output)[1])

    def signal(self, what):
        """To all processes of the cluster: they vacuum and write behind, and whoever is not
        measured stands still."""
        server = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        workers = pathlib.Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for process in [server, *map(int, workers)]:
            with contextlib.suppress(ProcessLookupError):  # a client's, which has just gone
                os.kill(process, what)

    @contextlib.contextmanager
    def paused(self):
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")


def ours(folder, load, count):
    place = folder / "ledger"
    shutil.rmtree(place, ignore_errors=True)
    run = ledger("durable", load, place, ACCOUNTS, count, 5_000)[0]
    return run["count"] / run["seconds"]


def rows(folder, runs):
    place = folder / "postgres"
    place.mkdir()
    folder.chmod(0o755)
    cluster = Cluster(place).start()
    found = {name: ([], []) for name in ("transfers", "hot")}
    on_end = []
    try:
        version = cluster.sql("show server_version").strip()
        clients = {script: max((8, 32, 64), key=lambda many: cluster.per_second(script, many))
                   for script in ("spread", "hot")}
        for _ in range(runs):
            for name, script in (("transfers", "spread"), ("hot", "hot")):
                with cluster.paused():
                    found[name][0].append(ours(folder, name, 300_000))
                found[name][1].append(cluster.per_second(script, clients[script]))
            with cluster.paused():
                on_end.append(ours(folder, "transfers", MANY))
    finally:
        cluster.stop()
    note = f"PostgreSQL {version}; {clients['spread']} and {clients['hot']} clients were its best"
    command = "`bench_ledger durable transfers DIR 100000 300000 5000` and pgbench"
    return [Row(PART, "transfers among 100,000 accounts, durable", "1/s", *found["transfers"],
                (">=", 20), command, note),
            Row(PART, "the same, as many on end as take it five seconds", "1/s", on_end,
                found["transfers"][1], (),
                f"`bench_ledger durable transfers DIR 100000 {MANY} 5000` and pgbench",
                "ours with its checkpoints, PostgreSQL without"),
            Row(PART, "transfers to one hot row, durable", "1/s", *found["hot"], (">=", 20),
                command, note)]

"""The processes that are measured: ours, anvil, a bare HTTP server; and how they are spoken to."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

RELEASE = pathlib.Path("build/release")
PROGRAM = RELEASE / "thaw"
BENCH = RELEASE / "bench"
PEERS = pathlib.Path("bench/peers")
CROWD = 64  # connections that send one by one
TICKS = os.sysconf("SC_CLK_TCK")
AUTOGROUP = pathlib.Path("/proc/self/autogroup")


def free_port():
    """A port that nobody listens on: a measurement must not reach somebody else's node."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def after_the_kernel():
    """Lowers this session's share, so that Linux 6.18 does not forget its own thread that flushes
    the disk while the session has all processors (docs/performance_lessons.md)."""
    found = AUTOGROUP.read_text().split() if AUTOGROUP.exists() else []
    if not found:  # sessions have no shares of their own here
        yield
        return
    AUTOGROUP.write_text("10")
    try:
        yield
    finally:
        AUTOGROUP.write_text(found[-1])


class Node:
    """A process that listens on a port of this machine; `command` is made for the port."""

    def __init__(self, command):
        self.port = free_port()
        self.command = [str(part) for part in command(self.port)]
        self.process = None

    def start(self):
        """Returns the seconds until it answers."""
        since = time.monotonic()
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        while self.call("eth_blockNumber") is None:
            if self.process.poll() is not None:
                sys.exit(f"it ended at once: {' '.join(self.command)}")
            time.sleep(max(0.005, (time.monotonic() - since) / 100))  # asking costs it time
        return time.monotonic() - since

    def call(self, method, *params):
        """The result of a JSON-RPC call, or None while nobody answers."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        ask = urllib.request.Request(f"http://127.0.0.1:{self.port}", body,
                                     {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(ask, timeout=120) as answer:
                reply = json.load(answer)
        except OSError:
            return None
        if "error" in reply:
            sys.exit(f"{method} on port {self.port}: {reply['error']}")
        return reply["result"]

    def stop(self, how=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def pause(self):
        """Takes no CPU time until `resume`: whoever is not measured stands still."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def cpu_seconds(self):
        """User and system time so far."""
        status = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = status.rsplit(")", 1)[1].split()  # the name may hold blanks
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mib(self, peak=False):
        """Resident memory."""
        name = "VmHWM" if peak else "VmRSS"
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(one for one in status.splitlines() if one.startswith(name))
        return int(line.split()[1]) / 1024


class Devnet(Node):
    """Ours, with a day of chain time as long as a real one, so that the hosts keep quiet."""

    def __init__(self, data):
        super().__init__(lambda port: [PROGRAM, "devnet", "--listen", f"127.0.0.1:{port}", "--data",
                                       data, "--day", "24h", "--quiet"])

    def start_funded(self):
        """With the load accounts in money."""
        self.start()
        first = self.call("eth_accounts")[0]
        while int(self.call("eth_getBalance", first, "latest"), 16) <= 10**21:
            time.sleep(0.1)
        client(self, "fund")
        return self


class Bare(Node):
    """Boost.Beast with a constant answer, or one that needs each sender recovered first."""

    def __init__(self, *mode):
        super().__init__(lambda port: [BENCH / "bench_bare", port, *mode])


def anvil_program():
    """The program itself: what npm puts into .bin is a script that starts it as a child."""
    found = sorted((PEERS / "node_modules/@foundry-rs").glob("anvil-*/bin/anvil"))
    if not found:
        sys.exit(f"anvil is not installed: npm install --no-save --prefix {PEERS}")
    return found[0]


class Anvil(Node):
    """anvil with an ERC-20 and a staking pool at our contracts' addresses."""
    filled = 0

    def __init__(self, *mode):
        super().__init__(lambda port: [
            anvil_program(), "--port", port, "--chain-id", "8429", "--gas-limit", "1000000000000",
            "--base-fee", "1", "--disable-min-priority-fee", "--order", "fifo", "--silent",
            "--prune-history", *mode])

    def deploy(self, creation):
        """Returns the address of a new contract."""
        sent = self.call("eth_sendTransaction",
                         {"from": self.call("eth_accounts")[0], "data": creation,
                          "gas": hex(10_000_000), "gasPrice": hex(10**9)})
        self.call("evm_mine")
        return self.call("eth_getTransactionReceipt", sent)["contractAddress"]

    def send_as(self, sender, to, data, gas=1_000_000):
        return self.call("eth_sendTransaction",
                         {"from": sender, "to": to, "data": data, "gas": hex(gas),
                          "gasPrice": hex(10**9)})

    def again(self):
        """A fresh one in its place, on the same port, with as many holders."""
        self.stop(signal.SIGKILL)
        self.start_funded()
        if self.filled:
            self.fill(self.filled)
        return self

    def start_funded(self):
        """The same accounts, tokens and addresses as ours, and nonces from 0."""
        self.start()
        code = compiled()
        names = json.loads(subprocess.run([BENCH / "bench_http", "accounts"], check=True,
                                          capture_output=True, text=True).stdout)
        token, staking = names["token"], names["staking"]
        self.call("anvil_setCode", token, self.call("eth_getCode", self.deploy(code["Asset"]),
                                                    "latest"))
        pool = self.deploy(code["Pool"] + word(token))
        self.call("anvil_setCode", staking, self.call("eth_getCode", pool, "latest"))
        self.call("anvil_autoImpersonateAccount", True)
        rich = self.call("eth_accounts")[0]
        for account in names["accounts"]:
            self.call("anvil_setBalance", account, hex(10**20))
            self.send_as(rich, token, "0x40c10f19" + word(account) + word(4_000 * 10**18))
            self.send_as(account, token, "0x095ea7b3" + word(staking) + "f" * 64)
        self.call("evm_mine")
        for account in names["accounts"]:
            self.call("anvil_setNonce", account, "0x0")
        self.call("anvil_autoImpersonateAccount", False)
        return self

    def fill(self, count):
        """One token each for accounts nobody has heard of, 10,000 to a transaction.

        All in one block: anvil's state root takes seconds where there are a million balances.
        """
        token = json.loads(subprocess.run([BENCH / "bench_http", "accounts"], check=True,
                                          capture_output=True, text=True).stdout)["token"]
        self.call("evm_setAutomine", False)
        for at in range(0, count, 10_000):
            self.send_as(self.call("eth_accounts")[0], token,
                         "0x" + selector("mintMany(uint256,uint256)", self) + word(at) + word(10_000),
                         10**10)
        self.call("evm_mine")
        self.call("evm_setAutomine", True)
        self.filled = count


def selector(signature, node):
    """The first four bytes of the signature's hash; any node can say."""
    return node.call("web3_sha3", "0x" + signature.encode().hex())[2:10]


def word(value):
    """A number or an address as 32 bytes in hex."""
    return (value[2:] if isinstance(value, str) else f"{value:x}").lower().rjust(64, "0")


def compiled():
    """Creation bytecode of the Solidity peers by name, and the compiler's version."""
    return json.loads(subprocess.run(["node", str(PEERS / "compile.mjs")], check=True,
                                     capture_output=True, text=True).stdout)


class Failed(SystemExit):
    """The node has refused what the load generator sent, or has not answered for a minute."""


def client(node, what, *arguments):
    """Runs the load generator; returns what it printed, with the node's CPU seconds meanwhile."""
    command = [str(BENCH / "bench_http"), what, str(node.port), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        cpu = node.cpu_seconds()
        answer = {}
        for line in process.stdout:
            if line.strip() == "ready":
                cpu = node.cpu_seconds()
            elif line.startswith("{"):
                answer = json.loads(line)
        spent = node.cpu_seconds() - cpu
    if process.returncode != 0:
        raise Failed(f"{' '.join(command)} failed")
    return {**answer, "cpu_seconds": spent}


def cpu_us(run):
    """What one of the run's requests took of the node's CPU time, in µs."""
    return 1e6 * run["cpu_seconds"] / run["count"]


def ledger(*arguments, program="bench_ledger"):
    """Runs the core without its door; returns the objects it printed."""
    output = subprocess.run([str(BENCH / program), *map(str, arguments)], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]

import pathlib
import subprocess
import time


def redis(socket_path: pathlib.Path, *command: str) -> list[str]:
    ran = subprocess.run(["redis-cli", "-s", socket_path, *command], capture_output=True, text=True, check=True)
    return ran.stdout.split()


def live_leases(socket_path: pathlib.Path) -> int:
    """Sessions that count against a tenant's limit now: leases, scored by their expiry in milliseconds, that lie ahead."""
    now = int(time.time() * 1000)
    keys = redis(socket_path, "KEYS", "ap:{ten_*}:l")
    return sum(int(redis(socket_path, "ZCOUNT", key, f"({now}", "+inf")[0]) for key in keys)

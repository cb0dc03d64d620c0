"""What a client needs that dials a worker itself, without the edge."""

import os
import pathlib
import socket
import urllib.error
import urllib.request

from harness.running_stack import RunningStack


def listening(pid: int, ops: int) -> int:
    """The port of the worker's websockets: the one it listens on that is not the operator's."""
    inodes = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except OSError:
            continue
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        port = int(fields[1].split(":")[1], 16)
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes and port != ops:
            return port
    raise AssertionError("the worker listens nowhere")


def ports(stack: RunningStack, name: str) -> tuple[int, int]:
    """The port of a worker's websockets, and that of its operator."""
    ops = int(stack.state["metrics"][name].split(":")[2].split("/")[0])
    return listening(stack.pids[name], ops), ops


def redis_socket(stack: RunningStack) -> pathlib.Path:
    return next(path for path in stack.directory.rglob("*.sock") if "redis" in path.name)


def probe(ops: int, path: str = "/livez") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{ops}{path}", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def upgrade(
    port: int, key: str, *fields: str, path: str = "/v1/realtime?model=gpt-realtime", version: int = 13
) -> socket.socket:
    """A socket that has asked for a websocket, and read nothing yet."""
    head = [
        f"GET {path} HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Version: {version}", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Authorization: Bearer {key}", *fields, "", "",
    ]
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall("\r\n".join(head).encode())
    return client

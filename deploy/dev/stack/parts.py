import asyncio
import os
import pathlib
import shutil
import signal
import subprocess

from . import readiness
from .child import Child
from .options import ROOT, Options
from .ports import free
from .problem import Problem

# How long live sessions may go on after Ctrl-C; a developer does not want to wait as long as an operator.
DRAIN_MILLISECONDS = 5_000
# unix(7): sun_path, less its final zero.
LONGEST_SOCKET_PATH = 107


class Parts:
    """The processes of one stack: how each is called, told, checked and stopped. Every port but the edge's is a free one."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.directory = options.directory
        self.redis_socket = self.directory / "redis" / "redis.sock"
        if len(str(self.redis_socket).encode()) > LONGEST_SOCKET_PATH:
            raise Problem(f"The path {self.redis_socket} is too long for a socket; set ANTIPHON_RUN_DIRECTORY to a shorter one.")
        ports = free(3 + 2 * options.workers)
        self.api_port, self.internal_port, self.ops_port = ports[:3]
        self.worker_ports = list(zip(ports[3::2], ports[4::2]))

    def environment(self, **settings: object) -> dict[str, str]:
        """What a server is told: the caller's environment, what this stack decides, and `settings`."""
        shared = {
            "ANTIPHON_REDIS_URL": f"unix://{self.redis_socket}",
            "ANTIPHON_PUBLIC_URL": self.options.base_url,
        }
        given = self.options.environment
        optional = {"ANTIPHON_DRAIN_TIMEOUT_MS": str(DRAIN_MILLISECONDS)}
        if not any(given.get(name) for name in ("ANTIPHON_MASTER_KEY", "ANTIPHON_MASTER_KEY_FILE", "JWT_SECRET")):
            optional["ANTIPHON_MASTER_KEY_FILE"] = str(self.directory / "master_key")
        return optional | given | shared | {name: str(value) for name, value in settings.items()}

    def binary(self, name: str) -> str:
        path = self.options.binaries / name
        if not os.access(path, os.X_OK):
            raise Problem(f"{path} is missing; build it with `make build`.")
        return str(path)

    def child(self, name: str, command: list[str], **details: object) -> Child:
        return Child(name, command, log=self.directory / "log" / f"{name}.log", **details)

    async def redis_is_gone(self) -> None:
        """Returns once no Redis of an earlier run uses the directory; one that was orphaned needs a moment to save."""
        is_running = readiness.redis(str(self.redis_socket))
        for _ in range(50):
            if not await is_running():
                return
            await asyncio.sleep(0.1)
        raise Problem(f"Another Redis still runs in {self.redis_socket.parent}; stop it first.")

    def redis(self) -> Child:
        home = self.directory / "redis"
        try:
            home.mkdir(mode=0o700, exist_ok=True)
            probe = home / ".writable"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise Problem(f"The Redis directory {home} cannot be used: {error.strerror}.") from None
        command = [
            tool("redis-server"), "--port", "0", "--unixsocket", str(self.redis_socket), "--unixsocketperm", "700",
            "--dir", str(home), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "300 1",
            "--maxmemory-policy", "noeviction", "--daemonize", "no",
        ]
        return self.child(
            "redis", command, environment=dict(os.environ), ready=readiness.redis(str(self.redis_socket)))

    def control_plane(self) -> Child:
        environment = self.environment(
            ANTIPHON_CONTROL_PLANE_PORT=self.api_port, ANTIPHON_CONTROL_PLANE_INTERNAL_PORT=self.internal_port,
            ANTIPHON_CONTROL_PLANE_OPS_PORT=self.ops_port)
        return self.child(
            "control-plane", [self.binary("antiphon-control-plane")], environment=environment,
            ready=readiness.http(f"http://127.0.0.1:{self.ops_port}/readyz"),
            metrics=f"http://127.0.0.1:{self.ops_port}/metrics", stop_within=DRAIN_MILLISECONDS / 1000 + 5)

    def workers(self) -> list[Child]:
        return [
            self.child(
                f"worker-{number}", [self.binary("antiphon-worker")],
                environment={"ANTIPHON_PHRASE_CACHE_DIR": str(self.directory / "phrases")}
                | self.environment(ANTIPHON_WORKER_PORT=port, ANTIPHON_WORKER_OPS_PORT=ops),
                ready=readiness.http(f"http://127.0.0.1:{ops}/readyz"), metrics=f"http://127.0.0.1:{ops}/metrics",
                stop_within=DRAIN_MILLISECONDS / 1000 + 5)
            for number, (port, ops) in enumerate(self.worker_ports, start=1)
        ]

    def edge(self) -> Child:
        rendered = subprocess.run(
            [ROOT / "deploy" / "nginx" / "render", self.directory / "edge"], capture_output=True, text=True,
            env=os.environ | {
                "EDGE_LISTEN": f"127.0.0.1:{self.options.port}",
                "EDGE_CONTROL_PLANE": f"127.0.0.1:{self.api_port}",
                "EDGE_CONTROL_PLANE_INTERNAL": f"127.0.0.1:{self.internal_port}",
                "EDGE_TLS_CERTIFICATE": str(self.options.tls_certificate or ""),
                "EDGE_TLS_KEY": str(self.options.tls_key or ""),
            })
        if rendered.returncode != 0:
            raise Problem(f"The edge's configuration could not be written: {rendered.stderr.strip()}")
        configuration = rendered.stdout.strip()
        command = [tool("nginx"), "-e", str(self.directory / "log" / "edge.log"), "-c", configuration]
        # SIGQUIT: no new connection, the ones that are open go on until the workers end them.
        return self.child(
            "edge", command, environment=dict(os.environ), stop_signal=signal.SIGQUIT,
            stop_within=DRAIN_MILLISECONDS / 1000 + 6, ready=readiness.http(f"{self.options.base_url}/.well-known/jwks.json"))

    def describe_providers(self) -> str:
        """What the worker says about its speech and language models, as JSON; also checks all of its settings."""
        return self.checked([self.binary("antiphon-worker"), "--describe-providers"])

    def checked(self, command: list[str]) -> str:
        ran = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=60)
        if ran.returncode != 0:
            raise Problem(ran.stderr.strip() or f"{pathlib.Path(command[0]).name} ended with status {ran.returncode}.")
        return ran.stdout


def tool(name: str) -> str:
    # Debian keeps nginx in a directory that is not in every user's PATH.
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise Problem(f"{name} is missing; `make setup` installs it.")
    return path

import asyncio
import contextlib
import signal

from . import banner, keys
from .child import Child
from .options import Options
from .parts import Parts
from .ports import ensure_free
from .problem import Problem
from .state import State


class Stack:
    """All processes together: what others stand on starts first, and stops last."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.state = State(options.directory)
        self.redis: Child | None = None
        self.control_plane: Child | None = None
        self.workers: list[Child] = []
        self.edge: Child | None = None

    @property
    def children(self) -> list[Child]:
        """In order of start."""
        return [child for child in (self.redis, self.control_plane, *self.workers, self.edge) if child]

    async def run(self) -> int:
        """Runs until SIGINT or SIGTERM; the process's exit status."""
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.asked_to_stop, stopping)
        starting = asyncio.create_task(self.start())
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopped
        finally:
            stopped.cancel()
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError, Problem):
                await starting
            await self.stop()
        return 0

    def asked_to_stop(self, stopping: asyncio.Event) -> None:
        if not stopping.is_set():
            stopping.set()
            return
        # Asked twice: whoever asks does not want to wait.
        for child in self.children:
            if child.pid:
                child.is_stopping = True
                child.process.kill()

    async def start(self) -> None:
        directory = self.options.directory
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            directory.chmod(0o700)
            (directory / "log").mkdir(exist_ok=True)
        except OSError as error:
            raise Problem(f"The directory {directory} cannot be used: {error.strerror}.") from None
        self.state.acquire()
        ensure_free(self.options.port, "ANTIPHON_PORT")
        parts = Parts(self.options)
        keys.master_key(directory)
        providers = await asyncio.to_thread(parts.describe_providers)

        await parts.redis_is_gone()
        self.redis = parts.redis()
        await self.redis.start()
        binary = parts.binary("antiphon-control-plane")
        key = await asyncio.to_thread(keys.api_key, directory, [binary], parts.environment())
        self.control_plane = parts.control_plane()
        await self.control_plane.start()
        self.workers = parts.workers()
        await asyncio.gather(*(worker.start() for worker in self.workers))
        self.edge = parts.edge()
        await self.edge.start()

        for child in self.children:
            child.keep_alive(self.report)
        self.save()
        print(banner.text(self.options, key, providers), flush=True)

    def report(self, sentence: str) -> None:
        print(f"antiphon: {sentence}", flush=True)
        self.save()

    def save(self) -> None:
        self.state.write(
            base_url=self.options.base_url, processes={child.name: child.pid for child in self.children},
            metrics={child.name: child.metrics for child in self.children if child.metrics})

    async def stop(self) -> None:
        """Edge, workers, control plane, Redis: no new session, then the live ones end, then what they stand on."""
        if self.children:
            print("\nantiphon: stopping", flush=True)
        for child in self.children:
            await child.forget()
        # The edge ends when its last connection has, which the workers see to.
        edge = asyncio.create_task(self.edge.stop()) if self.edge else None
        results = await asyncio.gather(*(worker.stop() for worker in self.workers))
        late = [worker.name for worker, ended in zip(self.workers, results) if not ended]
        if edge and not await edge:
            late.append("edge")
        for child in (self.control_plane, self.redis):
            if child and not await child.stop():
                late.append(child.name)
        if late:
            print(f"antiphon: killed because it did not stop in time: {', '.join(late)}", flush=True)
        self.state.clear()

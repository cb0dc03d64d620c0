import asyncio
import contextlib
import pathlib
import signal
import time

from . import logs
from .problem import Problem
from .readiness import Check

READY_WITHIN = 30.0
CHECK_EVERY = 0.05
# A child that dies again and again is started again after 0.5, 1, 2, … seconds, at most this many.
SLOWEST_RESTART = 30.0
# A child that lived as long as this starts again with the shortest pause.
HEALTHY_AFTER = 60.0


class Child:
    """One process of the stack: started, checked, restarted when it dies, stopped.

    It runs in a session of its own, so that Ctrl-C reaches the start script alone, and the kernel ends it when the
    start script dies without a chance to do it (man 2 PR_SET_PDEATHSIG).
    """

    def __init__(
        self, name: str, command: list[str], *, environment: dict[str, str], log: pathlib.Path, ready: Check,
        stop_signal: signal.Signals = signal.SIGTERM, stop_within: float = 10.0, metrics: str | None = None,
    ) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.ready = ready
        self.stop_signal = stop_signal
        self.stop_within = stop_within
        self.metrics = metrics
        self.process: asyncio.subprocess.Process | None = None
        self.is_stopping = False
        self.born = 0.0
        self.log_start = 0
        self.watcher: asyncio.Task[None] | None = None
        logs.rotate(log)

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.returncode is None else None

    async def start(self) -> None:
        """Returns when the child is ready; raises when it ends before, or is not ready in time."""
        await self.spawn()
        deadline = time.monotonic() + READY_WITHIN
        while not await self.ready():
            if self.process.returncode is not None:
                raise Problem(f"{self.name} {ending(self.process.returncode)} at its start{self.last_words()}")
            if time.monotonic() > deadline:
                raise Problem(f"{self.name} was not ready after {READY_WITHIN:.0f} seconds{self.last_words()}")
            await asyncio.sleep(CHECK_EVERY)

    async def spawn(self) -> None:
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            try:
                self.process = await asyncio.create_subprocess_exec(
                    "setpriv", "--pdeathsig", "TERM", "--", *self.command, env=self.environment,
                    stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            except FileNotFoundError:
                raise Problem("setpriv is missing; it is part of Debian's util-linux.") from None
        self.born = time.monotonic()

    def last_words(self) -> str:
        words = logs.last_words(self.log, self.log_start)
        return (f": {words.rstrip('.')}" if words else "") + f" (log: {self.log})."

    def keep_alive(self, report) -> None:
        """From now on, starts the child again whenever it dies; `report` is called with a sentence each time."""
        self.watcher = asyncio.get_running_loop().create_task(self.revive(report), name=f"watch {self.name}")

    async def revive(self, report) -> None:
        pause = 0.5
        while True:
            code = await self.process.wait()
            if self.is_stopping:
                return
            if time.monotonic() - self.born > HEALTHY_AFTER:
                pause = 0.5
            # Somebody else's kill has nothing to do with what the child wrote last.
            words = f" (log: {self.log})." if code == -signal.SIGKILL else self.last_words()
            report(f"{self.name} {ending(code)}; starting it again in {pause:g} s{words}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, SLOWEST_RESTART)
            try:
                await self.start()
                report(f"{self.name} is ready again (process {self.pid}).")
            except Problem as problem:
                report(str(problem))
                await self.end(signal.SIGKILL, within=5.0)

    async def stop(self) -> bool:
        """Asks the child to end and waits for it, killing it when its time is over. Whether it ended by itself."""
        await self.forget()
        if await self.end(self.stop_signal, within=self.stop_within):
            return True
        await self.end(signal.SIGKILL, within=5.0)
        return False

    async def forget(self) -> None:
        """Stops restarting the child."""
        self.is_stopping = True
        if self.watcher:
            self.watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.watcher

    async def end(self, number: signal.Signals, within: float) -> bool:
        if not self.process or self.process.returncode is not None:
            return True
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        try:
            await asyncio.wait_for(self.process.wait(), within)
            return True
        except asyncio.TimeoutError:
            return False


def ending(code: int) -> str:
    """How a process ended, in words: "ended with status 1", "was killed by SIGKILL"."""
    if code >= 0:
        return f"ended with status {code}"
    return f"was killed by {signal.Signals(-code).name}"

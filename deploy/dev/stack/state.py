import fcntl
import json
import os
import pathlib

from .problem import Problem


class State:
    """What others may know about the stack that runs from a directory: `stack.json`, and a lock that ends with its owner."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.path = directory / "stack.json"
        self.lock_path = directory / "lock"
        self.lock = None

    def acquire(self) -> None:
        """Makes this process the only one that runs a stack from the directory."""
        lock = self.lock_path.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            running = self.read()
            where = f" at {running['base_url']} (process {running['pid']})" if running else ""
            raise Problem(f"Antiphon already runs from {self.path.parent}{where}.") from None
        self.lock = lock
        self.path.unlink(missing_ok=True)

    def read(self) -> dict | None:
        try:
            return json.loads(self.path.read_text())
        except (OSError, ValueError):
            return None

    def write(self, **facts: object) -> None:
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps({"pid": os.getpid(), **facts}, indent=2) + "\n")
        partial.replace(self.path)

    def clear(self) -> None:
        """Says that no stack runs; does nothing unless this process is the one that ran it."""
        if self.lock:
            self.path.unlink(missing_ok=True)

"""Finds the stack that runs on this machine, or starts one."""

import asyncio
import contextlib
import json
import os
import pathlib
import signal
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_WITHIN = 90.0


def directory() -> pathlib.Path:
    return (ROOT / (os.environ.get("ANTIPHON_RUN_DIRECTORY") or ".run")).resolve()


def base_url() -> str | None:
    """The base URL of the stack that answers now, if one does."""
    try:
        url = json.loads((directory() / "stack.json").read_text())["base_url"]
        with urllib.request.urlopen(f"{url}/.well-known/jwks.json", timeout=2) as answer:
            return url if answer.status == 200 else None
    except (OSError, ValueError, KeyError):
        return None


def api_key() -> str:
    return os.environ.get("API_KEY") or (directory() / "api_key").read_text().strip()


@contextlib.asynccontextmanager
async def running():
    """The base URL of a stack; one that was started for this is stopped at the end."""
    url = base_url()
    if url:
        yield url
        return
    print("No stack runs; starting one.", flush=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "deploy" / "dev" / "run"), start_new_session=True)
    try:
        deadline = time.monotonic() + START_WITHIN
        while not (url := await asyncio.to_thread(base_url)):
            if process.returncode is not None:
                sys.exit(process.returncode or 1)
            if time.monotonic() > deadline:
                sys.exit("demo: the stack did not start in time")
            await asyncio.sleep(0.2)
        yield url
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()

"""Processes that die: what runs goes on, what is new lands elsewhere, what was held comes back."""

import asyncio
import contextlib
import os
import signal

import openai
import pytest
import websockets

from harness.conversation import Conversation, ephemeral_key
from harness.redis_probe import live_leases
from harness.running_stack import RunningStack, wait_until

pytestmark = pytest.mark.anyio

TEXT = {"output_modalities": ["text"]}


@pytest.fixture
def own_stack(provider):
    """A stack that a test may hurt."""
    running = RunningStack(**provider.settings, ANTIPHON_LOG_LEVEL="debug")
    running.start()
    yield running
    running.remove()


async def reachable(url: str, key: str, within: float = 15.0) -> None:
    """Waits until REST answers again."""
    client = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=2)
    async with client, asyncio.timeout(within):
        while True:
            try:
                await client.models.list()
                return
            except openai.APIError:
                await asyncio.sleep(0.1)


async def test_a_worker_that_dies_takes_only_its_own_sessions(own_stack, fake):
    stack = own_stack
    async with contextlib.AsyncExitStack() as sessions:
        opened = [
            await sessions.enter_async_context(Conversation.open(stack.url, stack.api_key, **TEXT)) for _ in range(8)
        ]
        os.kill(stack.pids["worker-1"], signal.SIGKILL)
        await asyncio.sleep(0.5)
        dead = [session for session in opened if session.is_over]
        alive = [session for session in opened if not session.is_over]
        assert dead and alive, "the sessions were not spread over both workers"
        for session in alive:
            assert (await session.ask("still there?")).response.status == "completed"
        # New sessions land on the worker that lives, from the first moment on.
        for _ in range(4):
            async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
                assert (await session.ask("hello")).response.status == "completed"
    wait_until(lambda: "worker-1 is ready again" in stack.said, 20, "a new worker")


async def test_the_leases_of_a_dead_worker_come_back(own_stack, fake):
    stack = own_stack
    async with contextlib.AsyncExitStack() as sessions:
        for _ in range(6):
            await sessions.enter_async_context(Conversation.open(stack.url, stack.api_key, **TEXT))
        wait_until(lambda: leases(stack) == 6, 5, "six leases")
        for name in ("worker-1", "worker-2"):
            os.kill(stack.pids[name], signal.SIGKILL)
        wait_until(lambda: leases(stack) == 0, 90, "the return of the leases")


def leases(stack: RunningStack) -> int:
    return live_leases(stack.directory / "redis" / "redis.sock")


async def test_the_control_plane_may_die_without_a_session_noticing(own_stack, fake):
    stack = own_stack
    async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
        os.kill(stack.pids["control-plane"], signal.SIGKILL)
        assert (await session.ask("is anybody there?")).response.status == "completed"
        await reachable(stack.url, stack.api_key)
        assert (await session.ask("and now?")).response.status == "completed"
    async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
        assert (await session.ask("hello")).response.status == "completed"


async def test_redis_may_restart_without_a_session_noticing(own_stack, fake):
    stack = own_stack
    async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
        stack.kill("redis")
        assert (await session.ask("is anybody there?")).response.status == "completed"
        # The tenant, its key and the workers are found again.
        await reachable(stack.url, stack.api_key)
        async with asyncio.timeout(20):
            while True:
                try:
                    async with Conversation.open(stack.url, stack.api_key, **TEXT) as fresh:
                        assert (await fresh.ask("hello")).response.status == "completed"
                    break
                except websockets.InvalidStatus as refusal:
                    assert refusal.response.status_code == 503
                    await asyncio.sleep(0.2)
        assert (await session.ask("and now?")).response.status == "completed"


async def test_a_worker_that_is_stopped_lets_its_session_end_and_takes_no_new_one(own_stack, fake):
    stack = own_stack
    async with Conversation.open(stack.url, stack.api_key, **TEXT):
        for name in ("worker-1", "worker-2"):
            os.kill(stack.pids[name], signal.SIGTERM)
        wait_until(lambda: stack.said.count("is ready again") == 2, 30, "new workers")
    async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
        assert (await session.ask("hello")).response.status == "completed"


async def test_metrics_and_logs_hold_no_secret(own_stack, fake):
    stack = own_stack
    session_key = await ephemeral_key(stack.url, stack.api_key)
    for key in (stack.api_key, session_key):
        async with Conversation.open(stack.url, key, **TEXT) as session:
            await session.ask("a sentence that is private")
    servers = ("control-plane", "worker-1", "worker-2")
    text = "".join(stack.log(name) for name in (*servers, "edge", "redis"))
    text += (stack.directory / "edge" / "access.log").read_text()
    text += "".join(stack.metrics(name) for name in servers)
    assert "turn ended" in text and "antiphon_" in text
    master_key = (stack.directory / "master_key").read_text().strip()
    for secret in (stack.api_key, session_key, master_key, "fake-key", "a sentence that is private"):
        assert secret not in text

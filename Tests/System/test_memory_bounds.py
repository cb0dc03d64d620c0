"""What one client can make the worker hold is bounded, named, and given back when it leaves."""

import asyncio
import pathlib
import re

import pytest

from harness.conversation import Conversation
from harness.running_stack import RunningStack

pytestmark = pytest.mark.anyio

ITEMS = 1_000
TEXT = "x" * 256_000
# The items, their echoes on the way to the client, and what the allocator keeps.
MOST_RESIDENT = 512 << 20


def held(stack) -> int:
    """What all sessions hold, by the count of the workers."""
    texts = [stack.metrics(name) for name in stack.state["metrics"] if name.startswith("worker")]
    return sum(int(re.search(r"^antiphon_worker_session_memory_bytes (\d+)", text, re.M).group(1)) for text in texts)


def resident(stack) -> int:
    workers = [pid for name, pid in stack.pids.items() if name.startswith("worker")]
    texts = [pathlib.Path(f"/proc/{pid}/status").read_text() for pid in workers]
    return sum(int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1)) << 10 for text in texts)


async def fill(session, items: int, parts: int = 3) -> None:
    content = [{"type": "input_text", "text": TEXT}] * parts
    for _ in range(items):
        await session.connection.send(
            {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}})


async def settled(stack, most: int) -> None:
    """Returns when the sessions hold no more than this."""
    for _ in range(100):
        if held(stack) <= most:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the sessions hold {held(stack)} bytes")


async def test_a_conversation_is_bounded_in_bytes(stack, fake):
    before = held(stack)
    async with Conversation.open(stack.url, stack.api_key) as other:
        start = resident(stack)
        most = start
        async with Conversation.open(stack.url, stack.api_key) as session:
            sending = asyncio.create_task(fill(session, ITEMS))
            while not sending.done() or session.count("error") + session.count("conversation.item.done") < ITEMS:
                answered = await other.ask("are you there?", output_modalities=["text"])
                assert answered.response.status == "completed"
                most = max(most, resident(stack))
                assert not session.is_over, session.closed
            await sending
            taken = session.count("conversation.item.done")
            assert 40 <= taken <= 44, "32 MiB of items"
            errors = [event.error for event in session.events if event.type == "error"]
            assert {(error.code, error.param) for error in errors} == {("invalid_value", "item")}
            assert "conversation_bytes" in errors[0].message
            assert 30 << 20 < held(stack) - before < 36 << 20
            assert most - start < MOST_RESIDENT
            # What is deleted makes room.
            item = next(event.item.id for event in session.events if event.type == "conversation.item.done")
            await session.connection.conversation.item.delete(item_id=item)
            await session.expect("conversation.item.deleted")
            await fill(session, 1)
            await session.expect("conversation.item.done")
        await settled(stack, before + (1 << 20))
    await settled(stack, before)


async def test_a_full_worker_refuses_whoever_holds_much(provider, fake):
    running = RunningStack(**provider.settings, ANTIPHON_WORKERS="1", ANTIPHON_WORKER_MEMORY_MIB="64")
    running.start()
    try:
        async with (
            Conversation.open(running.url, running.api_key) as first,
            Conversation.open(running.url, running.api_key) as second,
            Conversation.open(running.url, running.api_key) as modest,
        ):
            for session in (first, second):
                await fill(session, 60)
                refused = await session.expect("error", 60)
                assert (refused.error.type, refused.error.code) == ("rate_limit_error", "rate_limit_exceeded")
                assert "session_bytes" in refused.error.message
            assert held(running) < 64 << 20
            answered = await modest.ask("are you there?", output_modalities=["text"])
            assert answered.response.status == "completed"
        await settled(running, 0)
    finally:
        running.remove()

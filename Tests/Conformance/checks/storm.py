"""Beyond the 90: what a hostile or broken client may send, over real sockets, beside a session that must not notice."""

import asyncio
import base64
import json
import os
import random
import time
import urllib.request

from suite.expect import equal, text_of
from suite.registry import FAKE, Section

section = Section("Beyond the 90: broken input")

FRAMES = 5_000
SOCKETS = 300
# The neighbour is asked this often while the storm goes on, and is never kept waiting longer than this.
QUESTIONS = 10
LONGEST_ANSWER = 10.0
SEED = 7
MESSAGE = {"id": "a", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}
GOOD = [
    {"type": "session.update", "session": {
        "type": "realtime", "instructions": "x", "audio": {"input": {"turn_detection": {"type": "server_vad"}}, "output": {"speed": 1.1}},
        "tools": [{"type": "function", "name": "f", "parameters": {}}]}},
    {"type": "session.update", "session": {"modalities": ["text"], "temperature": 0.8}},
    {"type": "conversation.item.create", "previous_item_id": "root", "item": MESSAGE},
    {"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": "c", "output": "x"}},
    {"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 5},
    {"type": "conversation.item.delete", "item_id": "a"},
    {"type": "response.create", "response": {"conversation": "none", "input": [], "metadata": {"a": "b"}, "max_output_tokens": 9}},
    {"type": "response.cancel"},
    {"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(960)).decode()},
    {"type": "input_audio_buffer.commit"},
    {"type": "input_audio_buffer.clear"},
]
JUNK = [None, True, -1, 1e308, 2**70, "", "\u0000", "x" * 5000, [], {}, [[[[]]]], {"type": "x"}, "root", "😀"]


def broken(value, chance: random.Random):
    """The value with some of its members replaced, renamed or repeated."""
    if isinstance(value, dict):
        return {
            name if chance.random() > 0.03 else chance.choice(["", "x", name + "x"]):
                chance.choice(JUNK) if chance.random() < 0.08 else broken(member, chance)
            for name, member in value.items()}
    if isinstance(value, list):
        return [broken(member, chance) for member in value] * chance.choice([1, 1, 1, 2, 40])
    return value


def frame(chance: random.Random) -> str | bytes:
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(60))
    text = list(json.dumps(broken(chance.choice(GOOD), chance)))
    if chance.random() < 0.3:
        for _ in range(chance.randrange(1, 4)):
            text[chance.randrange(len(text))] = chance.choice(['"', "{", "}", "\\", "\u0001", "é", "", "0", ","])
    return "".join(text)


async def answered(wire) -> float:
    """How long the neighbour waits for an answer."""
    started = time.monotonic()
    equal(text_of(await wire.ask("well?", 20)), "You said: well?", "the neighbour's answer")
    return time.monotonic() - started


def is_alive(place) -> bool:
    """What the worker says to those who ask whether it lives."""
    url = place.own_stack().state["metrics"]["worker-1"].replace("/metrics", "/livez")
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status == 200


@section.check(91, "Thousands of mutated frames, in both shapes: errors only, the session lives, another session does not notice", FAKE, 120)
async def mutated_frames(place):
    chance, longest, told = random.Random(SEED), 0.0, 0
    async with place.open() as neighbour:
        await neighbour.expect("session.created")
        await neighbour.update(output_modalities=["text"])
        for opened in (place.open(), place.open_beta()):
            async with opened as wire:
                await wire.expect("session.created")
                for number in range(FRAMES):
                    await wire.raw(frame(chance))
                    if number % (FRAMES // QUESTIONS) == 0:
                        longest = max(longest, await answered(neighbour))
                await wire.barrier(30)
                errors = wire.of("error")
                assert not [event for event in errors if event["error"]["type"] == "server_error"], "a server error"
                assert wire.close is None, f"closed: {wire.close}"
                told += len(errors)
    assert longest < LONGEST_ANSWER, f"the neighbour waited {longest:.1f} s"
    assert is_alive(place)
    return f"{2 * FRAMES} frames, {told} errors told, the neighbour answered within {longest * 1000:.0f} ms"


@section.check(92, "Broken request heads and WebSocket frames: the connection is refused or closed, the worker lives", FAKE, 60)
async def broken_sockets(place):
    chance = random.Random(SEED)
    host, port = "127.0.0.1", place.own_stack().port
    pids = dict(place.own_stack().pids)
    async with place.open() as neighbour:
        await neighbour.expect("session.created")
        for number in range(SOCKETS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                if number % 3 == 0:
                    writer.write(chance.randbytes(chance.randrange(1, 400)))
                else:
                    writer.write(upgrade(place.key))
                    assert b" 101 " in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
                    for _ in range(4):
                        writer.write(chance.randbytes(chance.randrange(2, 200)))
                await writer.drain()
                if chance.random() < 0.5:
                    writer.write_eof()
                    await asyncio.wait_for(reader.read(), 10)
            except TimeoutError:
                raise
            except OSError:
                # It was closed before everything was said.
                pass
            finally:
                writer.transport.abort()
        await neighbour.barrier()
    assert is_alive(place)
    equal(place.own_stack().pids, pids, "the stack's processes")
    return f"{SOCKETS} connections"


def upgrade(key: str) -> bytes:
    lines = [
        "GET /v1/realtime?model=gpt-realtime HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", f"Authorization: Bearer {key}", "", ""]
    return "\r\n".join(lines).encode()

"""Whatever one client sends, the others are heard and answered, and the worker says that it lives.

Every bound is tried from both sides. Run with `-s` to see the figures.
"""

import asyncio
import base64
import contextlib
import json
import time
import urllib.request

import pytest
import websockets
from websockets.frames import Frame, Opcode

from harness.conversation import Conversation, text_of
from harness.running_stack import RunningStack
from harness.sound import Sound

pytestmark = pytest.mark.anyio

# Seconds. A machine that does other things too is slow at times; a loop that such input holds is held for longer.
BOUND = 1.0
MANUAL = {"input": {"turn_detection": None}}
PHONE = {"input": {"format": {"type": "audio/pcmu"}, "noise_reduction": {"type": "far_field"}, "turn_detection": None}}
TEXT = {"output_modalities": ["text"]}
LARGE_BYTES = 15 << 20
LARGE = base64.b64encode(b"\xff" * LARGE_BYTES).decode()
APPEND = json.dumps({"type": "input_audio_buffer.append", "audio": LARGE})
CLEAR = json.dumps({"type": "input_audio_buffer.clear"})
INT_MAX = (1 << 63) - 1


def item(number: int, part: dict) -> str:
    return json.dumps({
        "type": "conversation.item.create", "event_id": f"e{number}",
        "item": {"type": "message", "role": "user", "content": [part]}})


def audio_item(number: int, audio: str) -> str:
    return item(number, {"type": "input_audio", "audio": audio})


def beside(number: int) -> str:
    return json.dumps({
        "type": "response.create", "event_id": f"e{number}",
        "response": {"conversation": "none", "output_modalities": ["text"], "input": []}})


@pytest.fixture(scope="module")
def one(provider):
    """A stack of one worker, so that whoever comes is beside the attacker."""
    running = RunningStack(**provider.settings, ANTIPHON_WORKERS="1")
    running.start()
    yield running
    running.remove()


@pytest.fixture
def worker(one):
    """Its process; it is the same one after the test."""
    process = one.pids["worker-1"]
    yield process
    assert one.pids["worker-1"] == process, "the worker has ended"


async def send(session, *frames: str) -> None:
    for frame in frames:
        await session.connection._connection.send(frame)


async def settled(session, within: float = 120) -> None:
    """Returns when all that was sent before has been taken up."""
    await send(session, CLEAR)
    await session.expect("input_audio_buffer.cleared", within)


def errors(session) -> list:
    return [event.error for event in session.events if event.type == "error"]


def sent_ids(count: int) -> set[str]:
    return {f"e{number}" for number in range(count)}


@contextlib.asynccontextmanager
async def others(stack, fake):
    """A listener who hears a long answer meanwhile, and a probe; neither of them waits."""
    fake.behave(llm={"reply": "one two three four five six seven eight nine ten.", "reply_repeat": 60})
    address = stack.state["metrics"]["worker-1"].replace("/metrics", "/livez")
    waits: list[float] = []

    async def probe() -> None:
        while True:
            began = time.monotonic()
            await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=30).read())
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.02)

    async with Conversation.open(stack.url, stack.api_key) as listener:
        await listener.say("count")
        await listener.connection.response.create()
        await listener.expect("response.output_audio.delta", 20)
        fake.reset()
        probing = asyncio.create_task(probe())
        yield listener
        probing.cancel()
        gap = Sound(listener).longest_gap
        print(f"{len(waits)} probes, the longest {max(waits):.3f} s; the longest gap {gap:.3f} s")
        assert waits and max(waits) < BOUND and gap < BOUND
        assert not listener.is_over and not errors(listener)
    async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
        assert (await session.ask("still there?")).response.status == "completed"


async def test_the_longest_append_of_telephone_audio(one, worker, fake):
    async with others(one, fake), Conversation.open(one.url, one.api_key, audio=PHONE) as session:
        await send(session, APPEND)
        await settled(session)
        assert not errors(session)


async def test_an_append_that_is_cut_by_its_client(one, worker, fake):
    async with others(one, fake):
        for cut in (0.5, 1):
            async with Conversation.open(one.url, one.api_key, audio=PHONE) as session:
                frame = Frame(Opcode.TEXT, APPEND.encode()).serialize(mask=True)
                session.connection._connection.transport.write(frame[: int(len(frame) * cut)])
                await asyncio.sleep(0.5)
                session.connection._connection.transport.abort()
        await asyncio.sleep(2)


async def test_large_texts_and_large_nonsense_keep_their_order(one, worker, fake):
    async with others(one, fake), Conversation.open(one.url, one.api_key, **TEXT) as session:
        text = "word " * 50_000
        for number in range(4):
            await send(session, item(number, {"type": "input_text", "text": text}))
            await send(session, audio_item(10 + number, "!" * (10 << 20)))
        await settled(session, 60)
        ids = [error.event_id for error in errors(session)]
        assert ids == [f"e{10 + number}" for number in range(4)]
        assert session.count("conversation.item.done") == 4
        assert session.kinds()[-1] == "input_audio_buffer.cleared"


async def test_responses_beside_the_conversation(one, worker, fake):
    async with others(one, fake):
        fake.behave(llm={"silent": True})
        async with (
            Conversation.open(one.url, one.api_key, **TEXT) as modest,
            Conversation.open(one.url, one.api_key, **TEXT) as session,
        ):
            await send(modest, *map(beside, range(8)))
            await send(session, *map(beside, range(600)))
            await settled(session, 60)
            await settled(modest, 60)
            assert modest.count("response.created") == 8 and not errors(modest)
            begun = session.count("response.created")
            assert 8 <= begun < 40 and begun + len(errors(session)) == 600
            assert {error.code for error in errors(session)} == {"rate_limit_exceeded"}
            assert {error.event_id for error in errors(session)} <= sent_ids(600)
            assert len(fake.requests("llm")) < 100
            fake.behave(llm={"silent": False})
            async with Conversation.open(one.url, one.api_key, **TEXT) as other:
                assert (await other.ask("is anybody there?")).response.status == "completed"


@pytest.mark.parametrize("tokens", [INT_MAX, -INT_MAX - 1, INT_MAX - 1])
async def test_counts_of_tokens_that_cannot_be(one, worker, fake, tokens):
    fake.behave(llm={"tokens": tokens}, stt={"tokens": tokens})
    phone = PHONE["input"] | {"transcription": {"model": "whisper-1"}}
    async with Conversation.open(one.url, one.api_key, audio={"input": phone}, **TEXT) as session:
        await send(session, audio_item(0, base64.b64encode(b"\xff" * 8000).decode()))
        await session.expect("conversation.item.input_audio_transcription.completed")
        for _ in range(3):
            done = await session.ask("how many?")
            assert done.response.status == "completed" and done.response.usage.total_tokens >= 0


async def test_an_unfinished_message_ends_its_session(one, worker, fake):
    async def never():
        yield '{"type":'
        await asyncio.sleep(30)

    async def slowly():
        yield '{"type":"input_audio_buffer.append","event_id":"slow","audio":"'
        for _ in range(14):
            await asyncio.sleep(1)
            yield "A" * (16 << 10)
        yield '"}'

    async with (
        Conversation.open(one.url, one.api_key) as stuck,
        Conversation.open(one.url, one.api_key, audio=MANUAL) as slow,
    ):
        sending = asyncio.create_task(send(stuck, never()))
        try:
            await send(slow, slowly())
            await settled(slow)
            assert not errors(slow)
            await stuck.ended(15)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        error, = errors(stuck)
        assert error.code == "invalid_event" and isinstance(stuck.closed, websockets.ConnectionClosed)
        assert stuck.closed.rcvd.code == 1008


def resident(process: int) -> int:
    with open(f"/proc/{process}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) << 10


async def test_a_minute_at_once_is_answered_soon(one, worker, fake):
    """A whole recording in one go, as a file is sent."""
    async with Conversation.open(one.url, one.api_key, audio=MANUAL) as session:
        second = base64.b64encode(b"\x10\x20" * 24_000).decode()
        began = time.monotonic()
        for _ in range(60):
            await session.connection.input_audio_buffer.append(audio=second)
        await session.connection.input_audio_buffer.commit()
        await session.connection.response.create()
        await session.expect("response.output_audio.delta", 30)
        took = time.monotonic() - began
        upload, = fake.requests("stt")
        print(f"60 s of audio: first sound of the answer after {took:.2f} s")
        assert took < 5 and upload["request"]["file"]["samples"] >= 16_000 * 60 - 1600
        done = await session.expect("response.done", 60)
        assert done.response.status == "completed" and text_of(done)

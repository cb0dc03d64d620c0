"""Whatever a provider does, the response fails with a clear error in bounded time and the session goes on."""

import asyncio
import base64
import time

import pytest

from harness.conversation import Conversation
from harness.running_stack import RunningStack, free_port
from recording import GO_FORWARD, Recording

pytestmark = pytest.mark.anyio

TEXT = {"output_modalities": ["text"]}
# The slowest of a stage's deadlines, and what starting over costs.
BOUND = 45.0

FAULTS = {
    "wrong key": {"key": "another"},
    "too many requests": {"status": 429},
    "internal error": {"status": 500},
    "cut in the middle": {"cut_after": 1},
    "silence after the headers": {"silence_after": 0},
    "no answer at all": {"silent": True},
    "garbage": {"garbage": True},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_language_model_fault_fails_the_response(stack, fake, fault):
    async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
        fake.behave(llm=FAULTS[fault])
        started = time.monotonic()
        done = await session.ask("hello", within=BOUND)
        assert time.monotonic() - started < BOUND
        assert done.response.status == "failed"
        error = done.response.status_details.error
        assert error.code and error.type
        assert "fake-key" not in done.model_dump_json()
        fake.reset()
        assert (await session.ask("and now?")).response.status == "completed"


# Any bytes are PCM; what is no speech at all says so in its type.
SPEECH_FAULTS = FAULTS | {"garbage": {"garbage": True, "content_type": "text/html"}}


@pytest.mark.parametrize("fault", SPEECH_FAULTS)
async def test_a_speech_fault_fails_the_response(stack, fake, fault):
    async with Conversation.open(stack.url, stack.api_key) as session:
        fake.behave(tts=SPEECH_FAULTS[fault])
        done = await session.ask("hello", within=BOUND)
        assert done.response.status == "failed"
        assert "fake-key" not in done.model_dump_json()
        fake.reset()
        assert (await session.ask("and now?")).response.status == "completed"


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_transcription_fault_is_told_and_the_session_goes_on(stack, fake, fault):
    async with Conversation.open(
        stack.url, stack.api_key, audio={"input": {"transcription": {"model": "whisper-1"}}}, **TEXT
    ) as session:
        fake.behave(stt=FAULTS[fault])
        await session.speak(Recording(GO_FORWARD))
        failed = await session.expect("conversation.item.input_audio_transcription.failed", BOUND)
        assert failed.error.message and "fake-key" not in failed.model_dump_json()
        fake.reset()
        await session.find(lambda event: event.type in ("response.done", "error"), BOUND, "an end of the turn")
        assert (await session.ask("and now?")).response.status == "completed"


async def test_an_unreachable_provider_fails_the_response(fake):
    settings = fake.settings | {"OPENAI_COMPATIBLE_BASE_URL": f"http://127.0.0.1:{free_port()}/v1"}
    stack = RunningStack(**settings)
    try:
        stack.start()
        async with Conversation.open(stack.url, stack.api_key, **TEXT) as session:
            assert (await session.ask("hello", within=BOUND)).response.status == "failed"
            assert (await session.ask("again", within=BOUND)).response.status == "failed"
    finally:
        stack.remove()


async def test_speaking_over_the_answer_aborts_the_provider_requests(stack, fake):
    fake.behave(llm={"reply_repeat": 100, "gap_ms": 40}, tts={"bytes_per_second": 48_000})
    async with Conversation.open(stack.url, stack.api_key) as session:
        await session.say("tell me a story")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        speaking = asyncio.create_task(session.speak(Recording(GO_FORWARD), quiet=0.1))
        done = await session.expect("response.done", within=5)
        assert done.response.status == "cancelled"
        assert done.response.status_details.reason == "turn_detected"
        fake.wait_for_request("llm", lambda entry: entry["aborted_at"], within=2)
        fake.wait_for_request("tts", lambda entry: entry["aborted_at"], within=2)
        speaking.cancel()


async def test_speech_arrives_at_the_pace_of_the_listener(stack, fake):
    fake.behave(llm={"reply": "This is a sentence of some length, spoken at the pace of a listener."})
    async with Conversation.open(stack.url, stack.api_key) as session:
        await session.ask("speak")
        moments = [at for event, at in zip(session.events, session.arrivals) if event.type == "response.output_audio.delta"]
        sizes = [len(base64.b64decode(e.delta)) / 48_000 for e in session.events if e.type == "response.output_audio.delta"]
        assert sum(sizes) > 2
        sent = 0.0
        for moment, size in zip(moments, sizes):
            sent += size
            # The lead is 80 ms at first and 60 ms later; the rest is the machine's.
            assert sent - (moment - moments[0]) < 0.35

"""Sessions that share workers, providers and a tenant never see anything of each other."""

import asyncio
import base64
import contextlib
import json
import re

import pytest

from harness.conversation import Conversation
from recording import GO_FORWARD, Recording

pytestmark = pytest.mark.anyio

MARK = re.compile(r"mark-\d+-end")
FILLER = "and so on and on " * 8


def mark(number: int) -> str:
    return f"mark-{number}-end"


def settings(number: int) -> dict:
    """Everything of this session bears its mark."""
    its = mark(number)
    return {
        "instructions": f"You serve {its}.",
        "tools": [{"type": "function", "name": f"tool-{its}", "description": f"for {its}",
                   "parameters": {"type": "object", "properties": {}}}],
        "audio": {
            "input": {"transcription": {"model": "whisper-1", "prompt": its, "language": "en"},
                      "turn_detection": {"type": "server_vad", "silence_duration_ms": 300 + 100 * (number % 4)}},
            "output": {"voice": f"voice-{its}"},
        },
        "antiphon": {
            "acknowledgement": {"phrases": [f"one moment {its}"]},
            "summary": {"budget_tokens": 600, "keep_turns": 2, "model": f"fake?recall=mark-[0-9]%2B-end&error_message={its}"},
        },
    }


@contextlib.asynccontextmanager
async def crowd(stack, count: int):
    async with contextlib.AsyncExitStack() as sessions:
        yield [
            await sessions.enter_async_context(Conversation.open(stack.url, stack.api_key, **settings(number)))
            for number in range(count)]


def marks(value) -> set[str]:
    return set(MARK.findall(value if isinstance(value, str) else json.dumps(value)))


def seen_by(session) -> set[str]:
    events = [event.model_dump_json() for event in session.events if event.type != "response.output_audio.delta"]
    return set().union(*(marks(text) for text in events))


async def written(session, number: int, turns: int) -> None:
    for turn in range(turns):
        done = await session.ask(f"Turn {turn} of {mark(number)}, {FILLER}", 60, output_modalities=["text"])
        assert done.response.status == "completed"


async def spoken(session, number: int) -> None:
    done = await session.ask(f"Speak, {mark(number)}", 60, output_modalities=["audio"])
    assert done.response.status == "completed"


@pytest.mark.parametrize("count", [2, 50])
async def test_every_word_stays_in_its_session(stack, fake, count):
    async with crowd(stack, count) as sessions:
        await asyncio.gather(*(written(session, number, 14) for number, session in enumerate(sessions)))
        await asyncio.gather(*(spoken(session, number) for number, session in enumerate(sessions)))
        await asyncio.gather(*(written(session, number, 1) for number, session in enumerate(sessions)))
        for number, session in enumerate(sessions):
            assert seen_by(session) == {mark(number)}
            assert "error" not in session.kinds()
    requests = fake.requests("llm") + fake.requests("tts")
    assert all(len(marks(entry["request"])) == 1 for entry in requests)
    asked = {entry["request"]["model"] for entry in fake.requests("llm")}
    assert len(asked) == count + 1, "each session had a summary by a model of its own"
    spoke = {(min(marks(entry["request"]["input"]), default=None), entry["request"]["voice"]) for entry in fake.requests("tts")}
    assert {voice for _, voice in spoke} == {f"voice-{mark(number)}" for number in range(count)}
    assert all(words is None or voice == f"voice-{words}" for words, voice in spoke)


async def test_only_those_who_speak_are_heard(stack, fake):
    async with crowd(stack, 6) as sessions:
        speech = Recording(GO_FORWARD)

        async def listen(session, number: int) -> None:
            if number % 2 == 0:
                await session.speak(speech)
                await session.expect("response.done", 30)
                return
            for chunk in speech.chunks():
                await session.connection.input_audio_buffer.append(audio=base64.b64encode(bytes(len(chunk))).decode())
                await asyncio.sleep(0.02)

        await asyncio.gather(*(listen(session, number) for number, session in enumerate(sessions)))
        for number, session in enumerate(sessions):
            kinds = session.kinds()
            assert ("input_audio_buffer.speech_started" in kinds) == (number % 2 == 0)
            assert seen_by(session) <= {mark(number)}
    prompts = [entry["request"].get("prompt") for entry in fake.requests("stt")]
    assert sorted(prompts) == [mark(number) for number in (0, 2, 4)]
    assert all(len(marks(entry["request"])) == 1 for entry in fake.requests("llm"))

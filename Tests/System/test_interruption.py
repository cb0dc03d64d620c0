"""Speaking over an answer: how fast its audio stops at the socket, what the providers notice of it, and what does not stop it.

Run with `-s` to see the figures.
"""

import asyncio
import time

import pytest

from harness.conversation import Conversation
from harness.speech import part, speech

pytestmark = pytest.mark.anyio

ROUNDS = 5
# The figures are of a machine that does other things too; they are printed, and held against this only.
BOUND = 1.0


async def start_story(session, fake) -> None:
    fake.behave(llm={"reply_repeat": 200, "gap_ms": 20}, tts={"bytes_per_second": 96_000})
    await session.say("tell me a story")
    await session.connection.response.create()
    await session.expect("response.output_audio.delta")


@pytest.mark.parametrize("mode", ["immediate", "confirmed"])
async def test_the_audio_stops_and_the_providers_are_left(stack, fake, mode):
    sounds, stops, aborts = [], [], []
    for _ in range(ROUNDS):
        fake.reset()
        async with Conversation.open(stack.url, stack.api_key, antiphon={"interruption": {"mode": mode}}) as session:
            await start_story(session, fake)
            await asyncio.sleep(0.6)
            began = time.monotonic()
            speaking = asyncio.create_task(session.speak(speech(), quiet=0.2))
            done = await session.expect("response.done", within=5)
            assert done.response.status_details.reason == "turn_detected"
            assert session.count("input_audio_buffer.speech_started") == 1
            kinds = [event.type for event in session.events]
            started = kinds.index("input_audio_buffer.speech_started")
            assert "response.output_audio.delta" not in kinds[started:], "audio after the client was told to stop"
            sounds.append(session.arrival("response.output_audio.delta") - began)
            stops.append(session.arrival("response.done") - session.arrival("input_audio_buffer.speech_started"))
            for stage in ("llm", "tts"):
                entry = fake.wait_for_request(stage, lambda entry: entry["aborted_at"] or entry["finished_at"], within=3)
                if entry["aborted_at"]:
                    aborts.append(entry["aborted_at"] - session.arrival("response.done"))
            speaking.cancel()
    assert aborts, "no provider was still at work"
    for name, figures in (
        ("first sound sent to last audio received", sounds), ("speech_started to response.done", stops),
        ("response.done to the abort at the provider", aborts),
    ):
        print(f"{mode}: {name}: {', '.join(f'{figure * 1000:.0f}' for figure in figures)} ms")
    assert min(sounds) < BOUND and max(stops) < BOUND and max(aborts) < BOUND


async def test_a_short_sound_does_not_stop_a_confirmed_conversation(stack, fake):
    fake.behave(llm={"reply": "This is a sentence of some length, and a second half that follows it."})
    async with Conversation.open(stack.url, stack.api_key, antiphon={"interruption": {"mode": "confirmed"}}) as session:
        await session.say("go on")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        await session.speak(part(speech(), 0, 0.16), quiet=1.0)
        done = await session.expect("response.done", within=20)
        assert done.response.status == "completed"
        assert session.count("input_audio_buffer.speech_started") == 0
        assert session.count("input_audio_buffer.committed") == 0


@pytest.mark.parametrize(("text", "stops"), [("Mm-hmm.", False), ("Stop.", True)])
async def test_words_decide_in_a_semantic_conversation(stack, fake, text, stops):
    fake.behave(
        stt={"transcript": text},
        llm={"reply": "This is a sentence of some length, and a second half that follows it, and one more after that."})
    async with Conversation.open(
        stack.url, stack.api_key, antiphon={"interruption": {"mode": "semantic"}},
        audio={"input": {"transcription": {"model": "whisper-1", "language": "en"}}},
    ) as session:
        await session.say("go on")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        # Too short for its length to decide; the words come from a provider that tells them at the end only.
        await session.speak(part(speech(), 0, 0.2), quiet=1.2)
        done = await session.expect("response.done", within=20)
        assert done.response.status == ("cancelled" if stops else "completed")
        assert session.count("input_audio_buffer.speech_started") == int(stops)
        assert session.count("input_audio_buffer.committed") == int(stops)
        words = await session.spoken()
        whole = "This is a sentence of some length, and a second half that follows it, and one more after that."
        assert whole.startswith(words) and (len(words) < len(whole)) == stops

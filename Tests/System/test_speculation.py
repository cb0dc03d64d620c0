"""Answers that begin at a pause, over real sockets: what the providers are asked and when, and what the client sees of it.

Run with `-s` to see the figures.
"""

import asyncio

import pytest

from harness.conversation import Conversation, text_of
from harness.speech import part, speech

pytestmark = pytest.mark.anyio

STOPPED = "input_audio_buffer.speech_stopped"
SILENCE = 1.0
# Speech-to-text is the slow stage: begun at the pause of 200 ms, it is over when the turn is.
SLOW = {"stt": {"head_delay_ms": 500}, "llm": {"head_delay_ms": 300, "reply": "Yes."}}


def session_with(stack, speculates: bool):
    detection = {"type": "server_vad", "silence_duration_ms": int(SILENCE * 1000)}
    return Conversation.open(
        stack.url, stack.api_key, audio={"input": {"turn_detection": detection, "transcription": {"model": "whisper-1"}}},
        antiphon={"turn_taking": {"speculate": speculates}, "acknowledgement": {"enabled": False}})


async def answer_after_the_last_word(stack, fake, speculates: bool) -> float:
    fake.reset()
    fake.behave(**SLOW)
    async with session_with(stack, speculates) as session:
        end = await session.speak(speech(), quiet=SILENCE + 0.5)
        done = await session.expect("response.done")
        assert text_of(done) == "Yes."
        request, = fake.requests("llm")
        assert (request["received_at"] < session.first(STOPPED)) == speculates
        assert len(fake.requests("stt")) == 1, "nothing is transcribed twice"
        return session.first("response.output_audio.delta") - end


async def test_what_is_begun_at_the_pause_is_not_waited_for(stack, fake):
    early, late = [await answer_after_the_last_word(stack, fake, speculates) for speculates in (True, False)]
    print(f"first audio {early * 1000:.0f} ms after the last word, {late * 1000:.0f} ms without")
    # All of transcription and model are on the way without; nothing of them should be with.
    assert late - early > 0.4


async def test_an_answer_to_half_of_what_was_said_is_aborted_and_never_seen(stack, fake):
    fake.behave(stt={"transcript": "go forward"}, llm={"head_delay_ms": 4000, "reply": "Half."})
    async with session_with(stack, True) as session:
        whole = speech()
        await session.speak(part(whole, 0, whole.speech_end), quiet=0.6)
        await asyncio.to_thread(fake.wait_for_request, "llm", lambda entry: True)
        fake.behave(stt={"transcript": "go forward ten meters"}, llm={"head_delay_ms": 0, "reply": "Whole."})
        await session.speak(part(whole, 0, 1.0), quiet=SILENCE + 0.5)
        done = await session.expect("response.done")
        assert text_of(done) == "Whole."
        first, *others = fake.requests("llm")
        assert first["aborted_at"] and first["aborted_at"] < session.first(STOPPED)
        assert others and all("go forward ten meters" in str(entry["request"]["messages"]) for entry in others)
        assert session.count("response.created") == session.count("input_audio_buffer.committed") == 1
        assert not [event for event in session.events if "Half" in event.to_json()]
    discarded = "".join(stack.metrics(name) for name in stack.state["metrics"] if name.startswith("worker"))
    assert 'antiphon_worker_speculations_discarded_total{reason="resumed"}' in discarded

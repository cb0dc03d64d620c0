"""Phrase and typing over a real socket: when they are heard, and that they end with the answer."""

import base64
import statistics
import struct

import pytest

from harness.conversation import Conversation

pytestmark = pytest.mark.anyio

TURNS = 20
DELAY = 0.3
# Generous, for a busy machine; the figures are printed (`pytest -s`).
JITTER = 0.25
PHRASE = "okay"
# What the fake model and its speech are told: an answer after 1.5 s, in less than a second.
SLOW = {"head_delay_ms": 1500, "reply": "Yes."}


def comfort(**antiphon) -> dict:
    return {"antiphon": antiphon}


def sounds(session: Conversation, since: int) -> list[tuple[float, bytes]]:
    """The audio since that event: when it came, and its bytes."""
    return [
        (at, base64.b64decode(event.delta))
        for event, at in zip(session.events[since:], session.arrivals[since:]) if event.type == "response.output_audio.delta"]


async def turn(session: Conversation) -> tuple[float, list[tuple[float, bytes]]]:
    """One question and its answer: when the response was created, and its audio."""
    await session.say("hello")
    since = len(session.events)
    await session.connection.response.create()
    await session.expect("response.done")
    created = next(at for event, at in zip(session.events[since:], session.arrivals[since:]) if event.type == "response.created")
    return created, sounds(session, since)


async def test_a_phrase_is_heard_300_ms_after_the_start_of_a_slow_answer(stack, fake):
    async with Conversation.open(
        stack.url, stack.api_key, **comfort(acknowledgement={"minimum_gap_ms": 0, "phrases": [PHRASE]})
    ) as session:
        fake.wait_for_request("tts", lambda entry: entry["request"]["input"] == PHRASE and entry["finished_at"])
        fake.behave(llm=SLOW)
        waits = []
        for _ in range(TURNS):
            created, audio = await turn(session)
            waits.append(audio[0][0] - created)
            assert audio[-1][0] - created > 1.5, "the answer is heard too"
        worst = max(abs(wait - DELAY) for wait in waits)
        print(f"first sound after {statistics.median(waits) * 1000:.1f} ms in the median, at most {worst * 1000:.1f} ms off")
        assert worst < JITTER
        transcripts = {part.transcript for event in session.events if event.type == "response.done"
                       for item in event.response.output for part in item.content}
        assert transcripts == {"Yes."}


async def test_a_quick_answer_is_alone(stack, fake):
    async with Conversation.open(stack.url, stack.api_key) as session:
        fake.behave(llm={"head_delay_ms": 100, "reply": "Yes."})
        created, audio = await turn(session)
        # 60 ms of tone for a character.
        assert sum(len(data) for _, data in audio) / 48_000 == pytest.approx(4 * 0.06, abs=0.05)
        assert audio[0][0] - created < DELAY


async def test_typing_is_heard_until_the_answer_and_not_in_it(stack, fake):
    async with Conversation.open(
        stack.url, stack.api_key,
        **comfort(acknowledgement={"enabled": False}, typing_sound={"enabled": True, "volume": 1.0, "loop_duration_ms": 500}),
    ) as session:
        # The sound is made by then.
        await session.ask("hello")
        fake.behave(llm=SLOW)
        created, audio = await turn(session)
        assert audio[0][0] - created == pytest.approx(DELAY, abs=JITTER)
        samples = struct.iter_unpack("<h", b"".join(data for _, data in audio))
        level = [abs(sample) for (sample,) in samples]
        answer = int(4 * 0.06 * 24_000)
        typed = level[:-answer]
        assert 1.0 < len(typed) / 24_000 < 1.5
        assert max(typed) > 8_000, "typing is to be heard"
        # Half a tone's loudest sample, and nothing on top once 50 ms have faded.
        assert max(level[-answer + 1200:]) <= max(level[-1200:]) + 200

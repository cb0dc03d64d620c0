"""When a turn of human speech begins and ends, over real sockets: what the protocol's modes and our settings promise.

Run with `-s` to see the figures. The bounds are those of a machine that does other things too.
"""

import asyncio
import time

import pytest

from harness.conversation import Conversation, text_of
from harness.speech import part, speech

pytestmark = pytest.mark.anyio

STARTED = "input_audio_buffer.speech_started"
STOPPED = "input_audio_buffer.speech_stopped"
COMMITTED = "input_audio_buffer.committed"
# What a machine that is busy, the network and the end of a word that is hard to tell may add.
LATE = 0.6
EARLY = 0.25


def vad(**settings) -> dict:
    return {"audio": {"input": {"turn_detection": settings or None}}}


def semantic(eagerness: str) -> dict:
    return vad(type="semantic_vad", eagerness=eagerness, create_response=False)


async def wait_for_the_end(session: Conversation, quiet: float) -> float:
    """How long after the last word the turn was over."""
    end = await session.speak(speech(), quiet)
    await session.expect(COMMITTED)
    assert session.count(STARTED) == 1
    return session.arrival(STOPPED) - end


async def test_the_silence_window_ends_the_turn(stack, fake):
    waits = {}
    for window in (400, 1000):
        settings = vad(type="server_vad", silence_duration_ms=window, create_response=False)
        async with Conversation.open(stack.url, stack.api_key, **settings) as session:
            waits[window] = await wait_for_the_end(session, quiet=1.8)
            assert window / 1000 - EARLY < waits[window] < window / 1000 + LATE
    print({window: f"{wait * 1000:.0f} ms" for window, wait in waits.items()})
    assert waits[1000] - waits[400] == pytest.approx(0.6, abs=0.2)


@pytest.mark.parametrize(("minimum", "turns"), [(300, 0), (0, 1)])
async def test_speech_shorter_than_the_least_is_a_click(stack, fake, minimum, turns):
    settings = vad(type="server_vad", silence_duration_ms=200, create_response=False)
    async with Conversation.open(
        stack.url, stack.api_key, antiphon={"turn_taking": {"minimum_speech_ms": minimum}}, **settings
    ) as session:
        await session.speak(part(speech(), 0, 0.12), quiet=1.2)
        await asyncio.sleep(0.2)
        assert session.count(STARTED) == session.count(COMMITTED) == turns


async def test_a_turn_is_committed_and_not_answered_where_nobody_asked_for_that(stack, fake):
    settings = vad(type="server_vad", create_response=False)
    async with Conversation.open(stack.url, stack.api_key, output_modalities=["text"], **settings) as session:
        await session.speak(speech())
        await session.expect(COMMITTED)
        await asyncio.sleep(0.5)
        assert session.count("response.created") == 0 and not fake.requests("llm")
        await session.connection.response.create()
        assert text_of(await session.expect("response.done")) == "You said: go forward ten meters"


async def test_an_answer_that_may_not_be_interrupted_ends_before_the_next_one_begins(stack, fake):
    fake.behave(llm={"reply": "This is an answer of some length, which goes on for a while."})
    settings = vad(type="server_vad", interrupt_response=False)
    async with Conversation.open(stack.url, stack.api_key, **settings) as session:
        await session.say("go on")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        await session.speak(speech(), quiet=1.0)
        first = await session.expect("response.done")
        second = await session.expect("response.done")
        assert first.response.status == second.response.status == "completed"
        assert session.arrival(COMMITTED) < session.first("response.done")
        kinds = [kind for kind in session.kinds() if kind in ("response.created", "response.done")]
        assert kinds == ["response.created", "response.done"] * 2


async def test_the_words_decide_how_long_a_pause_may_be(stack, fake):
    waits = {}
    for text in ("What time is it?", "I would like to book a flight from Zurich to"):
        fake.behave(stt={"transcript": text})
        async with Conversation.open(stack.url, stack.api_key, **semantic("medium")) as session:
            waits[text] = await wait_for_the_end(session, quiet=5)
    done, open_ended = waits.values()
    print(f"a question {done * 1000:.0f} ms, an unfinished clause {open_ended * 1000:.0f} ms")
    assert done < 0.5 + LATE < open_ended < 4 + LATE


async def test_eagerness_decides_how_long_a_doubtful_pause_may_be(stack, fake):
    fake.behave(stt={"transcript": "green tea"})
    waits = []
    for eagerness in ("high", "low"):
        async with Conversation.open(stack.url, stack.api_key, **semantic(eagerness)) as session:
            waits.append(await wait_for_the_end(session, quiet=2.5))
    print(f"high {waits[0] * 1000:.0f} ms, low {waits[1] * 1000:.0f} ms")
    assert waits[1] - waits[0] == pytest.approx(0.75, abs=0.3)


async def test_without_detection_the_client_says_when(stack, fake):
    async with Conversation.open(stack.url, stack.api_key, output_modalities=["text"], **vad()) as session:
        await session.connection.input_audio_buffer.commit()
        assert (await session.expect("error")).error.code == "input_audio_buffer_commit_empty"
        await session.speak(speech(), quiet=0.5)
        assert session.count(STARTED) == session.count(COMMITTED) == 0
        await session.connection.input_audio_buffer.commit()
        await session.expect(COMMITTED)
        assert session.count("response.created") == 0
        await session.connection.response.create()
        assert text_of(await session.expect("response.done")) == "You said: go forward ten meters"


async def test_silence_after_an_answer_is_answered_once_it_was_heard(stack, fake):
    fake.behave(llm={"reply": "An answer that takes about two seconds."})
    settings = vad(type="server_vad", idle_timeout_ms=5000)
    async with Conversation.open(stack.url, stack.api_key, **settings) as session:
        await session.say("hello")
        await session.connection.response.create()
        await session.expect("response.done")
        heard = time.monotonic()
        await session.expect("input_audio_buffer.timeout_triggered", within=8)
        print(f"after {time.monotonic() - heard:.2f} s")
        assert 5 - EARLY < time.monotonic() - heard < 5 + LATE
        await session.expect("response.created")
        await session.expect("response.done")
        assert session.count("input_audio_buffer.timeout_triggered") == 1

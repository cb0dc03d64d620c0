"""What the history holds of an answer that was cut short is what was heard of it, within a word.

Run with `-s` to see the figures.
"""

import asyncio
import time

import pytest

from harness.conversation import Conversation
from harness.sound import Sound
from harness.speech import speech

pytestmark = pytest.mark.anyio

# The fake speaks 60 ms for a character, so that any moment of its speech is a place in the text.
CHARACTER = 0.06
STORY = (
    "Once there was a small boat on a wide river, and it went down to the sea. There it met a very old ship, "
    "which told it about the storms of the south, the ice of the north, and all the ports that lie between them.")
PHRASE = "let me think of one"


def words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("after", [0.3, 1.5, 3.7, 6.1])
async def test_speaking_over_an_answer_leaves_the_words_that_were_heard(stack, fake, after):
    fake.behave(llm={"reply": STORY})
    async with Conversation.open(stack.url, stack.api_key) as session:
        await session.say("tell me a story")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        began = time.monotonic()
        await asyncio.sleep(after)
        speaking = asyncio.create_task(session.speak(speech(), quiet=0.1))
        await session.expect("response.done")
        heard = STORY[: int((session.arrival("response.done") - began) / CHARACTER)]
        kept = await session.spoken()
        print(f"heard {words(heard)} words, kept {words(kept)}")
        assert STORY.startswith(kept) and abs(words(kept) - words(heard)) <= 1
        speaking.cancel()
        # The model is shown the same.
        fake.behave(llm={"reply": "Yes."})
        await session.ask("go on")
        said = [entry["content"] for entry in fake.requests("llm")[-1]["request"]["messages"] if entry["role"] == "assistant"]
        assert said == [kept]


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_truncation_by_the_clients_clock_does_not_count_the_phrase(stack, fake, is_over):
    fake.behave(llm={"head_delay_ms": 900, "reply": STORY})
    acknowledgement = {"phrases": [PHRASE], "minimum_gap_ms": 0}
    async with Conversation.open(stack.url, stack.api_key, antiphon={"acknowledgement": acknowledgement}) as session:
        await asyncio.sleep(0.3)
        await session.say("tell me a story")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        led = len(PHRASE) * CHARACTER
        await asyncio.sleep(led + 3)
        if is_over:
            await session.connection.response.cancel()
            await session.expect("response.done")
        item = [event for event in session.events if event.type == "response.output_item.added"][-1].item.id
        wanted = STORY[:30]
        await session.connection.conversation.item.truncate(
            item_id=item, content_index=0, audio_end_ms=int((led + len(wanted) * CHARACTER) * 1000))
        await session.expect("conversation.item.truncated")
        kept = await session.spoken()
        print(f"heard {words(wanted)} words, kept {words(kept)}")
        assert STORY.startswith(kept) and abs(words(kept) - words(wanted)) <= 1
        sent = Sound(session).seconds
        await asyncio.sleep(0.5)
        assert Sound(session).seconds == sent, "nothing more of it is sent"

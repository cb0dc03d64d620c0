"""A phrase and an answer that come at about the same time: every sound has a pitch of its own, so that an overlap shows.

Run with `-s` to see the figures.
"""

import pytest

from harness.conversation import Conversation, text_of
from harness.sound import TONE, Sound

pytestmark = pytest.mark.anyio

# What was said once is kept, so that each test has a phrase of its own.
PHRASES, PHRASE_HERTZ, PHRASE_SECONDS = ["hold the line now", "just a moment now"], 900, 17 * 0.06
ANSWER, ANSWER_HERTZ, ANSWER_SECONDS = "Yes, it is.", 400, 11 * 0.06
# The lead is 80 ms; a busy machine delivers late and then at once. The figure is printed.
AHEAD = 1.0
# A tenth of a period, a window that holds two sounds.
EXACT = 0.03


@pytest.mark.parametrize("typing", [False, True])
async def test_phrase_typing_and_answer_never_overlap_and_are_whole(stack, fake, typing):
    phrase = PHRASES[typing]
    tts = {"frequencies": {phrase: PHRASE_HERTZ, ANSWER: ANSWER_HERTZ}}
    fake.behave(tts=tts, llm={"reply": ANSWER})
    antiphon = {
        "acknowledgement": {"minimum_gap_ms": 0, "phrases": [phrase]}, "typing_sound": {"enabled": typing, "volume": 0.2}}
    ahead, led = [], []
    async with Conversation.open(stack.url, stack.api_key, antiphon=antiphon) as session:
        fake.wait_for_request("tts", lambda entry: entry["request"]["input"] == phrase and entry["finished_at"])
        # The delay of the phrase is 300 ms: the answer comes before, with and after it, and while the phrase is heard.
        for delay in [50, 240, 260, 270, 280, 290, 300, 320, 800, 1500]:
            fake.behave(llm={"head_delay_ms": delay})
            await session.say("is it?")
            since = len(session.events)
            await session.connection.response.create()
            done = await session.expect("response.done")
            assert text_of(done) == ANSWER, "the words of the phrase are not the answer's"
            kinds = [event.type for event in session.events[since:]]
            assert kinds.count("response.output_audio.done") == kinds.count("response.output_item.added") == 1
            assert "response.output_audio.delta" not in kinds[kinds.index("response.output_audio.done"):]
            sound = Sound(session, since)
            # Typing, at a fifth of its strength, may fade under the beginning of speech.
            assert abs(sound.samples).max() <= TONE * (1.5 if typing else 1.01), f"two sounds at once after {delay} ms"
            tones = [(hertz, length) for hertz, length in sound.tones(PHRASE_HERTZ, ANSWER_HERTZ) if hertz]
            lengths = {PHRASE_HERTZ: PHRASE_SECONDS, ANSWER_HERTZ: ANSWER_SECONDS}
            assert [hertz for hertz, _ in tones] in ([ANSWER_HERTZ], [PHRASE_HERTZ, ANSWER_HERTZ])
            for hertz, length in tones:
                assert length == pytest.approx(lengths[hertz], abs=EXACT), f"{hertz} Hz after {delay} ms"
            ahead.append(sound.most_ahead)
            led.append(len(tones) == 2)
    print(f"phrases {led}; at most {max(ahead) * 1000:.0f} ms ahead of the listener")
    assert not led[0] and led[-1], "the sweep passes the delay"
    assert max(ahead) < AHEAD

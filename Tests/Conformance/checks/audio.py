"""The input audio buffer: checks 50 to 60."""

import asyncio
import base64
import collections
import json

from suite import ladders
from suite.expect import equal, identifier, members, near, order, precedes, refusal, text_of
from suite.places import EMBEDDED
from suite.registry import Section
from suite.speech import said_and_done, silence, spoken, spoken_until

section = Section("Audio")
TEXT = {"output_modalities": ["text"]}
WHISPER = {"transcription": {"model": "whisper-1"}}
MANUAL = {"turn_detection": None}


def server_vad(**settings) -> dict:
    return {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500} | settings


@section.check(50, "server_vad turn yields the order of 3.3; `speech_started.item_id` = `committed.item_id` = user item id")
async def spoken_turn(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": WHISPER})
        start = wire.mark()
        await wire.append(said_and_done())
        done = await wire.expect("response.done", 30)
        order(wire.since(start), ladders.GA_TURN + ladders.GA_AUDIO)
        user = turn_ids(wire, start)
        members(wire.one("input_audio_buffer.committed", start), "committed", previous_item_id=None)
        for event in wire.since(start, "conversation.item.added", "conversation.item.done")[:2]:
            members(event["item"], "item", id=user, type="message", role="user", status="completed")
            equal(event["item"]["content"][0]["type"], "input_audio", "the part's type")
        heard = wire.one("conversation.item.input_audio_transcription.completed", start)
        members(heard, "transcription", item_id=user, content_index=0, transcript="go forward ten meters")
        assert heard["usage"]["type"] in ("tokens", "duration"), f"usage is {heard['usage']}"
        precedes(wire.since(start), "input_audio_buffer.committed", heard["type"])
        answer = done["response"]["output"][0]
        equal(answer["content"], [{"type": "output_audio", "transcript": "You said: go forward ten meters"}], "content")
        added = wire.of("conversation.item.added", start)[1]
        members(added, "added", previous_item_id=user)
        members(
            wire.one("response.content_part.added", start), "part", part={"type": "audio", "transcript": ""})
        words = "".join(event["delta"] for event in wire.of("response.output_audio_transcript.delta", start))
        equal(words, answer["content"][0]["transcript"], "the transcript's deltas")
    async with place.open_beta() as wire:
        await wire.expect("session.created")
        await wire.update(input_audio_transcription={"model": "whisper-1"})
        start = wire.mark()
        await wire.append(said_and_done())
        done = await wire.expect("response.done", 30)
        order(wire.since(start), ladders.BETA_TURN + ladders.BETA_AUDIO)
        turn_ids(wire, start)
        equal(done["response"]["output"][0]["content"][0]["type"], "audio", "the part's type")


def turn_ids(wire, start: int) -> str:
    """The user item's id, the same in all events of the turn."""
    kinds = ("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed")
    ids = {wire.one(kind, start)["item_id"] for kind in kinds}
    ids.add(wire.of("conversation.item.created" if wire.shape == "beta" else "conversation.item.added", start)[0]["item"]["id"])
    assert len(ids) == 1, f"the turn has several ids: {ids}"
    user = ids.pop()
    identifier(user, "item_", "item_id")
    return user


@section.check(51, "`audio_start_ms` is not below 0 and includes prefix padding; `audio_end_ms` grows over the session")
async def positions(place):
    starts = {}
    for padding in (0, 300):
        async with place.open() as wire:
            await wire.expect("session.created")
            await wire.update(audio={"input": {"turn_detection": server_vad(prefix_padding_ms=padding, create_response=False)}})
            await wire.append(silence(1000) + said_and_done())
            starts[padding] = (await wire.expect("input_audio_buffer.speech_started"))["audio_start_ms"]
            end = (await wire.expect("input_audio_buffer.speech_stopped"))["audio_end_ms"]
            # The silence that ended the turn is part of it.
            near(end, 1000 + spoken_until() + 500, 250, "audio_end_ms")
            await wire.append(said_and_done())
            later = await wire.expect("input_audio_buffer.speech_started")
            assert later["audio_start_ms"] >= end - 500, f"audio_start_ms went back to {later['audio_start_ms']}"
            assert (await wire.expect("input_audio_buffer.speech_stopped"))["audio_end_ms"] > end, "audio_end_ms did not grow"
    near(starts[0] - starts[300], 300, 1, "what the padding adds")
    # Speech that begins at once has no room for padding.
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": {"turn_detection": server_vad(prefix_padding_ms=2000, create_response=False)}})
        await wire.append(spoken())
        start = (await wire.expect("input_audio_buffer.speech_started"))["audio_start_ms"]
        equal(start, 0, "audio_start_ms")


@section.check(52, "`create_response: false` → no response until `response.create`")
async def no_response(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": {"turn_detection": server_vad(create_response=False)} | WHISPER}, **TEXT)
        await wire.append(said_and_done())
        await wire.expect("conversation.item.input_audio_transcription.completed")
        await wire.quiet(1)
        assert not wire.of("response.created"), "a response came by itself"
        await wire.send("response.create")
        equal(text_of(await wire.expect("response.done")), "You said: go forward ten meters", "the answer")


@section.check(53, "Commit of 50 ms → `input_audio_buffer_commit_empty`, `event_id` echoed; commit of 100 ms accepted")
async def short_commit(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": MANUAL})
        sent = await wire.send("input_audio_buffer.commit")
        refusal(
            await wire.error(), "input_audio_buffer_commit_empty", sent,
            message="Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has "
            "0.00ms of audio.")
        await wire.append(silence(50))
        sent = await wire.send("input_audio_buffer.commit")
        error = await wire.error()
        refusal(error, "input_audio_buffer_commit_empty", sent)
        assert "50.00ms" in error["message"], error["message"]
        await wire.append(silence(50))
        start = wire.mark()
        await wire.send("input_audio_buffer.commit")
        await wire.expect("conversation.item.done")
        order(wire.since(start), ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"])


@section.check(54, "`clear` on an empty buffer → `cleared`; commit after it → commit-empty error", EMBEDDED)
async def clear(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": MANUAL})
        await wire.send("input_audio_buffer.clear")
        await wire.expect("input_audio_buffer.cleared")
        await wire.append(silence(500))
        await wire.send("input_audio_buffer.clear")
        await wire.expect("input_audio_buffer.cleared")
        sent = await wire.send("input_audio_buffer.commit")
        refusal(await wire.error(), "input_audio_buffer_commit_empty", sent)


@section.check(55, "Manual mode: `commit` and `response.create` back to back → the response answers the committed audio")
async def manual(place):
    place.fake.behave(stt={"head_delay_ms": 500})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": MANUAL}, **TEXT)
        start = wire.mark()
        await wire.append(spoken())
        await wire.send("input_audio_buffer.commit")
        await wire.send("response.create")
        equal(text_of(await wire.expect("response.done")), "You said: go forward ten meters", "the answer")
        order(
            wire.since(start),
            ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"] + ladders.GA_TEXT)
        sound = place.fake.requests("stt")[-1]["request"]["file"]
        near(sound["samples"] / sound["rate"], len(spoken()) / 48_000, 0.05, "seconds that were transcribed")


@section.check(56, "Bad base64 → `invalid_value`, session goes on", EMBEDDED)
async def bad_base64(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": MANUAL})
        for audio in ("not base64!", "AAA", base64.b64encode(bytes(3)).decode()):
            sent = await wire.send("input_audio_buffer.append", audio=audio)
            refusal(
                await wire.error(), "invalid_value", sent, param="audio",
                message="Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.")
        await wire.append(silence(100))
        await wire.send("input_audio_buffer.commit")
        await wire.expect("input_audio_buffer.committed")


@section.check(57, "Append of 15 MiB accepted, larger refused", EMBEDDED)
async def large_append(place):
    most = 15 << 20
    async with place.open() as wire:
        await wire.expect("session.created")
        # Where a turn of this length would be transcribed, it is taken back before it ends.
        await wire.send("input_audio_buffer.append", audio=base64.b64encode(bytes(most)).decode())
        # Almost six minutes of audio.
        await wire.barrier(30)
        assert not wire.of("error"), f"refused: {wire.of('error')[0]['error']}"
        sent = await wire.send("input_audio_buffer.append", audio=base64.b64encode(bytes(most + 2)).decode())
        refusal(await wire.error(), "string_above_max_length", sent, param="audio")
        await wire.say("still here")


@section.check(58, "Transcription on → exactly one `completed` or `failed` per committed item, also for silence")
async def one_transcript_each(place):
    kinds = [f"conversation.item.input_audio_transcription.{end}" for end in ("completed", "failed")]
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(audio={"input": MANUAL | WHISPER})
        for transcript, status in (("go forward ten meters", 200), ("", 200), ("", 500), ("again", 200)):
            place.fake.behave(stt={"transcript": transcript, "status": status})
            await wire.append(silence(400) if not transcript else spoken())
            await wire.send("input_audio_buffer.commit")
            await wire.expect("input_audio_buffer.committed")
            event = await wire.find(lambda event: event["type"] in kinds, 30, "a transcript or its failure")
            if status == 200:
                members(event, "completed", type=kinds[0], transcript=transcript)
            else:
                equal(event["type"], kinds[1], "the event")
                assert event["error"]["type"] and event["error"]["message"], f"error is {event['error']}"
        await wire.quiet()
        counts = collections.Counter(event["item_id"] for event in wire.since(0, *kinds))
        committed = [event["item_id"] for event in wire.of("input_audio_buffer.committed")]
        equal(counts, collections.Counter(committed), "transcripts per item")


@section.check(59, "Semantic VAD accepted with each eagerness; `high` ends turns sooner than `low` on the same recording")
async def semantic(place):
    ends = {}
    for eagerness in ("low", "medium", "high", "auto"):
        async with place.open() as wire:
            await wire.expect("session.created")
            detection = {"type": "semantic_vad", "eagerness": eagerness, "create_response": False, "interrupt_response": True}
            shown = (await wire.update(audio={"input": {"turn_detection": detection}}))["audio"]["input"]["turn_detection"]
            members(shown, "turn_detection", **detection)
            await wire.append(said_and_done(9000))
            await wire.expect("input_audio_buffer.speech_started")
            ends[eagerness] = (await wire.expect("input_audio_buffer.speech_stopped"))["audio_end_ms"]
            await wire.expect("input_audio_buffer.committed")
    assert ends["high"] < ends["low"], f"the turn ended after {ends} ms"
    equal(ends["auto"], ends["medium"], "the end with auto")
    return f"after {ends['high'] - spoken_until():.0f} ms of silence with high, {ends['low'] - spoken_until():.0f} ms with low"


@section.check(
    60, "`idle_timeout_ms` 5000 → `timeout_triggered`, `committed`, item, response; no trigger while the answer still plays", within=90)
async def idle_timeout(place):
    place.fake.behave(llm={"reply": "This answer takes some seconds until it is said, which is no silence."})
    async with place.open() as wire:
        await wire.expect("session.created")
        for milliseconds, code in ((4999, "integer_below_min_value"), (30001, "integer_above_max_value")):
            detection = server_vad(idle_timeout_ms=milliseconds)
            sent = await wire.send("session.update", session={"type": "realtime", "audio": {"input": {"turn_detection": detection}}})
            refusal(await wire.error(), code, sent, param="session.audio.input.turn_detection.idle_timeout_ms")
        await wire.update(audio={"input": {"turn_detection": server_vad(idle_timeout_ms=5000)}})
        microphone = asyncio.create_task(quiet_room(wire))
        try:
            await wire.ask("speak", within=30)
            start = wire.mark()
            heard_until = wire.arrivals[-1]
            triggered = await wire.expect("input_audio_buffer.timeout_triggered", 12)
            waited = wire.arrivals[wire.events.index(triggered)] - heard_until
            near(waited, 5, 0.7, "seconds after the answer")
            await wire.expect("response.created")
            order(
                wire.since(start),
                ["input_audio_buffer.timeout_triggered", "input_audio_buffer.committed", "conversation.item.added",
                 "conversation.item.done", "response.created"], leave=("rate_limits.updated",))
            assert triggered["audio_end_ms"] > triggered["audio_start_ms"] >= 0, f"it spans {triggered}"
            equal(wire.one("input_audio_buffer.committed", start)["item_id"], triggered["item_id"], "item_id")
        finally:
            microphone.cancel()
    return f"{waited:.1f} s after the end of an answer"


async def quiet_room(wire) -> None:
    """A microphone that hears nothing, in real time."""
    chunk = json.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(silence(100)).decode()})
    while True:
        await wire.raw(chunk)
        await asyncio.sleep(0.1)

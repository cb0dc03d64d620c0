"""Responses: checks 62 to 72."""

import asyncio

from suite import ladders
from suite.expect import equal, members, near, order, refusal, text_of
from suite.registry import Section
from suite.speech import BYTES_PER_MS, said_and_done, silence, spoken

section = Section("Responses")
TEXT = {"output_modalities": ["text"]}
MANUAL = {"turn_detection": None}
# A model that talks for ten seconds, and speech that comes as it is heard.
LONG = {"reply_repeat": 200, "gap_ms": 50}


@section.check(
    62, "`response.create` while one runs → `conversation_already_has_active_response` naming the running id; the first finishes")
async def already_active(place):
    place.fake.behave(llm={"reply": "one two three four five six", "gap_ms": 100})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(**TEXT)
        await wire.say("count")
        await wire.send("response.create")
        running = (await wire.expect("response.created"))["response"]["id"]
        sent = await wire.send("response.create")
        refusal(
            await wire.error(), "conversation_already_has_active_response", sent,
            message=f"Conversation already has an active response in progress: {running}. Wait until the response is finished before "
            "creating a new one.")
        done = await wire.expect("response.done")
        members(done["response"], "response", id=running, status="completed")
        equal(text_of(done), "one two three four five six", "the answer")
        equal(len(wire.of("response.created")), 1, "the number of responses")


@section.check(
    63, "Out-of-band response beside a running one finishes with `conversation_id: null` and no `conversation.item.*`")
async def out_of_band(place):
    place.fake.behave(llm={"reply": "one two three four five six", "gap_ms": 150})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(**TEXT)
        await wire.say("count")
        await wire.send("response.create")
        running = (await wire.expect("response.created"))["response"]["id"]
        await wire.expect("response.output_text.delta")
        place.fake.behave(llm={"reply": "aside, quickly", "gap_ms": 0})
        start = wire.mark()
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "aside"}]}
        await wire.send("response.create", response={"conversation": "none", "input": [item], "metadata": {"topic": "aside"}})
        done = (await wire.expect("response.done"))["response"]
        assert done["id"] != running, "the running response was over first"
        members(done, "response", conversation_id=None, status="completed", metadata={"topic": "aside"})
        beside = [event for event in wire.since(start) if event["type"].startswith("conversation.item.")]
        assert not beside, f"{beside[0]['type']} for a response outside the conversation"
        mine = [
            event for event in wire.since(start)
            if event.get("response_id") == done["id"] or event.get("response", {}).get("id") == done["id"]]
        order(mine, [kind for kind in ladders.GA_TEXT if not kind.startswith("conversation.")])
        sent = await wire.send("conversation.item.retrieve", item_id=done["output"][0]["id"])
        refusal(await wire.error(), "item_retrieve_invalid_item_id", sent)
        members((await wire.expect("response.done"))["response"], "response", id=running, status="completed")


@section.check(64, "`input: []` → the answer does not know the conversation")
async def empty_input(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(instructions="Be brief.", **TEXT)
        secret = await wire.say("The word is kingfisher.")
        await wire.send("response.create", response={"conversation": "none", "input": []})
        await wire.expect("response.done")
        asked = place.fake.requests("llm")[-1]["request"]["messages"]
        assert "kingfisher" not in str(asked), f"the model saw {asked}"
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "And this?"}]}
        reference = {"type": "item_reference", "id": secret["id"]}
        await wire.send("response.create", response={"conversation": "none", "input": [reference, item], "instructions": "Be long."})
        await wire.expect("response.done")
        asked = place.fake.requests("llm")[-1]["request"]["messages"]
        equal([message["role"] for message in asked], ["system", "user", "user"], "the roles that the model saw")
        assert "Be long." in str(asked[0]) and "kingfisher" in str(asked[1]) and "And this?" in str(asked[2]), f"it saw {asked}"


@section.check(65, "`metadata` echoed in `response.created` and `response.done`; 17 pairs refused")
async def metadata(place):
    pairs = {f"key_{number}": "x" * 512 for number in range(16)}
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(**TEXT)
        await wire.ask("hello", metadata=pairs)
        for kind in ("response.created", "response.done"):
            equal(wire.one(kind)["response"]["metadata"], pairs, f"metadata in {kind}")
        for wrong in (pairs | {"key_16": "x"}, {"k" * 65: "x"}, {"k": "x" * 513}):
            sent = await wire.send("response.create", response={"metadata": wrong})
            error = await wire.error()
            members(error, "error", type="invalid_request_error", event_id=sent)
            assert error["param"].startswith("response.metadata"), f"param is {error['param']}"
        equal(len(wire.of("response.created")), 1, "the number of responses")


@section.check(66, "`max_output_tokens: 1` → status `incomplete`, reason `max_output_tokens`, all `done` events sent")
async def token_cap(place):
    # What a model does that was told to stop after one token.
    place.fake.behave(llm={"reply": "Well", "finish": "length"})
    async with place.open() as wire:
        await wire.expect("session.created")
        for session, ladder in ((TEXT, ladders.GA_TEXT), ({"output_modalities": ["audio"]}, ladders.GA_AUDIO)):
            await wire.update(**session)
            await wire.say("talk")
            start = wire.mark()
            await wire.send("response.create", response={"max_output_tokens": 1})
            response = (await wire.expect("response.done"))["response"]
            members(
                response, "response", status="incomplete", max_output_tokens=1,
                status_details={"type": "incomplete", "reason": "max_output_tokens"})
            order(wire.since(start), ladder)
            equal(wire.one("response.output_item.done", start)["item"]["status"], "incomplete", "the item's status")
            asked = place.fake.requests("llm")[-1]["request"]
            equal(asked.get("max_completion_tokens", asked.get("max_tokens")), 1, "what the model was told")


@section.check(
    67, "`response.cancel` in mid-audio → `done` events, `response.done` cancelled / `client_cancelled`, no later delta of that response")
async def cancel(place):
    place.fake.behave(llm=LONG, tts={"bytes_per_second": 96_000})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.say("tell me everything")
        start = wire.mark()
        await wire.send("response.create")
        await wire.expect("response.output_audio.delta")
        await asyncio.sleep(0.5)
        await wire.send("response.cancel")
        response = (await wire.expect("response.done", 3))["response"]
        members(
            response, "response", status="cancelled", status_details={"type": "cancelled", "reason": "client_cancelled"})
        order(wire.since(start), ladders.GA_AUDIO)
        said = "".join(event["delta"] for event in wire.of("response.output_audio_transcript.delta", start))
        equal(wire.one("response.output_audio_transcript.done", start)["transcript"], said, "the transcript")
        equal(wire.one("response.output_item.done", start)["item"]["status"], "incomplete", "the item's status")
        equal([item["status"] for item in response["output"]], ["incomplete"], "the items of the response")
        end = wire.mark()
        await wire.quiet(1)
        equal(wire.kinds(end), [], "what came after response.done")
        # Before the model said a word there is no item to end.
        place.fake.behave(llm={"head_delay_ms": 5000})
        await wire.send("response.create")
        named = (await wire.expect("response.created"))["response"]["id"]
        await wire.send("response.cancel", response_id=named)
        members((await wire.expect("response.done", 3))["response"], "response", status="cancelled", output=[])
    for stage in ("llm", "tts"):
        place.fake.wait_for_request(stage, lambda entry: entry["aborted_at"], within=3)


@section.check(68, '`response.cancel` when idle → `response_cancel_not_active`, message starting "Cancellation failed"')
async def cancel_idle(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        for more in ({}, {"response_id": "resp_none"}):
            sent = await wire.send("response.cancel", **more)
            error = await wire.error()
            refusal(error, "response_cancel_not_active", sent)
            assert error["message"].startswith("Cancellation failed"), error["message"]


@section.check(69, "Speech during a response with `interrupt_response: true` → cancelled / `turn_detected`; with false → it runs on")
async def barge_in(place):
    def detection(interrupts):
        return {"type": "server_vad", "interrupt_response": interrupts, "create_response": False}

    place.fake.behave(llm=LONG, tts={"bytes_per_second": 96_000})
    async with place.open() as wire:
        await wire.expect("session.created")
        shown = await wire.update(audio={"input": {"turn_detection": detection(True)}})
        equal(shown["audio"]["input"]["turn_detection"]["interrupt_response"], True, "interrupt_response")
        await wire.say("tell me a story")
        await wire.send("response.create")
        await wire.expect("response.output_audio.delta")
        start = wire.mark()
        await wire.append(silence(200) + spoken())
        response = (await wire.expect("response.done", 5))["response"]
        members(response, "response", status="cancelled", status_details={"type": "cancelled", "reason": "turn_detected"})
        kinds = [event["type"] for event in wire.since(start) if event["type"] not in (
            "response.output_audio.delta", "response.output_audio_transcript.delta")]
        wanted = [
            "input_audio_buffer.speech_started", "response.output_audio.done", "response.output_audio_transcript.done",
            "response.content_part.done", "conversation.item.done", "response.output_item.done", "response.done"]
        equal(kinds[:7], wanted, "the events of the interruption")
        equal(wire.of("conversation.item.done", start)[0]["item"]["status"], "incomplete", "the item's status")
    place.fake.reset()
    place.fake.behave(llm={"reply": "This goes on while somebody else speaks."})
    async with place.open() as wire:
        await wire.expect("session.created")
        shown = await wire.update(audio={"input": {"turn_detection": detection(False)}})
        equal(shown["audio"]["input"]["turn_detection"]["interrupt_response"], False, "interrupt_response")
        await wire.say("tell me a story")
        await wire.send("response.create")
        await wire.expect("response.output_audio.delta")
        await wire.append(said_and_done())
        await wire.expect("input_audio_buffer.committed")
        assert not wire.of("response.done"), "the response ended when somebody spoke"
        done = await wire.expect("response.done", 10)
        equal(done["response"]["status"], "completed", "the status")
        equal(text_of(done), "This goes on while somebody else speaks.", "the answer")


@section.check(
    70, 'Truncate at the exact length accepted; beyond it by a second → error; on a user item → "Only model output audio messages can '
    'be truncated"')
async def truncate(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        done = await wire.ask("hello world")
        item = done["response"]["output"][0]["id"]
        length = len(wire.audio()) // BYTES_PER_MS

        async def cut(item_id, end):
            return await wire.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=end)

        sent = await cut(item, length + 1000)
        error = await wire.error()
        members(error, "error", type="invalid_request_error", event_id=sent)
        equal(error["message"], f"Audio content of {length}ms is already shorter than {length + 1000}ms", "the message")
        user = (await wire.say("mine"))["id"]
        sent = await cut(user, 100)
        error = await wire.error()
        members(
            error, "error", type="invalid_request_error", event_id=sent, message="Only model output audio messages can be truncated")
        sent = await cut("nobody", 100)
        refusal(await wire.error(), "item_truncate_invalid_item_id", sent)
        for end in (length + 100, length, length // 2):
            start = wire.mark()
            await cut(item, end)
            members(
                await wire.expect("conversation.item.truncated"), "truncated", item_id=item, content_index=0, audio_end_ms=end)
            await wire.barrier()
            order(wire.since(start), ["conversation.item.truncated", "input_audio_buffer.cleared"])
    return f"an answer of {length} ms"


@section.check(71, "Truncate during generation accepted; later deltas of the item stop or are ignored consistently")
async def truncate_running(place):
    place.fake.behave(llm=LONG, tts={"bytes_per_second": 96_000})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.say("tell me everything")
        await wire.send("response.create")
        item = (await wire.expect("response.output_item.added"))["item"]["id"]
        await wire.expect("response.output_audio.delta")
        await asyncio.sleep(0.6)
        await wire.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=200)
        await wire.expect("conversation.item.truncated")
        end = wire.mark()
        await asyncio.sleep(0.5)
        late = wire.of("response.output_audio.delta", end)
        assert not late, f"{len(late)} deltas after the truncation"
        await wire.send("response.cancel")
        response = (await wire.expect("response.done", 5))["response"]
        assert response["status"] in ("cancelled", "incomplete", "completed"), f"status is {response['status']}"
        await wire.send("conversation.item.retrieve", item_id=item)
        shown = (await wire.expect("conversation.item.retrieved"))["item"]
        equal(shown["status"], "incomplete", "the item's status")
        assert len(shown["content"][0]["transcript"]) < 20, f"200 ms were heard of {shown['content'][0]['transcript']!r}"


@section.check(72, "After truncation the model's context no longer has the unheard words")
async def unheard(place):
    answer = "First this sentence. And then the kingfisher."
    place.fake.behave(llm={"reply": answer})
    async with place.open() as wire:
        await wire.expect("session.created")
        done = await wire.ask("speak")
        item = done["response"]["output"][0]["id"]
        place.fake.reset()
        await wire.ask("again", **TEXT)
        assert "kingfisher" in str(place.fake.requests("llm")[-1]["request"]["messages"]), "the model does not see what was said"
        # 60 ms a character: the end of the first sentence.
        await wire.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=20 * 60)
        await wire.expect("conversation.item.truncated")
        await wire.ask("again", **TEXT)
        asked = place.fake.requests("llm")[-1]["request"]["messages"]
        said = [message["content"] for message in asked if message["role"] == "assistant"][0]
        assert "kingfisher" not in str(asked), f"the model still sees {said!r}"
        assert said.startswith("First this"), f"the model sees {said!r}"
        near(len(said), 20, 3, "the number of characters that were heard")

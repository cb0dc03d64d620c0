"""Text turns and conversation items: checks 38 to 49."""

from recorder import leave_out
from suite import ladders
from suite.expect import equal, identifier, members, order, refusal, text_of
from suite.places import EMBEDDED
from suite.registry import Section
from suite.speech import said_and_done

section = Section("Text and items")
TEXT = {"output_modalities": ["text"]}


async def text_session(wire) -> None:
    await wire.expect("session.created")
    await wire.update(**({"modalities": ["text"]} if wire.shape == "beta" else TEXT))


@section.check(38, "Text turn yields exactly the GA order of 3.2; with the beta header exactly the beta order")
async def text_turn(place):
    async with place.open() as wire:
        await text_session(wire)
        start = wire.mark()
        item = await wire.say("what is new?")
        order(wire.since(start), ["conversation.item.added", "conversation.item.done"])
        for event in wire.since(start):
            equal(event["previous_item_id"], None, "previous_item_id at the head")
            members(event["item"], "item", type="message", role="user", status="completed", object="realtime.item")
            equal(event["item"]["content"], [{"type": "input_text", "text": "what is new?"}], "content")
        start = wire.mark()
        await wire.send("response.create")
        done = await wire.expect("response.done")
        order(wire.since(start), ladders.GA_TEXT)
        ladder(wire, start, item["id"], done, "output_text", "response.output_text")
        assert wire.one("conversation.item.done", start)["item"] == wire.one("response.output_item.done", start)["item"]
    async with place.open_beta() as wire:
        await text_session(wire)
        start = wire.mark()
        item = await wire.say("what is new?")
        order(wire.since(start), ["conversation.item.created"])
        start = wire.mark()
        await wire.send("response.create")
        done = await wire.expect("response.done")
        order(wire.since(start), ladders.BETA_TEXT)
        ladder(wire, start, item["id"], done, "text", "response.text")


def ladder(wire, start: int, question: str, done: dict, content: str, stream: str) -> None:
    """What the events of a text answer say, one against the other."""
    answer = "You said: what is new?"
    created = wire.one("response.created", start)["response"]
    members(created, "response", status="in_progress", output=[], usage=None, object="realtime.response", status_details=None)
    identifier(created["id"], "resp_", "response.id")
    added = wire.one("response.output_item.added", start)
    members(added, "output_item.added", response_id=created["id"], output_index=0)
    members(added["item"], "item", type="message", role="assistant", status="in_progress", content=[])
    into = wire.one("conversation.item.created" if wire.shape == "beta" else "conversation.item.added", start)
    members(into, "added", previous_item_id=question, item=added["item"])
    place = {"response_id": created["id"], "item_id": added["item"]["id"], "output_index": 0, "content_index": 0}
    members(wire.one("response.content_part.added", start), "part", **place, part={"type": "text", "text": ""})
    deltas = wire.of(f"{stream}.delta", start)
    assert len(deltas) > 1, "the text came in one piece"
    for delta in deltas:
        members(delta, "delta", **place)
    equal("".join(delta["delta"] for delta in deltas), answer, "the deltas")
    members(wire.one(f"{stream}.done", start), "done", **place, text=answer)
    members(wire.one("response.content_part.done", start), "part", **place, part={"type": "text", "text": answer})
    item = wire.one("response.output_item.done", start)["item"]
    members(item, "item", id=place["item_id"], status="completed", role="assistant", content=[{"type": content, "text": answer}])
    response = done["response"]
    members(response, "response", id=created["id"], status="completed", output=[item], metadata=None)
    assert response["status_details"] in (None, {"type": "completed"}), f"status_details is {response['status_details']}"
    assert response["usage"]["total_tokens"] > 0, "no usage"
    equal(response["conversation_id"], created["conversation_id"], "conversation_id")
    identifier(response["conversation_id"], "conv_", "conversation_id")
    keys = {"output_modalities", "audio"} if wire.shape == "ga" else {"modalities", "voice", "output_audio_format", "temperature"}
    assert keys | {"max_output_tokens", "metadata"} <= set(response), f"members of the response: {sorted(response)}"
    event_ids = [event["event_id"] for event in wire.events]
    equal(len(set(event_ids)), len(event_ids), "the number of different event_ids")


@section.check(39, "`item.create` with id → same id in `added` and `done`; without id → `item_` id made", EMBEDDED)
async def item_ids(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        wanted = "0123456789abcdef0123456789abcdef"
        await wire.say("mine", id=wanted)
        equal([event["item"]["id"] for event in wire.events[1:]], [wanted, wanted], "the ids")
        made = await wire.say("yours")
        identifier(made["id"], "item_", "item.id")
        equal([event["previous_item_id"] for event in wire.events[3:]], [wanted, wanted], "previous_item_id")


@section.check(40, '`previous_item_id: "root"` puts the item first, `previous_item_id` null in the event', EMBEDDED)
async def at_the_root(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        first = await wire.say("first")
        for previous, wanted in (("root", None), (first["id"], first["id"]), (None, "tail"), ("", "last")):
            start = wire.mark()
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
            item |= {"id": {None: "tail", "": "last"}[previous]} if not previous else {}
            await wire.send("conversation.item.create", previous_item_id=previous, item=item)
            await wire.expect("conversation.item.done")
            shown = [event["previous_item_id"] for event in wire.since(start)]
            if previous is None:
                assert shown[0] == shown[1] and shown[0], f"previous_item_id is {shown}"
            else:
                equal(shown, [wanted if previous else "tail"] * 2, "previous_item_id")


@section.check(41, "Unknown `previous_item_id` → error, item absent on retrieve", EMBEDDED)
async def unknown_previous(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        item = {"id": "absent", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
        sent = await wire.send("conversation.item.create", previous_item_id="nobody", item=item)
        refusal(
            await wire.error(), "item_create_invalid_previous_item_id", sent,
            message="Error adding item: the previous item with id 'nobody' does not exist.")
        sent = await wire.send("conversation.item.retrieve", item_id="absent")
        refusal(await wire.error(), "item_retrieve_invalid_item_id", sent)
        equal(wire.kinds(), ["session.created", "error"], "the events")


@section.check(42, "Duplicate id → `item_create_duplicate_item_id`, conversation unchanged", EMBEDDED)
async def duplicate(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.say("first", id="same")
        tail = await wire.say("second")
        item = {"id": "same", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "other"}]}
        sent = await wire.send("conversation.item.create", item=item)
        refusal(
            await wire.error(), "item_create_duplicate_item_id", sent, param=None,
            message="Error adding item: an item with id 'same' already exists.")
        await wire.send("conversation.item.retrieve", item_id="same")
        equal((await wire.expect("conversation.item.retrieved"))["item"]["content"][0]["text"], "first", "the item's text")
        start = wire.mark()
        await wire.say("third")
        equal(wire.of("conversation.item.added", start)[0]["previous_item_id"], tail["id"], "previous_item_id")


@section.check(43, "Id of 33 characters → `string_above_max_length`, param `item.id`", EMBEDDED)
async def long_id(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        item = {"id": "x" * 33, "type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
        sent = await wire.send("conversation.item.create", item=item)
        refusal(
            await wire.error(), "string_above_max_length", sent, param="item.id",
            message="Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string with length 33 "
            "instead.")
        item = {"id": "x", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "x" * 256_001}]}
        sent = await wire.send("conversation.item.create", item=item)
        refusal(await wire.error(), "string_above_max_length", sent, param="item.content[0].text")
        item["content"][0]["text"] = "x" * 256_000
        await wire.send("conversation.item.create", item=item)
        await wire.expect("conversation.item.done")


@section.check(44, "After deleting the tail the next item's `previous_item_id` is the new tail", EMBEDDED)
async def delete_tail(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        first, second = await wire.say("first"), await wire.say("second")
        await wire.send("conversation.item.delete", item_id=second["id"])
        equal((await wire.expect("conversation.item.deleted"))["item_id"], second["id"], "item_id")
        start = wire.mark()
        await wire.say("third")
        equal([event["previous_item_id"] for event in wire.since(start)], [first["id"]] * 2, "previous_item_id")


@section.check(45, "Retrieve of unknown id → `item_retrieve_invalid_item_id` with `event_id` echoed", EMBEDDED)
async def retrieve_unknown(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        sent = await wire.send("conversation.item.retrieve", item_id="nobody")
        refusal(
            await wire.error(), "item_retrieve_invalid_item_id", sent, param=None,
            message="Error retrieving item: the item with id 'nobody' does not exist.")


@section.check(46, "Delete of unknown id → `item_delete_invalid_item_id`; the session goes on", EMBEDDED)
async def delete_unknown(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        sent = await wire.send("conversation.item.delete", item_id="nobody")
        refusal(
            await wire.error(), "item_delete_invalid_item_id", sent,
            message="Error deleting item: the item with id 'nobody' does not exist.")
        await wire.say("still here")


@section.check(47, "Retrieve of an item in progress succeeds")
async def retrieve_in_progress(place):
    place.fake.behave(llm={"reply_repeat": 20, "gap_ms": 30})
    for session in ({"output_modalities": ["text"]}, {}):
        async with place.open() as wire:
            await wire.expect("session.created")
            await wire.update(**session)
            await wire.say("tell me everything")
            await wire.send("response.create")
            item = (await wire.expect("response.output_item.added"))["item"]
            await wire.send("conversation.item.retrieve", item_id=item["id"])
            shown = (await wire.expect("conversation.item.retrieved"))["item"]
            members(shown, "item", id=item["id"], status="in_progress", role="assistant")
            assert not wire.of("response.done"), "the response was over already"
            await wire.send("response.cancel")
            await wire.expect("response.done")


@section.check(48, "Assistant message with `input_text` accepted; echoed as `output_text` (GA) or `text` (beta)", EMBEDDED)
async def assistant_text(place):
    async def shown(wire, kind):
        item = {"type": "message", "role": "assistant", "content": [{"type": kind, "text": "I said so."}]}
        await wire.send("conversation.item.create", item=item)
        added = await wire.expect("conversation.item.created" if wire.shape == "beta" else "conversation.item.added")
        return added["item"]["content"]

    for open_socket, wanted in ((place.open, "output_text"), (place.open_beta, "text")):
        async with open_socket() as wire:
            await wire.expect("session.created")
            for kind in ("input_text", "text", "output_text"):
                equal(await shown(wire, kind), [{"type": wanted, "text": "I said so."}], "content")


@section.check(49, "No event contains null for an inapplicable item or part field")
async def nothing_null(place):
    tool = {"type": "function", "name": "look_up", "parameters": {"type": "object", "properties": {}}}
    events = []
    for open_socket in (place.open, place.open_beta):
        async with open_socket() as wire:
            await wire.expect("session.created")
            await wire.update(tools=[tool])
            await wire.append(said_and_done())
            done = await wire.expect("response.done", 20)
            assert text_of(done), "nothing was said"
            place.fake.behave(llm={"tool": "look_up", "tool_arguments": '{"a":1}'})
            call = (await wire.ask("look it up"))["response"]["output"][0]
            place.fake.behave(llm={"tool": None})
            await wire.send(
                "conversation.item.create", item={"type": "function_call_output", "call_id": call["call_id"], "output": "found"})
            for item in wire.of("conversation.item.created") + wire.of("conversation.item.done"):
                await wire.send("conversation.item.retrieve", item_id=item["item"]["id"])
            await wire.barrier()
            events += wire.events
    found = [f"{event['type']}: {fault}" for event in events for fault in leave_out.faults(event)]
    assert not found, found[0]
    return f"{len(events)} events"

"""Tools, failures and usage: checks 73 to 78."""

import json

from checks.responses import TEXT, section
from suite import ladders
from suite.expect import equal, identifier, members, order, refusal, text_of

WEATHER = {
    "type": "function", "name": "get_weather", "description": "The weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TIME = {"type": "function", "name": "get_time", "parameters": {"type": "object", "properties": {}}}
BASEL = '{"city":"Basel"}'


def output(call: dict, text: str) -> dict:
    return {"type": "function_call_output", "call_id": call["call_id"], "output": text}


@section.check(73, "Tool call yields the order of 3.5; `call_id` at most 32 characters; arguments parse as JSON")
async def tool_call(place):
    place.fake.behave(llm={"tool": "get_weather", "tool_arguments": BASEL})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(tools=[WEATHER], **TEXT)
        await wire.say("how is the weather?")
        start = wire.mark()
        await wire.send("response.create")
        response = (await wire.expect("response.done"))["response"]
        order(wire.since(start), ladders.GA_TOOL)
        added = wire.one("response.output_item.added", start)["item"]
        members(added, "item", type="function_call", status="in_progress", name="get_weather", arguments="")
        identifier(added["call_id"], "call_", "call_id")
        equal(wire.one("conversation.item.added", start)["item"], added, "the item that was added")
        place_of = {"response_id": response["id"], "item_id": added["id"], "output_index": 0, "call_id": added["call_id"]}
        deltas = wire.of("response.function_call_arguments.delta", start)
        for delta in deltas:
            members(delta, "delta", **place_of)
        equal("".join(delta["delta"] for delta in deltas), BASEL, "the deltas")
        members(
            wire.one("response.function_call_arguments.done", start), "done", **place_of, name="get_weather", arguments=BASEL)
        done = wire.one("response.output_item.done", start)["item"]
        members(done, "item", id=added["id"], status="completed", arguments=BASEL, call_id=added["call_id"], name="get_weather")
        equal(wire.one("conversation.item.done", start)["item"], done, "the item that is done")
        members(response, "response", status="completed", output=[done])
        # The output starts nothing; the answer to it knows it.
        place.fake.behave(llm={"tool": None})
        await wire.send("conversation.item.create", item=output(done, "sunny"))
        await wire.expect("conversation.item.done")
        await wire.quiet()
        equal(len(wire.of("response.created")), 1, "the number of responses")
        await wire.send("response.create")
        equal(text_of(await wire.expect("response.done")), "You said: sunny", "the answer")
        asked = place.fake.requests("llm")[-1]["request"]["messages"]
        equal([message["role"] for message in asked], ["user", "assistant", "tool"], "what the model saw")
        equal(asked[-1]["tool_call_id"], asked[-2]["tool_calls"][0]["id"], "tool_call_id")


@section.check(74, "`function_call_output` for an unknown call → `invalid_tool_call_id`")
async def unknown_call(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        sent = await wire.send("conversation.item.create", item=output({"call_id": "call_none"}, "sunny"))
        refusal(
            await wire.error(), "invalid_tool_call_id", sent, message="Tool call ID 'call_none' not found in conversation.")
        equal(wire.kinds(), ["session.created", "error"], "the events")


@section.check(75, "Two tool calls in one response have distinct `output_index` and `call_id`")
async def two_calls(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.update(tools=[WEATHER, TIME], **TEXT)
        for style in ("openai", "whole", "no_index"):
            place.fake.behave(llm={"tools": [["get_weather", BASEL], ["get_time", "{}"]], "tool_style": style})
            await wire.say("weather and time?")
            start = wire.mark()
            await wire.send("response.create")
            response = (await wire.expect("response.done"))["response"]
            equal([item["name"] for item in response["output"]], ["get_weather", "get_time"], "the calls")
            added = wire.of("response.output_item.added", start)
            equal([event["output_index"] for event in added], [0, 1], "output_index")
            ids = [event["item"]["call_id"] for event in added]
            assert len(set(ids)) == 2, f"call_id is {ids}"
            for item in response["output"]:
                json.loads(item["arguments"])
            # The results may come in any order.
            for item in reversed(response["output"]):
                await wire.send("conversation.item.create", item=output(item, f"result of {item['name']}"))
                await wire.expect("conversation.item.done")
            place.fake.behave(llm={"tools": None})
            await wire.send("response.create")
            await wire.expect("response.done")
            asked = place.fake.requests("llm")[-1]["request"]["messages"]
            calls = [call["id"] for message in asked for call in message.get("tool_calls") or []][-2:]
            results = {message["tool_call_id"]: message["content"] for message in asked if message["role"] == "tool"}
            equal([results[call] for call in calls], ["result of get_weather", "result of get_time"], "the results")


@section.check(
    76, "Failing model backend → `response.done` failed with error type, code, message; session usable afterwards", within=120)
async def failing_backend(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        for session in (TEXT, {"output_modalities": ["audio"]}):
            await wire.update(**session)
            for fault in ({"llm": {"status": 500}}, {"llm": {"status": 429}}, {"llm": {"cut_after": 2}}, {"tts": {"status": 500}}):
                if "tts" in fault and session == TEXT:
                    continue
                place.fake.reset()
                place.fake.behave(**fault)
                start = wire.mark()
                response = (await wire.ask("hello", 40))["response"]
                members(response, "response", status="failed")
                details = response["status_details"]
                equal(details["type"], "failed", "status_details.type")
                for member in ("type", "code", "message"):
                    assert details["error"].get(member), f"status_details.error is {details['error']}"
                assert not wire.of("error", start), "an error event beside response.done"
                added, done = (len(wire.of(f"response.output_item.{end}", start)) for end in ("added", "done"))
                equal(done, added, "items that ended")
        place.fake.reset()
        equal((await wire.ask("and now?", 40))["response"]["status"], "completed", "the status")


@section.check(77, "`usage` sums: total = input + output; details sum to their totals")
async def usage(place):
    for counts in (True, False):
        place.fake.behave(llm={"usage": counts})
        async with place.open() as wire:
            await wire.expect("session.created")
            await wire.update(**TEXT)
            used = (await wire.ask("what is new?"))["response"]["usage"]
            equal(used["total_tokens"], used["input_tokens"] + used["output_tokens"], "total_tokens")
            given, made = used["input_token_details"], used["output_token_details"]
            equal(given["text_tokens"] + given["audio_tokens"] + given["image_tokens"], used["input_tokens"], "input_tokens")
            equal(made["text_tokens"] + made["audio_tokens"], used["output_tokens"], "output_tokens")
            equal(sum(given["cached_tokens_details"].values()), given["cached_tokens"], "cached_tokens")
            assert used["output_tokens"] > 0 and used["input_tokens"] > 0, f"usage is {used}"
            if counts:
                # The fake's own count: one token a word.
                equal(used["output_tokens"], 5, "output_tokens")
                equal(given["cached_tokens"], 3, "cached_tokens")


@section.check(
    78, "Unknown event type → `invalid_value`, param `type`, message listing supported values; not-JSON → `invalid_json`; binary → "
    "error; none closes the socket")
async def malformed(place):
    supported = [
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
        "conversation.item.create", "conversation.item.truncate", "conversation.item.delete", "conversation.item.retrieve",
        "response.create", "response.cancel",
    ]
    async with place.open() as wire:
        await wire.expect("session.created")
        sent = await wire.send("no.such.event")
        error = await wire.error()
        refusal(error, "invalid_value", sent, param="type")
        assert error["message"].startswith("Invalid value: 'no.such.event'. Supported values are: "), error["message"]
        for kind in supported:
            assert f"'{kind}'" in error["message"], f"{kind} is not in {error['message']}"
        for text in ("not json", '{"type":', "", '{"type":"response.create"'):
            await wire.raw(text)
            members(await wire.error(), "error", type="invalid_request_error", code="invalid_json", param=None, event_id=None)
        for text in ("[]", "7", "null", '{"event_id":"x"}', '{"type":null}'):
            await wire.raw(text)
            members(await wire.error(), "error", type="invalid_request_error", code="invalid_event")
        await wire.raw('{"type":7,"event_id":"mine"}')
        members(await wire.error(), "error", event_id="mine", param="type")
        await wire.raw(b"\x00\x01binary")
        members(await wire.error(), "error", code="invalid_event")
        for missing, path in (("conversation.item.create", "item"), ("session.update", "session"), ("input_audio_buffer.append", "audio")):
            sent = await wire.send(missing)
            refusal(
                await wire.error(), "missing_required_parameter", sent, param=path, message=f"Missing required parameter: '{path}'.")
        await wire.raw('{"type":"response.create","event_id":"' + "x" * 513 + '"}')
        members(await wire.error(), "error", code="string_above_max_length", param="event_id")
        await wire.raw("[" * 100_000)
        members(await wire.error(), "error", code="invalid_json")
        await wire.say("still here")

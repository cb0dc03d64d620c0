"use strict";
// The rules by which the events are judged catch what they are for.

const assert = require("node:assert");
const test = require("node:test");

const { call, fault, message } = require("./agents_events");

const added = (item) => ({ type: "conversation.item.added", event_id: "e", previous_item_id: null, item });
const user = { id: "i", type: "message", role: "user", status: "completed" };

test("an event that the library reads has no fault", () => {
  assert.equal(fault(added({ ...user, content: [{ type: "input_audio", transcript: null }] })), undefined);
  assert.equal(fault({ type: "something.new" }), undefined);
});

const broken = {
  "conversation.item.added.item.call_id": added({ ...user, content: [], call_id: null }),
  "conversation.item.added.item.content": added({ ...user, content: null }),
  "conversation.item.added.item.content[0].type": added({ ...user, content: [{ type: "text", text: "beta" }] }),
  "conversation.item.added.event_id": { ...added({ ...user, content: [] }), event_id: undefined },
  "response.content_part.added.part.transcript": {
    type: "response.content_part.added", event_id: "e", item_id: "i", output_index: 0, response_id: "r", content_index: 0,
    part: { type: "audio", transcript: null },
  },
  "response.done.response.audio.output.voice": { type: "response.done", event_id: "e", response: { audio: { output: { voice: { id: "v" } } } } },
  "conversation.item.input_audio_transcription.completed.usage.input_token_details": {
    type: "conversation.item.input_audio_transcription.completed", event_id: "e", item_id: "i", content_index: 0, transcript: "",
    usage: { type: "tokens", total_tokens: 1, input_tokens: 1, output_tokens: 0 },
  },
  "conversation.item.input_audio_transcription.failed.error.param": {
    type: "conversation.item.input_audio_transcription.failed", event_id: "e", item_id: "i", content_index: 0, error: { param: null },
  },
  "rate_limits.updated.rate_limits[0].name": { type: "rate_limits.updated", event_id: "e", rate_limits: [{ name: "audio" }] },
};

for (const [path, event] of Object.entries(broken)) {
  test(`a breach is named: ${path}`, () => assert.ok(fault(event)?.startsWith(`${path} is `), fault(event)));
}

test("a message and a call that the library throws at are named", () => {
  const told = { itemId: "i", role: "user", status: "completed" };
  assert.match(message({ ...told, content: [{ type: "input_audio" }] }, "m"), /transcript/);
  assert.match(message({ ...told, role: "assistant", content: [{ type: "input_text", text: "" }] }, "m"), /type/);
  assert.match(call({ itemId: "i", status: "completed", name: "f" }, "c"), /arguments/);
});

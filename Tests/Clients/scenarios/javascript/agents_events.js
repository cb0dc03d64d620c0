"use strict";
// What `@openai/agents-realtime` 0.17 demands of each event. It keeps no effect of an event that breaks these rules and says
// nothing about it; of an item it cannot read it throws.

const { among, any, boolean, list, maybe, nullable, number, object, optional, record, string, tagged } = require("./rules");

const part = object({
  id: optional(string),
  audio: maybe(string),
  text: maybe(string),
  transcript: maybe(string),
  type: among("input_text", "input_audio", "item_reference", "output_text", "audio", "output_audio"),
});

const item = object({
  id: optional(string),
  arguments: optional(string),
  call_id: optional(string),
  content: optional(list(part)),
  name: optional(string),
  output: maybe(string),
  role: optional(among("user", "assistant", "system")),
  status: optional(among("completed", "incomplete", "in_progress")),
  type: optional(among(
    "message", "function_call", "function_call_output", "mcp_list_tools", "mcp_tool_call", "mcp_call", "mcp_approval_request",
    "mcp_approval_response")),
  approval_request_id: maybe(string),
  approve: maybe(boolean),
  reason: maybe(string),
  server_label: optional(string),
  tools: optional(list(object({ name: string, description: string, input_schema: optional(record) }))),
});

const text = (type) => object({ type: among(type), text: string });
const either = (...rules) => (value, path) => {
  const faults = rules.map((rule) => rule(value, path));
  return faults.includes(undefined) ? undefined : faults.at(-1);
};
const spoken = (type, transcript) => object({ type: among(type), audio: maybe(string), transcript });
const told = { itemId: string, previousItemId: maybe(string) };
const status = among("in_progress", "completed", "incomplete");

/** A message as it enters the history; a breach is thrown. */
const message = tagged("role", {
  system: object({ ...told, content: list(text("input_text")) }),
  user: object({ ...told, status, content: list(either(text("input_text"), spoken("input_audio", nullable(string)))) }),
  assistant: object({ ...told, status, content: list(either(text("output_text"), spoken("output_audio", maybe(string)))) }),
});

/** A call of a tool as it enters the history; a breach is thrown. */
const call = object({ itemId: string, status, arguments: string, name: string });

const response = object({
  id: maybe(string),
  conversation_id: maybe(string),
  max_output_tokens: maybe((value, path) => (value === "inf" ? undefined : number(value, path))),
  metadata: maybe(record),
  output_modalities: maybe(list(string)),
  object: maybe(among("realtime.response")),
  output: maybe(list(any)),
  audio: maybe(object({ output: maybe(object({ voice: maybe(string) })) })),
  status: maybe(among("completed", "incomplete", "failed", "cancelled", "in_progress")),
  status_details: maybe(record),
  usage: maybe(object({
    input_tokens: optional(number),
    input_token_details: maybe(record),
    output_tokens: optional(number),
    output_token_details: maybe(record),
  })),
});

const usage = tagged("type", {
  tokens: object({
    total_tokens: number,
    input_tokens: number,
    input_token_details: object({ text_tokens: number, audio_tokens: number }),
    output_tokens: number,
  }),
  duration: object({ seconds: number }),
});

const of = { event_id: string, item_id: string };
const output = { ...of, output_index: number, response_id: string };
const content = { ...output, content_index: number };
const contentPart = object({
  ...content,
  part: object({
    audio: optional(string), text: optional(string), transcript: optional(string), type: optional(among("text", "audio")),
  }),
});
const stored = object({ event_id: string, item, previous_item_id: maybe(string) });
const answer = object({ event_id: string, response });
const outputItem = object({ event_id: string, item, output_index: number, response_id: string });
const session = object({ event_id: string });
const listed = object({ event_id: optional(string), item_id: optional(string) });

const events = {
  "conversation.created": object({ event_id: string, conversation: object({ id: optional(string) }) }),
  "conversation.item.added": stored,
  "conversation.item.done": stored,
  "conversation.item.retrieved": object({ event_id: string, item }),
  "conversation.item.deleted": object(of),
  "conversation.item.truncated": object({ ...of, audio_end_ms: number, content_index: number }),
  "conversation.item.input_audio_transcription.completed": object({
    ...of, content_index: number, transcript: string, logprobs: maybe(list(any)), usage: optional(usage),
  }),
  "conversation.item.input_audio_transcription.delta": object({
    ...of, content_index: optional(number), delta: optional(string), logprobs: maybe(list(any)),
  }),
  "conversation.item.input_audio_transcription.failed": object({
    ...of,
    content_index: number,
    error: object({
      code: optional(string), message: optional(string), param: optional(string), type: optional(string),
    }),
  }),
  error: object({ event_id: optional(string) }),
  "input_audio_buffer.cleared": session,
  "input_audio_buffer.committed": object({ ...of, previous_item_id: maybe(string) }),
  "input_audio_buffer.speech_started": object({ ...of, audio_start_ms: number }),
  "input_audio_buffer.speech_stopped": object({ ...of, audio_end_ms: number }),
  "output_audio_buffer.started": session,
  "output_audio_buffer.stopped": session,
  "output_audio_buffer.cleared": session,
  "rate_limits.updated": object({
    event_id: string,
    rate_limits: list(object({
      limit: optional(number),
      name: optional(among("requests", "tokens")),
      remaining: optional(number),
      reset_seconds: optional(number),
    })),
  }),
  "response.created": answer,
  "response.done": answer,
  "response.output_item.added": outputItem,
  "response.output_item.done": outputItem,
  "response.content_part.added": contentPart,
  "response.content_part.done": contentPart,
  "response.output_audio.delta": object({ ...content, delta: string }),
  "response.output_audio.done": object(content),
  "response.output_audio_transcript.delta": object({ ...content, delta: string }),
  "response.output_audio_transcript.done": object({ ...content, transcript: string }),
  "response.output_text.delta": object({ ...content, delta: string }),
  "response.output_text.done": object({ ...content, text: string }),
  "response.function_call_arguments.delta": object({ ...output, call_id: string, delta: string }),
  "response.function_call_arguments.done": object({ ...output, call_id: string, arguments: string }),
  "session.created": session,
  "session.updated": session,
  "mcp_list_tools.in_progress": listed,
  "mcp_list_tools.completed": listed,
  "mcp_list_tools.failed": listed,
  "response.mcp_call_arguments.delta": object({ ...output, delta: string, obfuscation: string }),
  "response.mcp_call_arguments.done": object({ ...output, arguments: string }),
  "response.mcp_call.in_progress": object({ ...of, output_index: number }),
  "response.mcp_call.completed": object({ ...of, output_index: number }),
};

/** What the library would lose of an event: a sentence, or undefined. An event of a type it does not know is lost by design. */
function fault(event) {
  return Object.hasOwn(events, event.type) ? events[event.type](event, event.type) : undefined;
}

module.exports = { call, fault, message };

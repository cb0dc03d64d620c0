"use strict";
// The WebSocket transport of `@openai/agents-realtime` 0.17 as far as the wire shows it: what it sends, when, and what it does
// with what comes.

const { EventEmitter } = require("events");
const WebSocket = require("ws");

const events = require("./agents_events");

const SDK = "0.17.0";
const PCM = { type: "audio/pcm", rate: 24_000 };
const BYTES_PER_MS = 48;

class AgentsTransport extends EventEmitter {
  /** `config` has `instructions`, `tools` and `turnDetection`. */
  constructor(config) {
    super();
    this.config = config;
    this.received = [];
    this.faults = [];
    this.history = new Map();
    this.isAnswering = false;
    this.isAsking = false;
    this.wanted = 0;
    this.asked = 0;
  }

  /** Connects as in a browser, with the key in a subprotocol, or as in Node, with it in a header. */
  async connect(url, key, isBrowser) {
    const address = `${url}?model=gpt-realtime`;
    this.socket = isBrowser
      ? new WebSocket(address, ["realtime", `openai-insecure-api-key.${key}`, `openai-agents-sdk.${SDK}`])
      : new WebSocket(address, {
          headers: {
            Authorization: `Bearer ${key}`, "User-Agent": `Agents/JavaScript ${SDK}`, "X-OpenAI-Agents-SDK": `openai-agents-sdk.${SDK}`,
          },
        });
    this.socket.on("message", (data, isBinary) => this.take(data, isBinary));
    this.socket.on("close", (code) => this.emit("any", { type: "closed", code }));
    await new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    if (this.socket.protocol !== (isBrowser ? "realtime" : "")) this.faults.push(`subprotocol "${this.socket.protocol}"`);
    // It does not wait for the server's first event.
    this.send({ type: "session.update", session: this.payload() });
  }

  payload() {
    const { instructions, tools = [], turnDetection = { type: "semantic_vad" } } = this.config;
    return {
      type: "realtime",
      instructions,
      model: "gpt-realtime-2.1",
      output_modalities: ["audio"],
      audio: {
        input: {
          format: PCM, noise_reduction: null, transcription: { model: "gpt-4o-mini-transcribe" }, turn_detection: turnDetection,
        },
        output: { format: PCM, speed: 1 },
      },
      ...(tools.length ? { tools } : {}),
    };
  }

  send(event) {
    this.socket.send(JSON.stringify(event));
  }

  sendMessage(text) {
    const content = [{ type: "input_text", text }];
    this.send({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
    this.requestResponse();
  }

  sendAudio(pcm) {
    this.send({ type: "input_audio_buffer.append", audio: pcm.toString("base64") });
  }

  sendToolOutput(call, output) {
    this.send({ type: "conversation.item.create", item: { type: "function_call_output", output, call_id: call.call_id } });
    this.requestResponse();
  }

  /** Asks for a response as soon as none runs; requests that wait together become one. */
  requestResponse() {
    this.wanted += 1;
    this.askIfFree();
  }

  askIfFree() {
    if (!this.wanted || this.isAnswering || this.isAsking) return;
    this.wanted = 0;
    this.isAsking = true;
    this.asked += 1;
    this.send({ type: "response.create", event_id: `agents_js_response_create_${this.asked}` });
  }

  /** Stops what plays: cancels unless the server does so itself, and says how much was heard. */
  interrupt(cancels = true) {
    if (this.playing === undefined) return;
    const { item_id, content_index, since, bytes } = this.playing;
    if (cancels && this.isAnswering) this.send({ type: "response.cancel" });
    const heard = Math.max(0, Math.floor(Math.min(Date.now() - since, bytes / BYTES_PER_MS)));
    this.emit("any", { type: "interrupted" });
    this.send({ type: "conversation.item.truncate", item_id, content_index, audio_end_ms: heard });
    this.playing = undefined;
  }

  /** Replaces one message of the history: the library deletes it and creates it again. */
  replace(id, role, content) {
    this.send({ type: "conversation.item.delete", item_id: id });
    this.send({ type: "conversation.item.create", item: { type: "message", role, content, id, status: "completed" } });
  }

  take(data, isBinary) {
    if (isBinary) this.faults.push("a binary frame");
    const event = JSON.parse(data.toString());
    this.received.push(event);
    const fault = events.fault(event);
    if (fault) this.faults.push(fault);
    else this.act(event);
    this.emit("any", event);
  }

  act(event) {
    switch (event.type) {
      case "error":
        this.faults.push(`error: ${event.error.code}: ${event.error.message}`);
        break;
      case "session.created":
        this.send({ type: "session.update", session: { type: "realtime", tracing: "auto" } });
        break;
      case "session.updated":
        this.session = event.session;
        break;
      case "response.created":
        this.isAnswering = true;
        this.isAsking = false;
        break;
      case "response.done":
        this.isAnswering = false;
        this.isAsking = false;
        this.askIfFree();
        break;
      case "response.output_audio.delta":
        this.playing ??= { since: Date.now(), bytes: 0 };
        Object.assign(this.playing, { item_id: event.item_id, content_index: event.content_index });
        this.playing.bytes += Buffer.from(event.delta, "base64").length;
        break;
      case "input_audio_buffer.speech_started":
        this.interrupt(!(this.session?.audio?.input?.turn_detection?.interrupt_response ?? false));
        break;
      case "conversation.item.input_audio_transcription.completed":
      case "conversation.item.truncated":
        this.send({ type: "conversation.item.retrieve", item_id: event.item_id });
        break;
      case "mcp_list_tools.in_progress":
        this.send({ type: "conversation.item.retrieve", item_id: event.item_id });
        break;
      case "conversation.item.deleted":
        this.history.delete(event.item_id);
        break;
      case "conversation.item.added":
      case "conversation.item.done":
      case "conversation.item.retrieved":
      case "response.output_item.added":
      case "response.output_item.done":
        this.keep(event);
        break;
    }
  }

  /** Brings an item into the history, by the rules whose breach is thrown. */
  keep({ type, item, previous_item_id }) {
    if (item.type === "message") {
      const status = item.status ?? (type.endsWith("added") ? "in_progress" : "completed");
      const content = item.content?.map((part) =>
        item.role === "assistant" && part.type === "audio" ? { ...part, type: "output_audio" } : part);
      const kept = { itemId: item.id, previousItemId: previous_item_id, role: item.role, status, content };
      this.remember(kept, events.message(kept, `${type} ${item.role}`));
    } else if (item.type === "function_call" && item.status === "completed" && type.startsWith("response.output_item")) {
      const kept = { itemId: item.id, status: item.status, arguments: item.arguments, name: item.name };
      this.remember(kept, events.call(kept, type));
      this.emit("call", item);
    }
  }

  remember(kept, fault) {
    if (fault) this.faults.push(fault);
    this.history.set(kept.itemId, kept);
  }
}

module.exports = { AgentsTransport };

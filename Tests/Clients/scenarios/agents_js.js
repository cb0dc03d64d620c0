"use strict";
// A session as `@openai/agents-realtime` 0.17 leads it, in a browser and in Node: text, a human voice, a tool, interruptions by the
// server and by the client, an edited history. Every event must pass the rules by which that library reads it.

const { AgentsTransport } = require("./javascript/agents_transport");
const { HEARD, RATE, main, pause, silence, voice } = require("./javascript/server");

const TOOL = {
  type: "function", name: "get_weather", description: "The weather in a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
};
const STORY = { llm: { reply_repeat: 100, gap_ms: 50 }, tts: { bytes_per_second: 96_000 } };

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

/** What one session does and sees. */
class Conversation {
  constructor(server, turnDetection) {
    this.server = server;
    this.cities = [];
    this.transport = new AgentsTransport({ instructions: "Be brief.", tools: [TOOL], turnDetection });
    this.transport.on("call", (call) => this.weather(call));
    this.kinds = [];
    this.transport.on("any", (event) => this.kinds.push(event.type));
  }

  async weather(call) {
    this.cities.push(JSON.parse(call.arguments).city);
    await this.server.behave();
    this.transport.sendToolOutput(call, "sunny");
  }

  /** The events from here on. */
  mark() {
    this.start = this.transport.received.length;
    this.firstKind = this.kinds.length;
  }

  seen(type) {
    return this.transport.received.slice(this.start).filter((event) => event.type === type);
  }

  async until(holds, what) {
    for (const end = Date.now() + 20_000; Date.now() < end; await pause(10)) if (holds()) return;
    const seen = [...new Set(this.transport.received.slice(this.start).map((event) => event.type))].join(" ");
    throw new Error(`${what} did not come; faults: ${this.transport.faults.join("; ") || "none"}; came: ${seen}`);
  }

  async event(type, count = 1) {
    await this.until(() => this.seen(type).length >= count, type);
    return this.seen(type).at(-1);
  }

  async speak(pcm) {
    const size = (RATE / 50) * 2;
    for (let start = 0; start < pcm.length; start += size) {
      this.transport.sendAudio(pcm.subarray(start, start + size));
      await pause(20);
    }
  }

  async ask(text) {
    this.mark();
    this.transport.sendMessage(text);
    return (await this.event("response.done")).response;
  }

  words(response) {
    return response.output.flatMap((item) => item.content ?? []).map((part) => part.transcript ?? part.text).join("");
  }
}

async function text(talk) {
  const response = await talk.ask("what is new?");
  expect(talk.words(response) === "You said: what is new?", `answered "${talk.words(response)}"`);
  expect(talk.seen("response.output_audio.delta").length > 10, "hardly any audio");
  // What was heard of it goes to the history.
  talk.transport.playing = undefined;
}

async function spoken(talk) {
  talk.mark();
  await talk.speak(Buffer.concat([voice(), silence(2)]));
  const { response } = await talk.event("response.done");
  expect(talk.words(response) === `You said: ${HEARD}`, `answered "${talk.words(response)}"`);
  const { item } = await talk.event("conversation.item.retrieved");
  expect(item.content[0].transcript === HEARD, `retrieved ${JSON.stringify(item.content[0].transcript)}`);
  talk.transport.playing = undefined;
}

async function tool(talk) {
  await talk.server.behave({ llm: { tool: "get_weather", tool_arguments: '{"city":"Basel"}' } });
  talk.mark();
  talk.transport.sendMessage("how is the weather?");
  const { response } = await talk.event("response.done", 2);
  expect(talk.cities.join() === "Basel", `called with ${talk.cities}`);
  expect(talk.words(response) === "You said: sunny", `answered "${talk.words(response)}"`);
  talk.transport.playing = undefined;
}

async function interrupted(talk, cancels) {
  await talk.server.behave(STORY);
  talk.mark();
  talk.transport.sendMessage("tell me a story");
  await talk.event("response.output_audio.delta");
  await pause(500);
  // The story goes on; whatever is asked next is answered as usual.
  await talk.server.behave();
  await talk.speak(Buffer.concat([voice(), silence(2)]));
  const truncated = await talk.event("conversation.item.truncated");
  await talk.event("response.done");
  const [story] = talk.seen("response.done").map((event) => event.response);
  expect(story.status === "cancelled", `the story ended as ${story.status}`);
  const { reason } = story.status_details;
  expect(reason === (cancels ? "client_cancelled" : "turn_detected"), `cancelled for ${reason}`);
  await talk.until(() => talk.seen("conversation.item.retrieved").some(({ item }) => item.id === truncated.item_id), "the truncated item");
  await talk.event("response.done", cancels ? 1 : 2);
  talk.transport.playing = undefined;
}

async function edited(talk) {
  talk.mark();
  const [id] = [...talk.transport.history.values()].filter((item) => item.role === "user").map((item) => item.itemId);
  talk.transport.replace(id, "user", [{ type: "input_text", text: "what is old?" }]);
  await talk.event("conversation.item.deleted");
  const { item } = await talk.event("conversation.item.done");
  expect(item.id === id && item.content[0].text === "what is old?", `created ${JSON.stringify(item)}`);
}

/** Leads one session and gives how many events of how many types came. */
async function session(server, { isBrowser, turnDetection, acts }) {
  await server.behave();
  const talk = new Conversation(server, turnDetection);
  await talk.transport.connect(server.socket, isBrowser ? await server.mint() : server.key, isBrowser);
  talk.mark();
  await talk.event("session.updated", 2);
  expect(talk.transport.received[0].type === "session.created", `the first event is ${talk.transport.received[0].type}`);
  for (const act of acts) await act(talk);
  await pause(500);
  expect(talk.transport.faults.length === 0, talk.transport.faults.join("\n"));
  expect(!talk.kinds.includes("closed"), "the server closed the connection");
  talk.transport.socket.close();
  return talk.transport.received.map((event) => event.type);
}

main(async (server) => {
  const types = await session(server, { isBrowser: true, acts: [text, spoken, tool, (talk) => interrupted(talk, false), edited] });
  const own = { type: "server_vad", interrupt_response: false, create_response: false };
  types.push(...await session(server, { isBrowser: false, turnDetection: own, acts: [text, (talk) => interrupted(talk, true)] }));
  return `agents-js 0.17's rules: ${types.length} events of ${new Set(types).size} types, none lost`;
});

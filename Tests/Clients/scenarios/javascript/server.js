"use strict";
// What the JavaScript scenarios share: where the server is, a human voice, and the fake provider behind the server.

const fs = require("fs");

const RECORDING = "/usr/share/pocketsphinx/test/data/goforward.raw";
const HEARD = "go forward ten meters";
const RATE = 24_000;
const PATIENCE_MS = 90_000;

/** A server and the language model behind it, as the command line names them. */
class Server {
  constructor([url, key, fakeURL]) {
    this.url = url.replace(/\/$/, "");
    this.key = key;
    this.fakeURL = fakeURL.replace(/\/$/, "");
  }

  /** The address of the realtime endpoint. */
  get socket() {
    return `${this.url.replace(/^http/, "ws")}/v1/realtime`;
  }

  /** Tells the providers what to do from now on; a stage that is not named does as usual. */
  async behave(stages = {}) {
    for (const command of [{ reset: true }, stages]) {
      await post(`${this.fakeURL}/_control`, command);
    }
  }

  /** An ephemeral key, as a back end mints it for its page. */
  async mint() {
    const answer = await post(`${this.url}/v1/realtime/client_secrets`, {}, { Authorization: `Bearer ${this.key}` });
    return answer.value;
  }
}

async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
  });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return (await answer.text().then((text) => text && JSON.parse(text))) || {};
}

/** The recording (16 kHz mono PCM16) at 24 kHz, by linear interpolation: pages do no better. */
function voice() {
  const bytes = fs.readFileSync(RECORDING);
  const ratio = 16_000 / RATE;
  const result = Buffer.alloc(Math.floor((bytes.length / 2 - 1) / ratio) * 2);
  for (let index = 0; index < result.length / 2; index += 1) {
    const place = index * ratio;
    const left = Math.floor(place);
    const [one, two] = [bytes.readInt16LE(left * 2), bytes.readInt16LE(left * 2 + 2)];
    result.writeInt16LE(Math.round(one + (two - one) * (place - left)), index * 2);
  }
  return result;
}

const silence = (seconds) => Buffer.alloc(Math.floor(seconds * RATE) * 2);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs `scenario(server)` with the server of the command line. */
function main(scenario) {
  const late = setTimeout(() => fail(new Error(`not finished within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  const fail = (error) => {
    console.error(error.stack || String(error));
    process.exit(1);
  };
  process.on("unhandledRejection", fail);
  scenario(new Server(process.argv.slice(2, 5))).then((line) => {
    clearTimeout(late);
    console.log(line);
    process.exit(0);
  }, fail);
}

module.exports = { HEARD, RATE, main, pause, silence, voice };

#!/usr/bin/env python3
"""A provider of speech-to-text, language model and text-to-speech that speaks OpenAI's HTTP API and misbehaves on request.

It listens on a free port of 127.0.0.1 and prints {"port": N, "base_url": "http://127.0.0.1:N/v1"} on stdout. It ends on
SIGTERM, or when its stdin is closed if it was started with --until-stdin-closes.

    POST /v1/audio/transcriptions    multipart, WAV      -> {"text": …, "usage": …}
    POST /v1/chat/completions        stream: true        -> server-sent events
    POST /v1/audio/speech            pcm or wav          -> a tone, as long as the text
    GET  /v1/models

How it behaves is a set of values (DEFAULTS below says which), the later of these winning: the defaults; what
`POST /_control {"stt": {…}, "llm": {…}, "tts": {…}}` set for the stage; the query part of the request's model name, as in
"fake?status=429&retry_after=7". `POST /_control {"reset": true}` returns to the defaults and forgets the log.

`GET /_log` tells every request so far: what was asked, and on the monotonic clock when it was received, when the answer began
and ended (finished_at), or when the client went away before that (aborted_at). `GET /_clock` tells the same clock.
"""

import argparse
import asyncio
import json
import logging
import re
import signal
import ssl
import sys
import time
import urllib.parse

from fake_audio import describe_wav, tone, wav
from fake_http import Aborted, Connection
from fake_strictness import refusal

DEFAULTS = {
    # Any stage.
    "key": None,                # the only accepted bearer token; anything else is 401
    "status": 200,              # another status: an error body and nothing else
    "error_code": None,         # its error.code
    "error_message": "fake fault",
    "retry_after": None,        # Retry-After header of an error
    "error_headers": {},        # more headers of an error
    "error": None,              # the whole body of an error instead of the usual one
    "times": None,              # the stage does what is wrong so many times, and then no more
    "head_delay_ms": 0,         # before the status line
    "first_delay_ms": 0,        # between the headers and the first piece
    "gap_ms": 0,                # between pieces
    "cut_after": None,          # close the connection in the middle after so many pieces
    "silence_after": None,      # say nothing more after so many pieces (0: silence after the headers)
    "silent": False,            # never answer at all
    "garbage": False,           # bytes that make no sense, status 200
    "huge": 0,                  # a body of so many bytes, status 200
    "content_type": None,       # instead of the right one
    "keep_alive": True,
    # stt
    "transcript": "go forward ten meters",
    # llm
    "reply": None,              # None: "You said: " and the last user message
    "reply_repeat": 1,
    "recall": None,             # a pattern: the reply is every different match of it in what was asked
    "tool": None,               # name of a tool to call instead of answering
    "tool_arguments": "{}",
    "tools": None,              # [[name, arguments], …]: several calls in one answer
    "tool_rounds": None,        # calls only while there are fewer results in what was asked
    "tool_style": "openai",     # openai, whole, no_index, late_id, same_index, object, signed
    "strict": None,             # name of a server that refuses what others take; see fake_strictness.py
    "usage": True,
    "tokens": None,             # tokens of the input in it instead of the right number; of stt too
    "finish": None,             # finish_reason instead of the right one
    "whole": False,             # one JSON object instead of a stream
    "done": True,               # end with [DONE]
    "comments": 0,              # ": keep-alive" lines before the first token
    "comment_gap_ms": 0,
    "reasoning": 0,             # pieces of reasoning before the first token
    "stream_error": None,       # an error object with this code instead of the second piece
    "crlf": False,
    # tts
    "format": "pcm",            # pcm or wav
    "rate": 24000,
    "ms_per_character": 60,
    "frequencies": {},          # text to whole hertz of its tone, 440 for all others
    "chunk_bytes": 4800,        # an odd number cuts samples in two
    "bytes_per_second": 0,      # 0: as fast as the client reads
    "empty": False,
    "segments": None,           # of a transcription that is asked for as verbose_json
    "body": None,               # hex of the whole body instead of a tone
    "refuse": {},               # member of the request to values that are refused ("*": any); also of a transcription's form
    "refusal": None,            # the error's text instead of one that names the member
}

# What `times` puts an end to.
FAULTS = {
    "status", "silent", "silence_after", "cut_after", "garbage", "huge", "head_delay_ms", "first_delay_ms", "stream_error", "reply",
    "reasoning", "finish", "empty", "tool",
}


class Fake:
    def __init__(self):
        self.reset()

    def reset(self):
        self.overrides = {"stt": {}, "llm": {}, "tts": {}}
        self.asked = {"stt": 0, "llm": 0, "tts": 0}
        self.log = []

    def behaviour(self, stage, model):
        values = dict(DEFAULTS)
        values.update(self.overrides[stage])
        _, _, query = model.partition("?")
        for name, text in urllib.parse.parse_qsl(query, keep_blank_values=True):
            values[name] = from_text(text)
        unknown = set(values) - set(DEFAULTS)
        if unknown:
            raise ValueError(f"unknown behaviour: {sorted(unknown)}")
        return values

    async def handle(self, request, connection):
        path = request.path.partition("?")[0]
        if path == "/_log":
            return await connection.reply_json(200, {"now": time.monotonic(), "requests": self.log})
        if path == "/_clock":
            return await connection.reply_json(200, {"now": time.monotonic()})
        if path == "/_control":
            return await self.control(request, connection)
        if request.method == "HEAD" or path.endswith("/models"):
            models = {"object": "list", "data": [{"id": "fake", "object": "model"}]}
            self.entry(request, connection, "models")["finished_at"] = time.monotonic()
            return await connection.reply_json(200, models, body=request.method != "HEAD")
        stage = {"transcriptions": "stt", "completions": "llm", "speech": "tts"}.get(path.rpartition("/")[2])
        if request.method != "POST" or stage is None:
            return await connection.reply_json(404, error("not_found", "no such route"))
        entry = self.entry(request, connection, stage)
        try:
            await self.answer(stage, request, connection, entry)
            entry["finished_at"] = time.monotonic()
        except (Aborted, asyncio.CancelledError):
            entry["aborted_at"] = connection.lost_at or time.monotonic()
            entry["bytes_sent"] = connection.bytes_sent - entry["bytes_before"]
            raise
        entry["bytes_sent"] = connection.bytes_sent - entry["bytes_before"]

    def entry(self, request, connection, stage):
        entry = {
            "index": len(self.log), "stage": stage, "method": request.method, "path": request.path,
            "connection": connection.number, "tls_resumed": connection.tls_resumed(),
            "headers": request.headers, "received_at": request.received_at,
            "body_bytes": len(request.body), "bytes_before": connection.bytes_sent,
            "head_at": None, "first_at": None, "finished_at": None, "aborted_at": None, "bytes_sent": 0,
        }
        self.log.append(entry)
        return entry

    async def control(self, request, connection):
        command = json.loads(request.body or b"{}")
        if command.pop("reset", False):
            self.reset()
        for stage, values in command.items():
            unknown = set(values) - set(DEFAULTS)
            if stage not in self.overrides or unknown:
                return await connection.reply_json(400, error("bad_control", f"unknown: {stage} {sorted(unknown)}"))
            self.overrides[stage].update(values)
            self.asked[stage] = 0
        await connection.reply_json(200, {"overrides": self.overrides})

    async def answer(self, stage, request, connection, entry):
        try:
            asked = describe_form(request) if stage == "stt" else json.loads(request.body)
        except Exception as fault:
            entry["fault"] = str(fault)
            return await connection.reply_json(400, error("invalid_request_error", str(fault)))
        entry["request"] = asked
        values = self.behaviour(stage, str(asked.get("model", "")))
        self.asked[stage] += 1
        if values["times"] is not None and self.asked[stage] > values["times"]:
            values.update({name: DEFAULTS[name] for name in FAULTS})
        if values["silent"]:
            await connection.wait_for_loss()
        await pause(values["head_delay_ms"])
        entry["head_at"] = time.monotonic()
        given = request.headers.get("authorization", "")
        if values["key"] is not None and given != f"Bearer {values['key']}":
            # As the real one does, it quotes the key: nobody may hand this on.
            message = f"Incorrect API key provided: {given}."
            return await connection.reply_json(401, error("invalid_api_key", message))
        if values["status"] != 200:
            headers = {} if values["retry_after"] is None else {"Retry-After": str(values["retry_after"])}
            body = values["error"] or error(values["error_code"], values["error_message"])
            return await connection.reply_json(int(values["status"]), body, headers | values["error_headers"])
        refused = refusal(values["strict"], asked) if stage == "llm" and values["strict"] else None
        if refused:
            entry["refused"] = True
            return await connection.reply_json(*refused)
        for name, refused in values["refuse"].items():
            if name in asked and ("*" in refused or asked[name] in refused):
                message = values["refusal"] or f"'{name}' is not supported"
                return await connection.reply_json(422, {"detail": message})
        if values["garbage"] or values["huge"]:
            kind = values["content_type"] or {"stt": "application/json", "llm": "text/event-stream", "tts": "audio/pcm"}[stage]
            await connection.start(200, {"Content-Type": kind})
            piece = b"\x00\xfe<html>" * 2048 if values["garbage"] else b" " * 16384
            for _ in range(max(1, values["huge"] // len(piece))):
                await connection.piece(piece)
            return await connection.end()
        kind, pieces = {"stt": transcription, "llm": completion, "tts": speech}[stage](asked, values)
        await connection.start(200, {"Content-Type": values["content_type"] or kind}, keep_alive=values["keep_alive"])
        await pause(values["first_delay_ms"])
        started = time.monotonic()
        sent = 0
        for count, piece in enumerate(pieces):
            if values["silence_after"] is not None and count >= values["silence_after"]:
                await connection.wait_for_loss()
            if values["cut_after"] is not None and count >= values["cut_after"]:
                entry["cut_at"] = time.monotonic()
                return connection.cut()
            if isinstance(piece, float):
                await pause(piece)
                continue
            if count:
                await pause(values["gap_ms"])
            await connection.piece(piece)
            entry["first_at"] = entry["first_at"] or time.monotonic()
            sent += len(piece)
            if stage == "tts" and values["bytes_per_second"]:
                due = started + sent / values["bytes_per_second"]
                await pause((due - time.monotonic()) * 1000)
        await connection.end()


def transcription(asked, values):
    text = values["transcript"]
    tokens = {"type": "tokens", "input_tokens": 20, "output_tokens": len(text.split()),
              "input_token_details": {"text_tokens": 4, "audio_tokens": 16}, "total_tokens": 20 + len(text.split())}
    if values["tokens"] is not None:
        tokens["input_tokens"] = values["tokens"]
    answer = {"text": text, **({"usage": tokens} if values["usage"] else {})}
    if values["segments"] is not None and asked.get("response_format") == "verbose_json":
        answer["segments"] = values["segments"]
    if asked.get("include[]") == "logprobs":
        answer["logprobs"] = [{"token": word, "logprob": -index / 8, "bytes": list(word.encode())}
                              for index, word in enumerate(text.split())]
    body = json.dumps(answer).encode()
    middle = len(body) // 2
    return "application/json", [body[:middle], body[middle:]]


def completion(asked, values):
    end = b"\r\n" if values["crlf"] else b"\n"

    def event(value):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return b"data: " + text.encode() + end + end

    def chunk(delta, finish=None):
        return {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "model": asked["model"],
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    def pieces():
        for _ in range(values["comments"]):
            yield b": OPENROUTER PROCESSING" + end + end
            yield float(values["comment_gap_ms"])
        yield event(chunk({"role": "assistant", "content": ""}))
        for number in range(values["reasoning"]):
            yield event(chunk({"reasoning": f"thought {number}", "reasoning_content": "…"}))
        calls = values["tools"] or ([[values["tool"], values["tool_arguments"]]] if values["tool"] else [])
        results = sum(message["role"] == "tool" for message in asked["messages"])
        if values["tool_rounds"] is not None and results >= values["tool_rounds"]:
            calls = []
        words = []
        if calls:
            for delta in tool_deltas(calls, values["tool_style"]):
                yield event(chunk({"tool_calls": delta}))
        else:
            reply = values["reply"] if values["reply"] is not None else "You said: " + last_user_text(asked)
            if values["recall"] is not None:
                reply = "It was said: " + " ".join(dict.fromkeys(re.findall(values["recall"], json.dumps(asked["messages"]))))
            words = split_words(reply) * values["reply_repeat"]
            for number, word in enumerate(words):
                if number == 1 and values["stream_error"] is not None:
                    yield event({"error": {"code": values["stream_error"], "message": "secret detail"}})
                    return
                yield event(chunk({"content": word}))
        yield event(chunk({}, values["finish"] or ("tool_calls" if calls else "stop")))
        if values["usage"] and asked.get("stream_options", {}).get("include_usage"):
            prompt = sum(len(json.dumps(message)) for message in asked["messages"]) // 4
            if values["tokens"] is not None:
                prompt = values["tokens"]
            yield event({"choices": [], "usage": {
                "prompt_tokens": prompt, "completion_tokens": len(words), "total_tokens": prompt + len(words),
                "prompt_tokens_details": {"cached_tokens": 3}}})
        if values["done"]:
            yield event("[DONE]")

    if not asked.get("stream"):
        raise ValueError("only streamed completions are asked for here")
    if values["whole"]:
        reply = values["reply"] if values["reply"] is not None else "You said: " + last_user_text(asked)
        message = {"role": "assistant", "content": reply}
        if values["tool"]:
            message = {"role": "assistant", "content": None, "tool_calls": list(tool_deltas([[values["tool"], values["tool_arguments"]]], "whole"))[0]}
        answer = {"id": "chatcmpl-fake", "object": "chat.completion", "model": asked["model"],
                  "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if values["tool"] else "stop"}],
                  "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}}
        return "application/json", [json.dumps(answer).encode()]
    return "text/event-stream; charset=utf-8", pieces()


def tool_deltas(calls, style):
    """Each yielded value is one `tool_calls` array, in one of the styles that providers have."""
    for index, (name, arguments) in enumerate(calls):
        identifier = f"call_{index}"
        if style == "signed":
            signature = {"google": {"thought_signature": f"signature of {identifier}"}}
            yield [{"index": index, "id": identifier, "type": "function", "extra_content": signature,
                    "function": {"name": name, "arguments": arguments}}]
            continue
        if style == "whole":
            yield [{"index": index, "id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}]
            continue
        if style == "object":
            yield [{"index": index, "id": identifier, "function": {"name": name, "arguments": json.loads(arguments)}}]
            continue
        place = {"no_index": {}, "same_index": {"index": 0}}.get(style, {"index": index})
        first = {**place, "type": "function", "function": {"name": name, "arguments": ""}}
        if style != "late_id":
            first["id"] = identifier
        yield [first]
        middle = max(1, len(arguments) // 2)
        if style == "late_id":
            yield [{**place, "id": identifier, "function": {"arguments": ""}}]
        for part in (arguments[:middle], arguments[middle:]):
            yield [{**place, "function": {"arguments": part}}]


def speech(asked, values):
    duration = len(asked["input"]) * values["ms_per_character"] / 1000 / float(asked.get("speed", 1))
    data = b"" if values["empty"] else tone(values["frequencies"].get(asked["input"], 440), duration, values["rate"])
    if values["body"] is not None:
        data = bytes.fromhex(values["body"])
    elif values["format"] == "wav" or asked.get("response_format") == "wav":
        data = wav(data, values["rate"])
    size = values["chunk_bytes"]
    kind = "audio/wav" if data[:4] == b"RIFF" else "audio/pcm"
    return kind, (data[start:start + size] for start in range(0, len(data), size))


def describe_form(request):
    """The fields of a multipart form, the WAV described instead of held."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise ValueError("not multipart/form-data")
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    parts = (b"\r\n" + request.body).split(b"\r\n--" + boundary)
    if not boundary or parts[-1].strip() != b"--":
        raise ValueError("the form does not end")
    form = {}
    for part in parts[1:-1]:
        head, separator, content = part[2:].partition(b"\r\n\r\n")
        if not separator:
            raise ValueError("a part has no header")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode()
        form[name] = describe_wav(content) if b"filename=" in head else content.decode()
    if "file" not in form or "model" not in form:
        raise ValueError("file and model are needed")
    return form


def last_user_text(asked):
    for message in reversed(asked["messages"]):
        if message["role"] in ("user", "tool"):
            content = message["content"]
            return content if isinstance(content, str) else " ".join(p.get("text", "") for p in content)
    return ""


def split_words(text):
    words = text.split(" ")
    return [word if number == 0 else " " + word for number, word in enumerate(words)]


def error(code, message):
    return {"error": {"message": message, "type": "fake_error", "param": None, "code": code}}


def from_text(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


async def pause(milliseconds):
    if milliseconds > 0:
        await asyncio.sleep(milliseconds / 1000)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--until-stdin-closes", action="store_true")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="PEM files; serves https")
    options = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    fake = Fake()
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: Connection(fake.handle), "127.0.0.1", options.port, ssl=context)
    port = server.sockets[0].getsockname()[1]
    scheme = "https" if context else "http"
    print(json.dumps({"port": port, "base_url": f"{scheme}://127.0.0.1:{port}/v1"}), flush=True)
    if options.until_stdin_closes:
        def drained():
            if not sys.stdin.buffer.raw.read(4096):
                loop.remove_reader(sys.stdin)
                stop.set()
        loop.add_reader(sys.stdin, drained)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    # A parent may hand down blocked signals.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    asyncio.run(main())

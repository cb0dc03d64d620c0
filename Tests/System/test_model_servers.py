"""Language model servers as people run them: what they refuse, what they want back, and when they want to be asked again."""

import json
import os
import pathlib
import subprocess
import time

import pytest

from harness.conversation import Conversation, text_of
from harness.running_stack import ROOT, RunningStack
from recording import GO_FORWARD, Recording

pytestmark = pytest.mark.anyio

BINARIES = pathlib.Path(os.environ.get("STACK_BINARIES") or ROOT / ".build" / "release")

TEXT = {"output_modalities": ["text"]}
TOOL = {"type": "function", "name": "weather", "description": "tells the weather"}
SERVERS = ["lm_studio", "bedrock", "gemini", "mistral", "qwen", "gemma", "openai"]


@pytest.fixture(scope="module")
def server_stack(provider):
    """A stack of its own: what it learns about one server is no matter of other tests."""
    running = RunningStack(
        **provider.settings, ANTIPHON_WORKERS="1", OPENAI_COMPATIBLE_REASONING_EFFORT="none",
        OPENAI_COMPATIBLE_EXTRA_BODY='{"random_seed": 7}', OPENAI_COMPATIBLE_TTS_EXTRA_BODY='{"exaggeration": 0.5}',
        OPENAI_COMPATIBLE_STT_EXTRA_BODY='{"suppress_nst": true, "temperature": "0.2"}')
    running.start()
    yield running
    running.remove()


async def give_result(session, done, output="rain"):
    """Answers the call in `done`; the next answer's `response.done`."""
    call = next(item for item in done.response.output if item.type == "function_call")
    await session.connection.conversation.item.create(
        item={"type": "function_call_output", "call_id": call.call_id, "output": output})
    await session.connection.response.create()
    return await session.expect("response.done")


@pytest.mark.parametrize("server", SERVERS)
async def test_a_strict_server_answers_every_turn(server_stack, fake, server):
    fake.behave(llm={"strict": server, "tool_style": "signed"})
    async with Conversation.open(server_stack.url, server_stack.api_key, tools=[TOOL], **TEXT) as session:
        # Nobody has said anything: the greeting.
        await session.connection.response.create()
        assert (await session.expect("response.done")).response.status == "completed"
        await session.connection.response.create(response={"input": []})
        assert (await session.expect("response.done")).response.status == "completed"
        fake.behave(llm={"tool": "weather", "tool_arguments": '{"city": "Bern"}'})
        forced = {"type": "function", "name": "weather"}
        done = await session.ask("How is the weather?", tool_choice=forced, max_output_tokens=100)
        assert done.response.status == "completed", done.response.status_details
        fake.behave(llm={"tool": None})
        done = await give_result(session, done, "")
        assert done.response.status == "completed", done.response.status_details
        # A call that a client brings from elsewhere, without arguments and without a signature.
        await session.connection.conversation.item.create(
            item={"type": "function_call", "call_id": "old", "name": "weather", "arguments": ""})
        await session.connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": "old", "output": "snow"})
        done = await session.ask("And now?", tool_choice="none")
        assert done.response.status == "completed", done.response.status_details
        last = [entry for entry in fake.requests("llm") if not entry.get("refused")][-1]["request"]
        calls = [call for message in last["messages"] for call in message.get("tool_calls", [])]
        assert [json.loads(call["function"]["arguments"]) for call in calls] == [{"city": "Bern"}, {}]


async def test_what_a_model_wants_back_comes_back_and_is_shown_to_nobody(server_stack, fake):
    fake.behave(llm={"tool": "weather", "tool_arguments": "{}", "tool_style": "signed"})
    async with Conversation.open(server_stack.url, server_stack.api_key, tools=[TOOL], **TEXT) as session:
        done = await session.ask("How is the weather?")
        fake.behave(llm={"tool": None})
        assert (await give_result(session, done)).response.status == "completed"
        assert not any("signature of" in event.model_dump_json() for event in session.events)
    call = fake.requests("llm")[-1]["request"]["messages"][-2]["tool_calls"][0]
    assert call["extra_content"] == {"google": {"thought_signature": "signature of call_0"}}


async def test_effort_and_further_members_reach_the_server(server_stack, fake):
    async with Conversation.open(server_stack.url, server_stack.api_key) as session:
        await session.speak(Recording(GO_FORWARD))
        assert (await session.expect("response.done")).response.status == "completed"
    asked = {stage: fake.requests(stage)[-1]["request"] for stage in ("stt", "llm", "tts")}
    assert asked["llm"]["reasoning_effort"] == "none" and asked["llm"]["random_seed"] == 7
    assert asked["stt"]["suppress_nst"] == "true" and asked["stt"]["temperature"] == "0.2"
    assert asked["tts"]["exaggeration"] == 0.5


@pytest.mark.parametrize("body", ["no", "[1]", '{"Messages": []}', '{"stream": false}', '{"api_key": "x"}'])
def test_members_that_are_not_the_operator_s_end_the_start(body):
    worker = subprocess.run(
        [BINARIES / "antiphon-worker"], env={"OPENAI_COMPATIBLE_EXTRA_BODY": body, "ANTIPHON_DEVELOPMENT": "true"},
        capture_output=True, text=True, timeout=20)
    assert worker.returncode != 0
    assert "OPENAI_COMPATIBLE_EXTRA_BODY" in worker.stdout + worker.stderr


async def test_an_answer_that_is_not_streamed_is_taken(server_stack, fake):
    async with Conversation.open(server_stack.url, server_stack.api_key, tools=[TOOL]) as session:
        fake.behave(llm={"whole": True})
        assert text_of(await session.ask("hello")) == "You said: hello"
        fake.behave(llm={"tool": "weather", "tool_arguments": '{"city": "Bern"}'})
        done = await session.ask("How is the weather?")
        assert [json.loads(item.arguments) for item in done.response.output if item.type == "function_call"] == [{"city": "Bern"}]
        fake.behave(llm={"tool": None})
        assert (await give_result(session, done)).response.status == "completed"


# What a server does wrong once or always, the status of the response, and how often the server is asked.
FAULTS = {
    "busy for a second": ({"status": 429, "retry_after": 1, "times": 1}, "completed", 2),
    "busy, told in milliseconds": ({"status": 429, "error_headers": {"retry-after-ms": "700"}, "times": 1}, "completed", 2),
    "busy, told in the body": (
        {"status": 429, "times": 1, "error": [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "quota",
         "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"}]}}]}, "completed", 2),
    "busy for too long": ({"status": 429, "retry_after": 60}, "failed", 1),
    "busy until a date": ({"status": 503, "retry_after": "Fri, 31 Dec 2100 00:00:00 GMT"}, "failed", 1),
    "a call that the server cannot read": ({"status": 400, "error_code": "tool_use_failed", "times": 1}, "completed", 2),
    "a refusal": ({"status": 400}, "failed", 1),
    "no words once": ({"reply": "", "times": 1}, "completed", 2),
    "no words ever": ({"reply": ""}, "failed", 3),
    "nothing but blanks": ({"reply": " \n "}, "failed", 3),
    "nothing but thoughts": ({"reply": "", "reasoning": 3}, "failed", 3),
    "a fault": ({"status": 500}, "failed", 3),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_server_is_asked_again_as_often_as_the_session_allows(server_stack, fake, fault):
    behaviour, status, requests = FAULTS[fault]
    async with Conversation.open(
        server_stack.url, server_stack.api_key, antiphon={"agent": {"stream_retries": 2}}, **TEXT) as session:
        fake.behave(llm=behaviour)
        started = time.monotonic()
        done = await session.ask("hello", within=30)
        assert time.monotonic() - started < 12
        assert done.response.status == status, done.response.status_details
        asked = fake.requests("llm")
        assert len(asked) == requests
        if status == "failed":
            assert done.response.status_details.error.code and done.response.status_details.error.type
        if behaviour.get("retry_after") == 60:
            assert any("try again in 60 s" in event.model_dump_json() for event in session.events)
        if status == "completed" and behaviour.get("status") == 429:
            assert asked[1]["received_at"] - asked[0]["received_at"] >= 0.69

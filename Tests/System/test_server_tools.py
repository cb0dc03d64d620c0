"""Tools that the server runs at a tenant's endpoint: over the real stack, verified with nothing of ours."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request

import openai
import pytest

from harness.conversation import Conversation, text_of

pytestmark = pytest.mark.anyio

TEXT = {"output_modalities": ["text"]}


def secret(stack) -> bytes:
    request = urllib.request.Request(
        f"{stack.url}/v1/antiphon/webhook_secret", headers={"Authorization": f"Bearer {stack.api_key}"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["cache-control"] == "no-store"
        text = json.load(answer)["secret"]
    assert text.startswith("whsec_")
    return base64.b64decode(text.removeprefix("whsec_"), validate=True)


def verify(call: dict, key: bytes) -> dict:
    """As https://www.standardwebhooks.com says; the message."""
    headers = call["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{call['body']}".encode()
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert hmac.compare_digest(headers["webhook-signature"], expected)
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    return json.loads(call["body"])


@contextlib.asynccontextmanager
async def session_with(stack, tool, *, key=None, **session):
    async with Conversation.open(
        stack.url, key or stack.api_key, antiphon={"agent": {"server_tools": [tool]}}, **TEXT, **session) as conversation:
        yield conversation


async def call_once(fake, endpoint, session, question="How is the weather?"):
    """One question whose answer needs the tool: the fake calls it until it has been called."""
    before = len(endpoint.calls())
    fake.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Bern"}'})
    asking = asyncio.create_task(session.ask(question))
    while len(endpoint.calls()) == before:
        await asyncio.sleep(0.02)
    fake.behave(llm={"tool": None})
    return await asking


async def test_a_tool_of_the_server_is_called_signed_and_unseen(tool_stack, endpoint, fake):
    async with session_with(tool_stack, endpoint.tool("body=rain&delay_ms=300")) as session:
        done = await call_once(fake, endpoint, session)
        assert done.response.status == "completed"
        assert text_of(done) == "You said: rain"
        assert [item.type for item in done.response.output] == ["message"]
        message = verify(endpoint.calls()[-1], secret(tool_stack))
        assert message["type"] == "tool.call"
        assert message["name"] == "get_weather"
        assert message["arguments"] == {"city": "Bern"}
        assert message["session_id"] == session.events[0].session.id
        assert message["tenant_id"].startswith("ten_")
        # Nothing of the address reaches the client.
        assert all(str(endpoint.port) not in event.model_dump_json() for event in session.events)
        # The next prompt has call and result.
        await session.ask("And now?")
        asked = fake.requests("llm")[-1]["request"]["messages"]
        assert [entry["role"] for entry in asked] == ["user", "assistant", "tool", "assistant", "user"]
        assert asked[2]["content"] == "rain"
    assert 'antiphon_worker_server_tool_calls_total{outcome="answered"}' in "".join(
        tool_stack.metrics(name) for name in tool_stack.state["metrics"] if name.startswith("worker"))


async def test_a_client_secret_carries_tools_that_its_holder_cannot_see_or_set(tool_stack, endpoint, fake):
    async with openai.AsyncOpenAI(base_url=f"{tool_stack.url}/v1", api_key=tool_stack.api_key) as client:
        minted = await client.realtime.client_secrets.create(
            session={"type": "realtime", **TEXT, "antiphon": {"agent": {"server_tools": [endpoint.tool("body=snow&delay_ms=300")]}}})
    assert str(endpoint.port) not in minted.model_dump_json()
    async with Conversation.open(tool_stack.url, minted.value) as session:
        assert text_of(await call_once(fake, endpoint, session)) == "You said: snow"
        await session.connection.session.update(
            session={"type": "realtime", "antiphon": {"agent": {"server_tools": [endpoint.tool("body=mine")]}}})
        error = (await session.expect("error")).error
        assert error.param == "session.antiphon.agent.server_tools"
        await session.connection.session.update(
            session={"type": "realtime", "tools": [{"type": "function", "name": "get_weather"}]})
        assert (await session.expect("error")).error.param == "session.tools"
        assert all(str(endpoint.port) not in event.model_dump_json() for event in session.events)


@pytest.mark.parametrize("url", ["https://127.0.0.1:6379/", "https://localhost/", "https://169.254.169.254/latest/", "http://127.0.0.1/"])
async def test_other_addresses_are_not_called(tool_stack, endpoint, fake, url):
    async with session_with(tool_stack, endpoint.tool("", url=url)) as session:
        fake.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Bern"}'})
        asking = asyncio.create_task(session.ask("How is the weather?"))
        await asyncio.to_thread(
            fake.wait_for_request, "llm", lambda entry: "address_refused" in json.dumps(entry.get("request", {})))
        fake.behave(llm={"tool": None})
        assert (await asking).response.status in ("completed", "failed")


async def test_a_cancelled_response_aborts_the_call(tool_stack, endpoint, fake):
    async with session_with(tool_stack, endpoint.tool("delay_ms=20000", timeout_ms=30000)) as session:
        before = len(endpoint.calls())
        fake.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Bern"}'})
        await session.say("How is the weather?")
        await session.connection.response.create()
        while len(endpoint.calls()) == before:
            await asyncio.sleep(0.02)
        await session.connection.response.cancel()
        done = await session.expect("response.done")
        assert done.response.status == "cancelled"
        deadline = time.monotonic() + 3
        while not endpoint.calls()[before]["aborted"]:
            assert time.monotonic() < deadline, "the call goes on"
            await asyncio.sleep(0.02)


async def test_the_secret_is_the_tenants_alone(tool_stack):
    async with openai.AsyncOpenAI(base_url=f"{tool_stack.url}/v1", api_key=tool_stack.api_key) as client:
        holder = (await client.realtime.client_secrets.create(session={"type": "realtime"})).value
    request = urllib.request.Request(
        f"{tool_stack.url}/v1/antiphon/webhook_secret", headers={"Authorization": f"Bearer {holder}"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403


async def test_a_greeting_is_spoken_first(tool_stack, fake):
    async with Conversation.open(tool_stack.url, tool_stack.api_key, antiphon={
            "agent": {"greeting": "Welcome, {{name}}.", "variables": {"name": "Ada"}}}, **TEXT) as session:
        assert text_of(await session.expect("response.done")) == "Welcome, Ada."
        assert fake.requests("llm") == []

"""How a conversation feels is set step by step: operator, tenant, key, client. What a step set is what is heard."""

import asyncio
import json
import urllib.error
import urllib.request

import openai
import pytest

from harness.conversation import Conversation, ephemeral_key, text_of
from harness.running_stack import RunningStack

pytestmark = pytest.mark.anyio

# A tenant's change is known everywhere after this long.
KNOWN_AFTER = 5.5


@pytest.fixture(scope="module")
def own_stack(provider):
    """A stack whose operator has settings of its own."""
    running = RunningStack(
        **provider.settings, ANTIPHON_APOLOGY="The operator is sorry.", ACKNOWLEDGEMENT_ENABLED="false",
        ACKNOWLEDGEMENT_DELAY_MS="250", ANTIPHON_WORKERS="1", AGENT_MAX_STEPS="4", MAX_STREAM_RETRIES="2")
    running.start()
    yield running
    running.remove()


def tenant_behavior(stack, method: str, value=None, key: str | None = None) -> tuple[int, dict]:
    request = urllib.request.Request(
        f"{stack.url}/v1/antiphon/behavior", None if value is None else json.dumps(value).encode(), method=method,
        headers={"authorization": f"Bearer {key or stack.api_key}", "content-type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


async def said_of_a_failure(session: Conversation) -> str:
    """What is heard in place of an answer that fails."""
    done = await session.ask("what is new?")
    assert done.response.status == "failed"
    return text_of(done)


async def update(session: Conversation, behavior):
    await session.connection.session.update(session={"type": "realtime", "antiphon": behavior})
    return (await session.expect("session.updated")).session


async def test_each_step_may_change_what_the_ones_before_it_set(own_stack, fake):
    fake.behave(llm={"status": 400})
    url, api_key = own_stack.url, own_stack.api_key
    tenants, clients = [{"silence": {"apology": f"The {who} is sorry."}} for who in ("tenant", "client")]
    try:
        async with Conversation.open(url, api_key) as session:
            assert await said_of_a_failure(session) == "The operator is sorry."

        status, answer = tenant_behavior(own_stack, "PUT", tenants)
        assert status == 200 and answer["behavior"] == tenants and answer["effective"]["acknowledgement"]["delay_ms"] == 250
        await asyncio.sleep(KNOWN_AFTER)
        async with Conversation.open(url, api_key, shows_behavior=True) as session:
            assert session.events[0].session.antiphon["silence"] == tenants["silence"]
            assert await said_of_a_failure(session) == "The tenant is sorry."

        key = await ephemeral_key(url, api_key, antiphon={"silence": {"apology": None}})
        async with Conversation.open(url, key, shows_behavior=True) as session:
            assert session.events[0].session.antiphon["silence"] == {"apology": None}
            assert session.events[0].session.antiphon["acknowledgement"]["delay_ms"] == 250
            assert await said_of_a_failure(session) == ""

            assert (await update(session, clients)).antiphon["silence"] == clients["silence"]
            assert await said_of_a_failure(session) == "The client is sorry."
            assert (await update(session, None)).antiphon["silence"] == {"apology": None}
            assert await said_of_a_failure(session) == ""
    finally:
        assert tenant_behavior(own_stack, "PUT", {})[1]["behavior"] == {}
        await asyncio.sleep(KNOWN_AFTER)


async def test_what_does_not_fit_is_refused_with_its_path_at_every_step(own_stack, fake):
    wrong = {"typing_sound": {"enabled": True, "volume": 1.5}}
    status, answer = tenant_behavior(own_stack, "PUT", wrong)
    assert status == 400 and answer["error"]["param"] == "typing_sound.volume"
    assert tenant_behavior(own_stack, "GET")[1]["behavior"] == {}

    with pytest.raises(openai.BadRequestError) as refused:
        await ephemeral_key(own_stack.url, own_stack.api_key, antiphon=wrong)
    assert refused.value.param == "session.antiphon.typing_sound.volume"

    async with Conversation.open(own_stack.url, own_stack.api_key, shows_behavior=True, output_modalities=["text"]) as session:
        await session.connection.session.update(
            session={"type": "realtime", "instructions": "Be rude.", "antiphon": wrong}, event_id="mine")
        error = (await session.expect("error")).error
        assert (error.param, error.event_id) == ("session.antiphon.typing_sound.volume", "mine")
        await session.connection.session.update(session={"type": "realtime", "antiphon": {"sound": {}}})
        assert (await session.expect("error")).error.param == "session.antiphon.sound"
        after = await update(session, {"typing_sound": {"volume": 0.5}})
        assert after.instructions != "Be rude."
        assert (after.antiphon["typing_sound"]["enabled"], after.antiphon["typing_sound"]["volume"]) == (False, 0.5)
        assert (await session.ask("still there?")).response.status == "completed"


async def test_each_step_may_lower_what_costs_calls_and_none_may_raise_it(own_stack):
    """The operator's ceilings are 4 steps and 2 retries; the tenant, a key and a client each go down from there."""
    def steps(count: int) -> dict:
        return {"agent": {"max_steps": count}}

    def refuses(error, path: str) -> bool:
        return (error.code, error.param) == ("integer_above_max_value", path)

    url, api_key = own_stack.url, own_stack.api_key
    try:
        status, answer = tenant_behavior(own_stack, "PUT", steps(5))
        assert status == 400 and answer["error"]["code"] == "integer_above_max_value"
        assert answer["error"]["param"] == "agent.max_steps"
        with pytest.raises(openai.BadRequestError) as refused:
            await ephemeral_key(url, api_key, antiphon={"agent": {"stream_retries": 3}})
        assert refuses(refused.value, "session.antiphon.agent.stream_retries")

        status, answer = tenant_behavior(own_stack, "PUT", steps(3))
        assert status == 200 and answer["effective"]["agent"]["max_steps"] == 3
        await asyncio.sleep(KNOWN_AFTER)
        with pytest.raises(openai.BadRequestError) as refused:
            await ephemeral_key(url, api_key, antiphon=steps(4))
        assert refuses(refused.value, "session.antiphon.agent.max_steps")

        keys = [(api_key, 3), (await ephemeral_key(url, api_key, antiphon=steps(2)), 2)]
        for key, most in keys:
            async with Conversation.open(url, key, shows_behavior=True, output_modalities=["text"]) as session:
                assert (await update(session, steps(most))).antiphon["agent"]["max_steps"] == most
                await session.connection.session.update(session={"type": "realtime", "antiphon": steps(most + 1)})
                assert refuses((await session.expect("error")).error, "session.antiphon.agent.max_steps")
                agent = (await update(session, {"agent": {"stream_retries": 0}})).antiphon["agent"]
                assert (agent["max_steps"], agent["stream_retries"]) == (most, 0)
    finally:
        assert tenant_behavior(own_stack, "PUT", {})[1]["behavior"] == {}
        await asyncio.sleep(KNOWN_AFTER)


async def test_a_key_that_was_given_away_cannot_change_its_tenant(own_stack):
    key = await ephemeral_key(own_stack.url, own_stack.api_key)
    assert tenant_behavior(own_stack, "PUT", {}, key)[0] == 403
    assert tenant_behavior(own_stack, "GET", None, key)[0] == 403
    assert tenant_behavior(own_stack, "GET", None, "sk-wrong")[0] == 401


async def test_an_ordinary_client_never_sees_the_member(own_stack, fake, key_of_own_stack):
    async with Conversation.open(
        own_stack.url, key_of_own_stack, output_modalities=["text"], instructions="Be brief."
    ) as session:
        await session.ask("what is new?")
        assert not [event for event in session.events if "antiphon" in event.to_json()]


@pytest.fixture(params=["API key", "ephemeral key"])
async def key_of_own_stack(request, own_stack):
    return own_stack.api_key if request.param == "API key" else await ephemeral_key(own_stack.url, own_stack.api_key)


@pytest.mark.parametrize("setting", [
    ("ACKNOWLEDGEMENT_PHRASES", ","), ("TYPING_SOUND_VOLUME", "2"), ("ANTIPHON_INTERRUPTION_MODE", "never")])
async def test_an_operators_mistake_ends_the_start_with_a_sentence(provider, setting):
    name, value = setting
    stack = RunningStack(**provider.settings, **{name: value})
    try:
        status, said = stack.run_to_end()
        assert status == 1 and f"{name} must be" in said
    finally:
        stack.remove()

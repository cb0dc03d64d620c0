"""A conversation that outgrows its budget: the model is shown a summary, written by a request beside the talk."""

import asyncio
import json

import pytest

from harness.conversation import Conversation
from harness.running_stack import wait_until

pytestmark = pytest.mark.anyio

TEXT = {"output_modalities": ["text"]}
# Small, so that a few turns are more than enough; at least three quarters of it before a summary is begun.
BUDGET = 600
FACT = "fact-ada-4711"
FILLER = "and so on and on " * 8


def summarising(model: str, **more) -> dict:
    """Settings of a session; `model` is the fake provider's, which does as its name says."""
    return TEXT | {"antiphon": {"summary": {"budget_tokens": BUDGET, "keep_turns": 2, "model": model, **more}}}


def summaries(fake, model: str) -> list[dict]:
    return [entry for entry in fake.requests("llm") if entry["request"]["model"] == model]


def answers(fake) -> list[list[dict]]:
    """What the model was shown each time it was to answer."""
    return [entry["request"]["messages"] for entry in fake.requests("llm") if entry["request"]["model"] == "fake"]


def tokens(messages: list[dict]) -> int:
    """As the fake provider counts them."""
    return sum(len(json.dumps(message)) for message in messages) // 4


def outcomes(stack, outcome: str) -> int:
    """How many summaries came to this, on all workers."""
    line = f'antiphon_worker_summaries_total{{outcome="{outcome}"}} '
    texts = [stack.metrics(name) for name in stack.state["metrics"] if "worker" in name]
    return sum(int(float(text.split(line)[1].split()[0])) for text in texts if line in text)


async def talk(session, turns: int) -> None:
    for turn in range(turns):
        done = await session.ask(f"This is turn {turn}, {FILLER}")
        assert done.response.status == "completed"


async def test_what_was_said_first_is_known_at_the_end_and_the_budget_holds(stack, fake):
    model = "fake?recall=fact-[a-z0-9-]%2B"
    before = outcomes(stack, "applied")
    async with Conversation.open(stack.url, stack.api_key, instructions="Be kind.", **summarising(model)) as session:
        first = await session.ask(f"My name is {FACT}.")
        await talk(session, 40)
        assert len(summaries(fake, model)) >= 3
        wait_until(lambda: outcomes(stack, "applied") - before == len(summaries(fake, model)), 5, "the last summary")
        done = await session.ask("Who am I?")
        shown = answers(fake)[-1]
        assert shown[0] == {"role": "system", "content": "Be kind."}
        assert shown[1]["role"] == "user" and FACT in shown[1]["content"]
        assert not any("turn 0," in message["content"] for message in shown)
        # The summary's cost is in no response's usage.
        assert done.response.usage.input_tokens == sum(len(json.dumps(message)) for message in shown) // 4
        for messages in answers(fake):
            assert tokens(messages[1:]) <= BUDGET
        # For the client, nothing is gone.
        item = first.response.output[0].id
        await session.connection.conversation.item.retrieve(item_id=item)
        assert (await session.expect("conversation.item.retrieved")).item.id == item
        assert {"error", "conversation.item.deleted"}.isdisjoint(session.kinds())


async def test_a_tool_result_is_summarised_with_its_call(stack, fake):
    model = "fake?recall=fact-[a-z0-9-]%2B"
    tool = {"type": "function", "name": "look_up", "parameters": {"type": "object", "properties": {}}}
    async with Conversation.open(stack.url, stack.api_key, tools=[tool], **summarising(model)) as session:
        fake.behave(llm={"tool": "look_up"})
        done = await session.ask("What is my order?")
        call = done.response.output[0]
        fake.behave(llm={"tool": None})
        await session.connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": "Order fact-order-9912."})
        await session.connection.response.create()
        await session.expect("response.done")
        await talk(session, 20)
        record = summaries(fake, model)[0]["request"]["messages"][-1]["content"]
        lines = [json.loads(line) for line in record.splitlines() if line.startswith("{")]
        assert {"role": "assistant", "calls_tool": "look_up", "arguments": "{}"} in lines
        assert {"role": "tool", "tool": "look_up", "result": "Order fact-order-9912."} in lines
        assert "fact-order-9912" in answers(fake)[-1][0]["content"]


async def test_a_model_that_cannot_summarise_costs_no_turn(stack, fake):
    model = "fake?status=500"
    async with Conversation.open(stack.url, stack.api_key, **summarising(model)) as session:
        await talk(session, 14)
        fake.wait_for_request("llm", lambda entry: entry["request"]["model"] == model)
        await talk(session, 20)
        for messages in answers(fake):
            assert tokens(messages) <= BUDGET


async def test_the_end_of_the_session_aborts_the_summary(stack, fake):
    model = "fake?first_delay_ms=20000"
    async with Conversation.open(stack.url, stack.api_key, **summarising(model)) as session:
        await talk(session, 14)
        fake.wait_for_request("llm", lambda entry: entry["request"]["model"] == model)
        # It goes on while the user is answered.
        await talk(session, 1)
        assert not summaries(fake, model)[0]["aborted_at"]
    await asyncio.to_thread(
        fake.wait_for_request, "llm", lambda entry: entry["request"]["model"] == model and entry["aborted_at"], 2)

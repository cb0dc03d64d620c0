import pathlib
import sys

import pytest

# The recordings of the demo are those of the tests, the judge of events is that of the conformance checks.
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "deploy" / "demo"), str(HERE.parent / "Conformance")]

from harness.conversation import ephemeral_key  # noqa: E402
from harness.fake_provider import FakeProvider  # noqa: E402
from harness.running_stack import RunningStack  # noqa: E402
from harness.tool_endpoint import ToolEndpoint  # noqa: E402
from recorder import RECORDER  # noqa: E402


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def provider():
    fake = FakeProvider()
    yield fake
    fake.stop()


@pytest.fixture
def fake(provider):
    """The fake provider as it is before anybody told it anything."""
    provider.reset()
    return provider


@pytest.fixture(scope="session")
def stack(provider):
    """A stack whose speech and language models are the fake provider; shared, so a test leaves it running."""
    running = RunningStack(**provider.settings, ANTIPHON_SUMMARY_MODELS="*")
    running.start()
    yield running
    running.remove()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory):
    running = ToolEndpoint(tmp_path_factory.mktemp("tool"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def tool_stack(provider, endpoint):
    """A stack that may call the endpoint's tools, although it is on this machine."""
    running = RunningStack(
        **provider.settings, ANTIPHON_SERVER_TOOL_DESTINATIONS=f"127.0.0.1:{endpoint.port}",
        ANTIPHON_SERVER_TOOL_CA=str(endpoint.certificate))
    running.start()
    yield running
    running.remove()


@pytest.fixture(params=["API key", "ephemeral key"])
async def key(request, stack):
    """The two credentials that a client may come with."""
    return stack.api_key if request.param == "API key" else await ephemeral_key(stack.url, stack.api_key)


@pytest.fixture(autouse=True)
def no_invalid_event():
    """Whatever a test is about, the server sends nothing that a client could not read."""
    before = RECORDER.fault_count
    yield
    assert RECORDER.fault_count == before, "\n".join(map(str, RECORDER.faults))

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System"), str(HERE.parent / "Conformance"), str(HERE.parents[1] / "deploy" / "demo")]

from clients.certificate import Certificate  # noqa: E402
from harness.fake_provider import FakeProvider  # noqa: E402
from harness.running_stack import RunningStack  # noqa: E402
from recorder import RECORDER  # noqa: E402
from recorder.tap import Tap  # noqa: E402


@pytest.fixture(scope="session")
def provider():
    fake = FakeProvider()
    yield fake
    fake.stop()


@pytest.fixture(scope="session")
def stack(provider):
    """A stack that serves plain text."""
    running = RunningStack(ANTIPHON_WORKERS="1", **provider.settings).start()
    yield running
    running.remove()


@pytest.fixture(scope="session")
def tapped(stack):
    """The plain stack's address, behind which every event is judged."""
    with Tap("127.0.0.1", stack.port) as tap:
        yield tap.url


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def secure_stack(provider, certificate):
    """A stack whose edge speaks TLS, with a certificate of its own."""
    running = RunningStack(ANTIPHON_WORKERS="1", **provider.settings, **certificate.server_settings).start()
    yield running
    running.remove()


@pytest.fixture(autouse=True)
def no_invalid_event():
    before = RECORDER.fault_count
    yield
    assert RECORDER.fault_count == before, "\n".join(map(str, RECORDER.faults))

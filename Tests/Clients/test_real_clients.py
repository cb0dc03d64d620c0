"""The official clients, unmodified, over plain text and over TLS at the edge.

Each runs in a process of its own, as it would at its user's. What the server says to those over plain text is judged event by
event.
"""

import pytest

from clients import process
from clients.catalogue import CORE

NAMES = [client.name for client in CORE]


@pytest.mark.parametrize("client", CORE, ids=NAMES)
def test_an_unmodified_client_is_served_over_plain_text(client, stack, tapped, provider):
    process.run(client, tapped, stack.api_key, provider.root)


@pytest.mark.parametrize("client", CORE, ids=NAMES)
def test_an_unmodified_client_is_served_over_tls(client, secure_stack, certificate, provider):
    process.run(client, secure_stack.url, secure_stack.api_key, provider.root, certificate.client_settings)


def test_a_client_that_does_not_trust_the_certificate_is_not_served(secure_stack, provider):
    with pytest.raises(process.ScenarioFailed, match="(?i)certificate|connection error"):
        process.run(CORE[0], secure_stack.url, secure_stack.api_key, provider.root)

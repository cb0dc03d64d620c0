"""Watches every server event of a run and says which ones a client could not read.

Three judges, each independent of the server: the types of the `openai` package (and of `openai-agents`, which validates for real),
`Tests/Fixtures/event-inventory.json`, and the rules on what is left out rather than null. `tap.Tap` shows it the traffic of clients
that cannot be asked.
"""

from .recorder import RECORDER, Fault, Recorder

__all__ = ["RECORDER", "Fault", "Recorder"]

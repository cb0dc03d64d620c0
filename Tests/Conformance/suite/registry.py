"""The checks by number. A check is a coroutine that raises AssertionError, with a sentence, when the server is wrong."""

import dataclasses
from collections.abc import Awaitable, Callable

# Where a check runs. EMBEDDED needs nothing but a stack, also somebody else's; the others need a stack of our own.
EMBEDDED = "embedded"
FAKE = "fake"
SHORT = "short"

CHECKS: dict[int, "Check"] = {}


class NotRun(Exception):
    """The check needs what this run does not have."""


@dataclasses.dataclass(frozen=True)
class Check:
    number: int
    section: str
    what: str
    place: str
    run: Callable[..., Awaitable[str | None]] | None
    # Why there is nothing to run.
    reason: str = ""
    within: float = 60.0
    # Whether it runs other people's clients, which `make test` does in `Tests/Clients`.
    runs_clients: bool = False


class Section:
    """The checks of one heading of the specification."""

    def __init__(self, title: str) -> None:
        self.title = title

    def check(self, number: int, what: str, place: str = FAKE, within: float = 60.0, runs_clients: bool = False):
        def register(run):
            assert number not in CHECKS, number
            CHECKS[number] = Check(number, self.title, what, place, run, within=within, runs_clients=runs_clients)
            return run

        return register

    def not_built(self, number: int, what: str, reason: str) -> None:
        assert number not in CHECKS, number
        CHECKS[number] = Check(number, self.title, what, EMBEDDED, None, reason)

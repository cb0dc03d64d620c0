import collections
import dataclasses
import json
import threading

from . import inventory, leave_out, package_types

# Every client accepts messages up to this size (pipecat, openai 1.x).
LARGEST_FRAME = 1 << 20
# Beyond that the same fault only counts.
MOST_KEPT = 200


@dataclasses.dataclass(frozen=True)
class Fault:
    """One server event that is not as published."""

    shape: str
    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.shape} {self.kind}: {self.reason}"


class Recorder:
    """Judges server events one by one; may be shown events from any thread."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: collections.Counter[tuple[str, str]] = collections.Counter()
        self.faults: list[Fault] = []
        self.fault_count = 0

    def frame(self, data: str | bytes, shape: str, shows_behavior: bool = False) -> dict | None:
        """One message of the server; the event, if it is one. Only who asked for `antiphon` may see it in a session."""
        size = len(data.encode()) if isinstance(data, str) else len(data)
        try:
            text = data if isinstance(data, str) else data.decode()
            event = json.loads(text)
            kind = event["type"]
        except (ValueError, KeyError, TypeError):
            self.note(shape, "?", ["not a JSON object with a type"])
            return None
        published = without_behavior(event) if shows_behavior else event
        reasons = package_types.faults(text, event, shape) + inventory.faults(published, shape) + leave_out.faults(event)
        if shape == "ga":
            reasons += package_types.agents_faults(event)
        if size >= LARGEST_FRAME:
            reasons.append(f"{size} bytes in one frame")
        with self.lock:
            self.counts[shape, kind] += 1
        self.note(shape, kind, reasons)
        return event

    def note(self, shape: str, kind: str, reasons: list[str]) -> None:
        with self.lock:
            for reason in reasons:
                self.fault_count += 1
                fault = Fault(shape, kind, reason)
                if len(self.faults) < MOST_KEPT and fault not in self.faults:
                    self.faults.append(fault)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def kinds(self, shape: str) -> set[str]:
        return {kind for of_shape, kind in self.counts if of_shape == shape}


# What everything in one process shows its events to.
RECORDER = Recorder()


def without_behavior(event: dict) -> dict:
    """The event without the one member that is ours, as the published types know it."""
    session = event.get("session")
    if not isinstance(session, dict):
        return event
    return event | {"session": {name: value for name, value in session.items() if name != "antiphon"}}


def shape_of(event: dict) -> str:
    """The shape that a connection's first event tells: only GA sessions say what they are."""
    session = event.get("session")
    return "beta" if isinstance(session, dict) and "type" not in session else "ga"

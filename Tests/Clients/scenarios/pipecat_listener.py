"""What passes through a pipecat pipeline, kept in order."""

import asyncio

from pipecat.frames.frames import ErrorFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor


class Listener(FrameProcessor):
    """Hands every frame on and remembers it."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list = []
        self.changed = asyncio.Condition()

    async def process_frame(self, frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        async with self.changed:
            self.frames.append(frame)
            self.changed.notify_all()
        await self.push_frame(frame, direction)

    async def until(self, holds, start: int = 0, within: float = 20.0):
        """The first frame for which `holds`, from `start` on."""
        try:
            async with asyncio.timeout(within), self.changed:
                while True:
                    for frame in self.frames[start:]:
                        if holds(frame):
                            return frame
                    await self.changed.wait()
        except TimeoutError:
            names = [type(frame).__name__ for frame in self.frames[start:]]
            shown = [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]
            raise AssertionError(f"what was waited for did not come: {shown}") from None

    def errors(self) -> list[str]:
        return [frame.error for frame in self.frames if isinstance(frame, ErrorFrame)]


def is_frame(*kinds):
    return lambda frame: isinstance(frame, kinds)

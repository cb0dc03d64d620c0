import asyncio
import traceback

from recorder import RECORDER

from .places import Places
from .registry import Check, NotRun
from .report import FAIL, NOT_BUILT, NOT_RUN, PASS, Result


async def perform(check: Check, places: Places, is_verbose: bool) -> Result:
    if check.run is None:
        return Result(check, NOT_BUILT, check.reason)
    faults = RECORDER.fault_count
    try:
        place = places.get(check.place)
        async with asyncio.timeout(check.within):
            sentence = await check.run(place)
    except NotRun as reason:
        return Result(check, NOT_RUN, str(reason))
    except TimeoutError:
        return Result(check, FAIL, f"not finished within {check.within:g} s")
    except Exception as fault:
        if is_verbose:
            traceback.print_exc()
        return Result(check, FAIL, words(fault))
    if RECORDER.fault_count > faults:
        return Result(check, FAIL, f"invalid event: {RECORDER.faults[-1]}")
    return Result(check, PASS, sentence or "")


def words(fault: BaseException) -> str:
    """The innermost reason, in one line."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    text = str(fault) if isinstance(fault, AssertionError) and str(fault) else f"{type(fault).__name__}: {fault}"
    return text if len(text) < 600 else text[:600] + "…"

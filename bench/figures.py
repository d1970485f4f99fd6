"""Times taken in turns, and how they are printed."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

WARM_UP = 8
EACH = 25


@dataclass
class Report:
    """Prints figures as they come. `rounds` is how often each thing is measured, in turns with the others."""

    rounds: int

    def heading(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}", flush=True)

    def figure(self, what: str, value: float, unit: str = "", target: str = "") -> None:
        """One line; `target` in the words of the specification, such as "at most 6"."""
        shown = f"{value:.2f}" if value < 100 else f"{value:,.0f}"
        print(f"  {what:<58} {shown:>9} {unit:<4} {f'({target})' if target else ''}".rstrip(), flush=True)

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def in_turns(self, things: Mapping[str, Callable[[], object]], each: int = EACH) -> dict[str, float]:
        """The median time of each thing in milliseconds: the median over the rounds of the round's median."""
        for thing in things.values():
            for _ in range(WARM_UP):
                thing()
        taken: dict[str, list[float]] = {name: [] for name in things}
        for _ in range(self.rounds):
            for name, thing in things.items():
                taken[name].append(statistics.median(timed(thing) for _ in range(each)) * 1000)
        return {name: statistics.median(times) for name, times in taken.items()}


def timed(thing: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    thing()
    return time.perf_counter() - start

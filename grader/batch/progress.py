"""One line on standard error that says how far a run is; nothing where that is no terminal."""

from __future__ import annotations

import time
from typing import TextIO

_EVERY = 0.2
_WIDTH = 24


class Line:
    """Call it with rows done, errors among them, and the share of the input read; `close` removes the line."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._start: tuple[float, int, float] | None = None
        self._next = 0.0
        self._shown = False

    def __call__(self, rows: int, errors: int, share: float) -> None:
        """Show the state, at most five times a second."""
        if self._stream is None:
            return
        now = time.monotonic()
        if self._start is None:
            # What an earlier run did says nothing about the rate of this one.
            self._start = (now, rows, share)
        if now < self._next:
            return
        self._next = now + _EVERY
        self._stream.write(f"\r\x1b[K{self._text(rows, errors, share, now)}")
        self._stream.flush()
        self._shown = True

    def _text(self, rows: int, errors: int, share: float, now: float) -> str:
        start, rows_before, share_before = self._start or (now, rows, share)
        seconds = now - start
        rate = (rows - rows_before) / seconds if seconds > 0 else 0.0
        left = seconds * (1 - share) / (share - share_before) if share > share_before and seconds >= 2 else None
        return describe(rows, errors, share, rate, left)

    def close(self) -> None:
        """Remove the line."""
        if self._stream is not None and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def describe(rows: int, errors: int, share: float, rate: float, left: float | None) -> str:
    """Return the line, at most 79 columns wide; `left` are the seconds to go, None where that is not known yet."""
    filled = round(min(1.0, share) * _WIDTH)
    parts = [f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%}", f"{rows:,} row{'s' * (rows != 1)}"]
    if rate:
        parts.append(f"{rate:,.1f}/s" if rate < 100 else f"{rate:,.0f}/s")
    if left is not None:
        parts.append(f"{_clock(left)} left")
    parts.append(f"{errors:,} error{'s' * (errors != 1)}")
    return "  ".join(parts)[:79]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

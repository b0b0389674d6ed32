"""Values of cells: as text, and as what JSON can hold."""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, time
from typing import Any

from grader.text import writable

# What Python makes of a byte that its codec cannot read (the error handler "surrogateescape").
_BAD_BYTE = re.compile("[\udc80-\udcff]")


def as_text(value: Any) -> str:
    """Return a value as a cell shows it: 17.0 is 17, true is true, a list is JSON, nothing is the empty text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a value that can be written as JSON in UTF-8; dates and other kinds become text, NaN becomes null."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {writable(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return writable(_shown(value))


def _shown(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def has_bad_bytes(text: str) -> bool:
    """Return whether a decoded text holds bytes that its encoding could not read."""
    return not text.isascii() and bool(_BAD_BYTE.search(text))

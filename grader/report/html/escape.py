"""The only ways for text to get into a page."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import unicodedata
from typing import Any

_KEPT = "\n\r\t"
# Written \u202e and so on inside JSON: whoever reads the page's source sees them, and `</script>` cannot end a block.
_ESCAPED = re.compile("[<>&\u2028\u2029]|[^\\x20-\\x7e]")


def hidden(sign: str) -> bool:
    """Return whether a character is not seen itself but may change how others are: U+202E turns them around."""
    return sign not in _KEPT and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def text(value: str) -> str:
    """Return text as HTML; hidden characters become a label with their number."""
    if value.isascii() and value.isprintable():
        return html.escape(value)
    parts = (f'<span class="control">U+{ord(c):04X}</span>' if hidden(c) else html.escape(c) for c in value)
    return "".join(parts)


def bare(value: str) -> str:
    """Return text for places without elements, such as a title: hidden characters become U+FFFD."""
    return html.escape("".join("\ufffd" if hidden(c) else c for c in value))


def data(value: Any) -> str:
    """Return JSON that is safe inside a script element."""
    dumped = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(_escape, dumped)


def _escape(match: re.Match[str]) -> str:
    sign = match[0]
    if sign not in "<>&" and not hidden(sign):
        return sign
    units = sign.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def policy(style: str, script: str = "") -> str:
    """Return a content security policy under which these two run and nothing else, and nothing is loaded or sent."""
    parts = ["default-src 'none'", f"style-src '{_digest(style)}'", "base-uri 'none'", "form-action 'none'"]
    if script:
        parts += [f"script-src '{_digest(script)}'", "require-trusted-types-for 'script'"]
    return "; ".join(parts)


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"

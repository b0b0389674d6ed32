"""Which encoding a text file has, found by looking at every byte of it once; the same pass makes its digest."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InputError

_BLOCK = 1 << 20
# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Windows-1252 leaves these bytes undefined; Latin-1 has control characters there.
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True, slots=True)
class Scan:
    """The SHA-256 and size of a file, the codec to read it with, and whether it began with a byte-order mark.

    `guessed` is the name to tell the user where the encoding is not certain.
    """

    digest: str
    size: int
    codec: str
    bom: bool
    guessed: str = ""


def known(name: str) -> str:
    """Return the codec for the name of an encoding. Raises `InputError` for names that Python does not know."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"no encoding {name!r}", hint="try utf-8, utf-16, windows-1252 or latin-1") from error
    return codec


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scan(path: Path, named: str | None = None) -> Scan:
    """Read a text file once. Raises `OSError`, and `InputError` when the encoding named is unknown.

    A byte-order mark decides; then UTF-16 shows by its zero bytes; then valid UTF-8 is UTF-8. A file in which most
    high bytes form UTF-8 is UTF-8 with damage: its damaged rows become error rows. Everything else is Windows-1252
    or, with bytes undefined there, Latin-1.
    """
    codec = known(named) if named else ""
    digest, size, start = hashlib.sha256(), 0, b""
    utf8, valid, sequences, high, undefined = codecs.getincrementaldecoder("utf-8")(), True, 0, 0, False
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            start = start or block[:4096]
            digest.update(block)
            size += len(block)
            if not block.isascii():
                found = _SEQUENCE.findall(block)
                sequences += len(found)
                high += len(_HIGH.findall(block)) - sum(map(len, found))
                undefined = undefined or bool(_UNDEFINED.search(block))
            valid = valid and _decodes(utf8, block)
    valid = valid and _decodes(utf8, b"", final=True)
    mark = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    guessed = ""
    if not codec:
        codec, guessed = _guess(start, mark, valid=valid, damaged=sequences > high, undefined=undefined)
    elif codec == "utf-8":
        codec = "utf-8-sig"
    return Scan(digest.hexdigest(), size, codec, bool(mark), guessed)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _guess(start: bytes, mark: str, *, valid: bool, damaged: bool, undefined: bool) -> tuple[str, str]:
    """Return the codec, and its name for the user where it is a guess."""
    if mark:
        return mark, ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = max(1, len(start) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le", "UTF-16"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be", "UTF-16"
    if valid:
        return "utf-8-sig", ""
    if damaged:
        return "utf-8-sig", "UTF-8 with damaged bytes"
    return ("latin-1", "Latin-1") if undefined else ("cp1252", "Windows-1252")

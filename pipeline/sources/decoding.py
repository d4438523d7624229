"""From bytes to text: which encodings are believed, and what is no text at all."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import QuarantinedError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"ID3", b"OggS",
    b"RIFF", b"\x1aE\xdf\xa3", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"SQLite format 3", b"\xd0\xcf\x11\xe0",
)  # fmt: skip
_CONTROL = bytes([*range(9), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Controls, and characters that are seen nowhere but keep a name from being found: soft hyphen, zero width, direction marks.
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Bytes that Western prose in Windows-1252 has: letters, and the punctuation that word processors put in.
_WESTERN = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸƒ‘’‚“”„–—…•€£§°©®™«»¿¡·´ªº½¼¾²³µ±\u00a0\u00ad]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{4,}")


def decode(data: bytes) -> str:
    r"""Text of `data` with line ends as "\n" and NUL as U+FFFD.

    UTF-8 with or without byte order mark, UTF-16 and UTF-32 with one, and Windows-1252 where the text would be plausible.
    Raises QuarantinedError `empty`, `binary` or `encoding`.
    """
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    if not text.strip("\ufeff\ufffd \t\n\f\v\x1c\x1d\x1e\x1f\x85\xa0"):
        raise QuarantinedError("source", "empty")
    return text


def clean(text: str) -> str:
    """The text without characters that cannot be stored or seen, and without white space at both ends."""
    return _INVISIBLE.sub("", _CONTROLS.sub(" ", _UNSTORABLE.sub("\ufffd", text))).strip()


def _decode(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode() if encoding == "utf-8" else data.decode(encoding)
            except UnicodeError as error:
                raise QuarantinedError("source", "encoding") from error
    if not data.strip(b" \t\r\n\f\v"):
        raise QuarantinedError("source", "empty")
    controls = len(data) - len(data.translate(None, _CONTROL))
    # Text may begin like a magic number ("ID3 tags are ..."); no archive or medium comes without control bytes.
    if controls * 100 > len(data) or (controls and (data.startswith(_MAGIC) or data[4:8] == b"ftyp")):
        raise QuarantinedError("source", "binary")
    try:
        return data.decode()
    except UnicodeError:
        return _windows_1252(data)


def _windows_1252(data: bytes) -> str:
    # One valid multi-byte character among the broken ones means damaged UTF-8: reading that as Windows-1252 makes mojibake.
    lenient = data.decode(errors="replace")
    if any(character > "\x7f" and character != "\ufffd" for character in lenient) or _HIGH_RUN.search(data):
        raise QuarantinedError("source", "encoding")
    try:
        text = data.decode("cp1252")
    except UnicodeError as error:
        raise QuarantinedError("source", "encoding") from error
    high = [character for character in text if character > "\x7f"]
    if len(high) * 5 > len(text) or not all(_WESTERN.match(character) for character in high):
        raise QuarantinedError("source", "encoding")
    return text

"""The organisation's and the recording's own identifiers, in every form they are written or said in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from rapidfuzz.fuzz import ratio

from pipeline.recording import Recording
from pipeline.redaction.phonetic import joined_key, phonetic_key
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens, tokenize
from pipeline.redaction.words import Kind, WordBook

NAME = "own_identifiers"
HEARD = "misheard_names"
_COMMON = 5.0  # Zipf frequency from which a single own word is left to context ("will", "mark")
_COMMON_PLURAL = 3.5  # Zipf frequency from which a name with an s is rather another word ("thi", "this")
_ALIKE = 0.5  # least similarity of spelling of one misheard word, 0 to 1
_ALIKE_SPLIT = 0.7  # least similarity of two or three words heard for one name
_SPELLED = range(3, 13)  # lengths of words that are looked for spelled out
_LOCAL_PART = re.compile(r"[.\-_+\d]+")
_NOT_SAID = frozenset(
    {"com", "net", "org", "io", "dev", "app", "co", "uk", "de", "example", "internal", "local", "www", "mail"}
)
_LEGAL = frozenset({"inc", "ltd", "llc", "gmbh", "ag", "sa", "plc", "corp", "co", "the", "and", "of", "team", "group"})


@dataclass(frozen=True, slots=True)
class Own:
    """Known identifiers: raw texts by type, as phrases to mask wherever they stand, and words that context must confirm."""

    texts: frozenset[str]
    phrases: tuple[tuple[str, str], ...]
    primed: frozenset[str]
    sounds: dict[str, tuple[tuple[str, str], ...]]


def identifiers_of(recording: Recording) -> list[tuple[str, str]]:
    """What a recording's metadata says about people and organisations, as (text, entity type)."""
    metadata = recording.metadata
    people = [metadata.owner_name, *metadata.members, *dict.fromkeys(cue.speaker for cue in recording.cues)]
    found = [(name, "PERSON") for name in people if name]
    found += [(name, "ORGANIZATION") for name in (metadata.workspace, *metadata.customers) if name]
    if metadata.owner_email:
        local, _, domain = metadata.owner_email.partition("@")
        found += [(metadata.owner_email, "EMAIL_ADDRESS")]
        found += [(part, "PERSON") for part in _LOCAL_PART.split(local) if len(part) > 2]
        if "." in domain:
            found += [(domain, "HOST"), (domain.split(".", 1)[0], "ORGANIZATION")]
    return found


def build_own(identifiers: Iterable[tuple[str, str]], book: WordBook) -> Own:
    """Expand identifiers to the forms they take in speech and writing."""
    given = [(text, kind) for text, kind in identifiers if text.strip()]
    phrases: dict[str, str] = {}
    primed: set[str] = set()
    sounds: dict[str, dict[str, str]] = {}
    for text, kind in given:
        words = tokenize(text).words
        for form in _forms(words, kind):
            parts = form.split()
            if len(parts) == 1 and (len(form) < 2 or book[form].zipf >= _COMMON):
                primed.add(form)
            else:
                phrases.setdefault(form, kind)
        for word in _telling(words, kind, book):
            if book[word].zipf >= (_COMMON if kind == "PERSON" else 4.0):
                primed.add(word)
                continue
            phrases.setdefault(word, kind)
            if book[word + "s"].zipf < _COMMON_PLURAL:
                phrases.setdefault(word + "s", kind)
            if len(word) in _SPELLED:
                phrases.setdefault(" ".join(word), kind)
            sounds.setdefault(phonetic_key(word), {})[word] = kind
        joined = "".join(words)
        if 1 < len(words) <= 3 and len(joined) >= 6:
            sounds.setdefault(phonetic_key(joined), {})[joined] = kind
    heard = {key: tuple(names.items()) for key, names in sounds.items() if len(key) > 2}
    return Own(frozenset(text for text, _ in given), tuple(phrases.items()), frozenset(primed), heard)


def _forms(words: list[str], kind: str) -> Iterator[str]:
    """Whole identifier: as it stands, joined, and for people reversed and with initials; words separated by a blank."""
    if not words:
        return
    yield " ".join(words)
    if len(words) > 1:
        yield "".join(words)
    if kind == "HOST":
        yield " dot ".join(words)
    if kind == "PERSON" and len(words) > 1:
        first, last = words[0], words[-1]
        yield f"{last} {first}"
        yield f"{first} {last}"
        yield f"{first[0]} {last}"
        yield f"{first[0]}{last}"
        yield f"{first} {last[0]}"
        yield f"{first}{last[0]}"
        yield f"{last}{first[0]}"


def _telling(words: list[str], kind: str, book: WordBook) -> list[str]:
    """Words of an identifier that give it away alone: every name of a person, the first and all unusual words of the rest."""
    if kind in ("PERSON", "EMAIL_ADDRESS"):
        return [w for w in words if len(w) > 1 and not w.isdigit()] if kind == "PERSON" else []
    usual = [w for w in words if w not in _LEGAL and w not in _NOT_SAID and len(w) > 2 and not w.isdigit()]
    return [w for i, w in enumerate(usual) if (i == 0 and len(usual) < 4) or book[w].kind in (Kind.NAME, Kind.UNKNOWN)]


def find_own(tokens: Tokens, phrases: Iterable[Phrases]) -> list[Span]:
    """Exact occurrences, whatever separates their words. An own identifier beats every list of safe words."""
    found = chain.from_iterable(p.find(tokens) for p in phrases)
    return [Span(tokens.starts[first], tokens.ends[last], kind, 1.0, NAME) for first, last, kind in found]


def find_misheard(tokens: Tokens, owns: Iterable[Own], book: WordBook, keys: dict[str, str]) -> list[Span]:
    """Words, and up to three words in a row, that sound like a known name and are not everyday words themselves.

    `keys` remembers the phonetic key of every word seen.
    """
    known = [own.sounds for own in owns if own.sounds]
    if not known:
        return []
    words = tokens.words
    for word in words:
        if word not in keys:
            keys[word] = phonetic_key(word)
    spans: list[Span] = []
    for first in range(len(words)):
        if not words[first][0].isalpha():
            continue
        for count in (1, 2, 3):
            if first + count > len(words):
                break
            parts = words[first : first + count]
            key = keys[parts[0]] if count == 1 else joined_key([keys[p] for p in parts])
            for sounds in known:
                for name, kind in sounds.get(key, ()):
                    if _heard(parts, name, book):
                        last = first + count - 1
                        spans.append(Span(tokens.starts[first], tokens.ends[last], kind, 0.7, HEARD))
    return spans


def _heard(parts: list[str], name: str, book: WordBook) -> bool:
    if len(parts) == 1:
        word = parts[0]
        return (
            word != name
            and book[word].zipf < 4.0
            and book[word].kind is not Kind.SAFE
            and ratio(word, name) >= _ALIKE * 100
        )
    alike = ratio("".join(parts), name)
    if max(ratio("".join(parts[1:]), name), ratio("".join(parts[:-1]), name)) >= alike:
        return False
    everyday = min(book[word].zipf for word in parts) >= 5.0
    return alike >= (90 if everyday else _ALIKE_SPLIT * 100)

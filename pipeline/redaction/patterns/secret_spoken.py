"""Passwords, keys and codes read aloud: the words behind "the password is" up to where the sentence goes on."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import FUNCTION_WORDS, Words, is_number, word_set, words_of

_LONGEST = 16
_CUES: tuple[tuple[str, ...], ...] = (
    ("pass", "phrase"), ("pass", "word"), ("pass", "code"), ("api", "key"), ("a", "p", "i", "key"), ("secret", "key"),
    ("access", "key"), ("access", "token"), ("recovery", "code"), ("recovery", "key"), ("one", "time", "code"),
    ("factor", "code"), ("pin", "code"), ("door", "code"), ("security", "code"), ("verification", "code"),
    ("license", "key"), ("encryption", "key"), ("wifi", "key"), ("pin", "number"),
    ("password",), ("passphrase",), ("passcode",), ("passwd",), ("pin",), ("otp",), ("token",), ("secret",), ("credentials",),
    ("creds",), ("pw",),
)  # fmt: skip
_CHOSEN_CUES = word_set("password passphrase passcode passwd pin pass phrase code pw otp credentials creds")
_FIRST_WORDS = tuple(sorted({cue[0] for cue in _CUES}))
_COPULAS = frozenset({"is", "was", "are", "equals", "s", "being", "reads", "says"})
_GAP_OPENERS = word_set("for on to of in right there currently um uh by at here used still which")
_SET = word_set("set changed change reset rotated switched updated made put typed type enter entered use used try")
_SIGNS = word_set("""capital capitals uppercase lowercase caps dash hyphen underscore exclamation bang hash dollar ampersand asterisk
    star plus percent caret tilde backtick semicolon colon comma period dot slash backslash pipe quote bracket equals
    at""")
_FILLERS = word_set("um uh like so its it s literally just")
# What follows "the token is" when no secret does: a state, a place, a clause.
_STATES = word_set("""wrong expired invalid missing empty null none blank fine ok good bad correct valid long short weak strong secure safe
    required optional different identical same shared public private secret known unknown gone dead broken stale old new
    hard plain encoded encrypted hashed salted stored saved kept cached logged leaked exposed rotated refreshed revoked
    reused regenerated generated created issued signed verified checked validated parsed decoded passed sent read loaded
    mounted injected hardcoded expiring set unset changed updated ignored dropped rejected accepted denied refused scoped
    limited opaque bound tied valid. available present absent high low pulled up lost forgotten stuck ready live longer
    shorter bigger smaller supposed meant needed necessary part baked checked-in written wired locked case managed handled
    exchanged minted coming base basically actually obviously probably literally enough per only""")
_ENDS = FUNCTION_WORDS - {
    "a",
    "i",
    "one",
    "on",
    "over",
    "up",
    "out",
    "off",
    "at",
    "all",
    "about",
    "again",
    "around",
    "like",
    "it",
    "its",
}
_JOINED_TOKEN = re.compile(r"(?<![\w./:@-])[A-Za-z]{3,20}[-_!$&*#%][A-Za-z0-9_!$&*#%-]{2,40}(?![\w./@-])")
_ALGORITHM = re.compile(
    r"(?:sha|scram|md5|pbkdf|argon|oauth|aes|base|utf|rsa|hmac|http|rfc|nist|iso|tls|mfa|totp|ed)[\d_-]"
)
_ENDINGS = ("ed", "ing")


def find_spoken(text: str) -> list[tuple[int, int]]:
    """Offsets of secrets read aloud, and of chosen passwords written a few words behind their cue."""
    words = words_of(text)
    found: list[tuple[int, int]] = []
    for place in words.at(*_FIRST_WORDS):
        after = next((place + len(cue) for cue in _CUES if words.follows(place, cue)), None)
        if after is None or not _introduces(words, after):
            continue
        found += _written_near(words, after)
        first, certain = _value_start(words, place, after)
        end = _value_end(words, first)
        if end > first and _is_secret(words, first, end, certain=certain):
            found.append((words.starts[first], words.ends[end - 1]))
    return found


def _written_near(words: Words, after: int) -> list[tuple[int, int]]:
    """A token of joined letters and digits within twelve words of the cue: "the label says Falcon-44kv"."""
    last = min(after + 12, len(words.words)) - 1
    stretch = words.text[words.starts[after] : words.ends[last]]
    base = words.starts[after]
    return [
        (base + token.start(), base + token.end())
        for token in _JOINED_TOKEN.finditer(stretch)
        if any(char.isdigit() for char in token.group()) and not _ALGORITHM.match(token.group().lower())
    ]


def _introduces(words: Words, after: int) -> bool:
    """Whether the cue stands as a word of its own, not inside a written token."""
    if after >= len(words.words):
        return False
    gap = words.text[words.ends[after - 1] : words.starts[after]]
    return 0 < len(gap) <= 4 and gap.strip() in {"", ",", ":", "'", "’", '"', "(", "="}


def _value_start(words: Words, cue: int, after: int) -> tuple[int, bool]:
    """First word of the value and whether "is" or "set to" stands before it."""
    place = after
    limit = after + 7
    if words.word(place) in _GAP_OPENERS and words.adjoins(place - 1):
        while place < limit and words.word(place) not in _COPULAS - {"s"} and words.adjoins(place):
            place += 1
        if words.word(place) not in _COPULAS - {"s"}:
            place = after
    certain = words.word(place) in _COPULAS
    near = words.words[max(0, cue - 5) : cue]
    if words.word(place) in {"to", "as"} and any(word in _SET for word in near):
        certain, place = True, place + 1
    while words.word(place) in _COPULAS | _FILLERS and place < limit:
        certain = certain or words.word(place) in _COPULAS
        place += 1
    return place, certain


def _value_end(words: Words, first: int) -> int:
    """End of the value: a sentence end, a word that carries the sentence on, or sixteen words."""
    end = first
    while end < len(words.words) and end - first < _LONGEST:
        if end > first and not _same_breath(words, end - 1):
            break
        if words.word(end) in _ENDS and not (
            words.word(end - 1) in _SIGNS and end > first and words.word(end - 1) != "at"
        ):
            break
        end += 1
    while end - first > 1 and words.word(end - 1) in {
        "on",
        "at",
        "over",
        "up",
        "out",
        "all",
        "it",
        "like",
        "a",
        "about",
    }:
        end -= 1
    return end


def _same_breath(words: Words, place: int) -> bool:
    gap = words.text[words.ends[place] : words.starts[place + 1]]
    return len(gap) <= 4 and not (
        "\n\n" in gap or (gap.strip() and gap[-1:].isspace() and gap.strip() in {".", "!", "?", ";"})
    )


def _is_secret(words: Words, first: int, end: int, *, certain: bool) -> bool:
    value = words.words[first:end]
    word = value[0]
    signs = sum(part in _SIGNS or is_number(part) or len(part) == 1 for part in value[:8])
    mixed = any(
        len(part) > 3 and any(c.isdigit() for c in part) and any(c.isalpha() for c in part) for part in value[:3]
    )
    if not certain:
        compound = (
            len(value) >= 3 and word not in _SIGNS and value[1] in _SIGNS - {"equals", "at", "period", "comma", "colon"}
        )
        digits = words.runs.get(first)
        read_out = digits is not None and len(digits.said) >= 4
        return mixed or read_out or (compound and signs >= 2) or word in {"capital", "uppercase", "lowercase"}
    if mixed or signs >= 2 or word in {"capital", "uppercase", "lowercase"}:
        return word not in _STATES or signs >= 3
    if word in _STATES or word in FUNCTION_WORDS or word.endswith("ly"):
        return len(value) >= 4 and word == "correct" and not any(is_number(part) for part in value)
    chosen = any(words.word(cue) in _CHOSEN_CUES for cue in range(max(0, first - 8), first))
    return (chosen and not word.endswith(_ENDINGS)) or len(value) >= 3

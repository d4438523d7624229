"""Login names and handles: `@handle`, login names beside their cue, service accounts, and all of them read aloud."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import (
    FUNCTION_WORDS,
    Words,
    chain_forward,
    is_number,
    lowered,
    word_set,
    words_of,
)
from pipeline.redaction.span import Span

NAME = "username"
_HANDLE = re.compile(r"(?<![\w@/.])@[A-Za-z][\w.-]{1,38}(?![\w/(@])")
_SERVICE = re.compile(r"(?<![\w-])(?:svc|sa|srv|usr)[-_][a-z0-9][\w-]{1,40}")
_CAPITALS = re.compile(r"(?: ID)? ([A-Z][A-Z0-9]{3,9})\b")
_CODE_STEMS = word_set("int uint float utf sha v version phase step x y n k max min num test type level")
_PUBLIC_TAGS = word_set("""@media @import @property @override @here @channel @everyone @all @todo @param @return @returns @throws @see @author
    @deprecated @staticmethod @classmethod @abstractmethod @dataclass @cache @lru_cache @pytest @fixture @app @router @task
    @flow @component @injectable @transactional @autowired @bean @service @repository @controller @restcontroller @entity
    @column @table @test @before @after @beforeeach @aftereach @mock @nullable @notnull @inject @singleton @provides
    @charset @font-face @keyframes @supports @layer @apply @tailwind @container @page @click @change @input @types @babel
    @angular @vue @nestjs @keyframe @async @retry @cached @contextmanager @wraps @api @echo @latest @main @next""")
_STRONG = (
    ("handle", "is"), ("username", "is"), ("user", "name", "is"), ("user", "id", "is"), ("login", "is"),
    ("screen", "name", "is"), ("logged", "in", "as"), ("log", "in", "as"), ("login", "as"), ("sign", "in", "as"),
    ("signed", "in", "as"), ("logging", "in", "as"), ("ssh", "as"), ("handle",), ("gamertag",), ("at", "handle"),
    ("account", "called"), ("account", "named"), ("user", "called"), ("user", "named"), ("su", "to"), ("login", "name", "is"),
)  # fmt: skip
_WEAK = (
    ("user", "name"),
    ("username",),
    ("user",),
    ("login",),
    ("user", "id"),
    ("assignee",),
    ("uid",),
    ("login", "name"),
)
_CUES = frozenset({"handle", "username", "user", "login", "logged", "log", "sign", "signed", "ssh", "account", "uid"})
_CUES_ALL = _CUES | {"screen", "logging", "gamertag", "assignee", "su", "at"}
_NOT_NAME = FUNCTION_WORDS | word_set("""field wrong broken slow page form missing empty required correct invalid set unset null none case taken unique
    stored hashed locked disabled blocked fine good different unknown blank root admin administrator postgres ubuntu
    password number string value anonymous guest normal regular new old user users session sessions failed fails service
    email required optional masked hidden errors exceptions something everything""")
_JOINS = frozenset({"dot", "dash", "hyphen", "underscore"})


def find(text: str) -> list[Span]:
    """Spans of user names, handles and service accounts, `USERNAME`."""
    low = lowered(text)
    spans: list[Span] = []
    if "@" in low:
        spans += [
            _span(m.start(), m.start() + len(m.group().rstrip(".-")), 0.85)
            for m in _HANDLE.finditer(low)
            if _is_handle(m.group())
        ]
    if "svc" in low or "sa" in low or "srv" in low or "usr" in low:
        spans += [_span(m.start(), m.end(), 0.8) for m in _SERVICE.finditer(low)]
    words = words_of(text)
    for place in words.at(*_CUES_ALL):
        named = _behind_cue(words, place)
        if named is not None:
            spans.append(_span(words.starts[named[0]], words.ends[named[1] - 1], 0.75))
    for place in words.at("svc"):
        if words.adjoins(place) and words.word(place + 1) not in FUNCTION_WORDS:
            spans.append(_span(words.starts[place], words.ends[_service_end(words, place) - 1], 0.75))
    for place in words.at("underscore"):
        end = _numbered_end(words, place)
        if end is not None:
            spans.append(_span(words.starts[place - 1], words.ends[end - 1], 0.7))
    for place in words.at("user"):
        match = _CAPITALS.match(text, words.ends[place])
        spans += [_span(match.start(1), match.end(1), 0.7)] if match else []
    return _outermost(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "USERNAME", score, NAME)


def _is_handle(written: str) -> bool:
    name = written.rstrip(".-")
    return name not in _PUBLIC_TAGS and name.partition(".")[0] not in _PUBLIC_TAGS and len(name) > 2


def _behind_cue(words: Words, place: int) -> tuple[int, int] | None:
    """The name behind a cue: any word behind "handle is", a compound or numbered one behind "username"."""
    for phrase in _STRONG:
        first = place + len(phrase)
        if words.follows(place, phrase) and words.adjoins(first - 1):
            end = chain_forward(words, first, _JOINS, 10)
            compound = end - first > 1 or _mixed(words.word(first))
            if words.word(first) not in _NOT_NAME and (len(phrase) > 1 or compound):
                return first, end
    for phrase in _WEAK:
        first = place + len(phrase)
        if words.follows(place, phrase) and words.adjoins(first - 1) and words.word(first) not in _NOT_NAME:
            end = chain_forward(words, first, _JOINS, 10)
            joined = any(words.word(part) in _JOINS for part in range(first, end)) or _written_join(words, first)
            if not is_number(words.word(first)) and (joined or _mixed(words.word(first))):
                return first, _written_end(words, end)
    return None


def _mixed(word: str) -> bool:
    return any(c.isdigit() for c in word) and any(c.isalpha() for c in word) and len(word) > 3


def _written_join(words: Words, place: int) -> bool:
    return place + 1 < len(words.words) and words.text[words.ends[place] : words.starts[place + 1]] in {"_", "."}


def _written_end(words: Words, end: int) -> int:
    while end < len(words.words) and words.text[words.ends[end - 1] : words.starts[end]] in {"_", ".", "-"}:
        end += 1
    return end


def _numbered_end(words: Words, place: int) -> int | None:
    """End of "desk underscore w p g 3": a chain over "underscore" that closes with spelled letters or a number."""
    first = words.word(place - 1)
    if (
        place == 0
        or first in FUNCTION_WORDS | _CODE_STEMS | _JOINS
        or not (words.adjoins(place - 1) and words.adjoins(place))
    ):
        return None
    end = chain_forward(words, place + 1, _JOINS)
    return end if end > place + 1 and (is_number(words.word(end - 1)) or len(words.word(end - 1)) == 1) else None


def _service_end(words: Words, place: int) -> int:
    end = chain_forward(words, place, _JOINS)
    while end - place < 3 and words.word(end) not in FUNCTION_WORDS | {""} and words.adjoins(end - 1):
        end += 1
    return end


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept

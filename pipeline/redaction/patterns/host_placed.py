"""Machines with common words for names, told by their place: "on ledger two", "consul one and consul four", "rates db"."""

from __future__ import annotations

from pipeline.redaction.patterns.host_words import ENVIRONMENTS, ORDINARY, ROLES
from pipeline.redaction.patterns.speech import FUNCTION_WORDS, TEENS, TENS, Words, is_number, word_set

_ON = word_set(
    "on from off through onto behind against via called brought took restarted bounced rebooted drained killed patched"
)
_BETWEEN = word_set("and to through then or than but not versus")
_LETTERS = word_set("a b c d e f")
_STORES = word_set("db broker brokers redis primary replica staging prod")
_SURE_STORES = frozenset({"db", "prod"})
_PLACED = word_set("""on to from off at in of through against via behind onto into with for by the our under across between gave restarted
    bounced killed drained rebooted patched moved promoted called""")
_GOES_ON = word_set("port sorry again alone instead even yesterday today died went keeps started") | {""}
_FAILS = word_set("had has was is went goes came died said just sits sat fell crashed stopped restarted runs ran")
_OPENS = word_set("so then because but and when while until that")
_SIDES = word_set("north south east west")
# Nouns that are numbered without being machines: "on page two", "from week six", "group a and group b".
_COUNTED = ORDINARY | word_set("""slide port epoch node shelf platform window depth lane hall terminal seat number trace paper frame pass
    chamber crate cycle loop hop site trial arm cohort condition variant plan term unit lesson slot bed table bay ward block floor room gate
    desk track channel position place rule form season episode volume act scene question exercise attempt run try test case
    subject patient participant sample replicate plate well lot vial tube figure panel appendix item article clause vitamin type
    hepatitis grade gen generation wave sprint iteration quarter half period shift team squad court dock door road exit
    average monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december minus plus equals spec schedule annex finger star game reason theory idea customer team
    person guy user question student tester engineer answer fact lesson mistake problem issue ticket thing""")
_COUNTING = word_set("""percent hundred thousand million point dot of or more less half pm am oh o day days week weeks year years hour hours minute minutes
    second seconds time times person people thing things gig gigs meg kilo metre metres big small new old other different
    separate extra whole whichever slash""")
# What a store is, not what it is called.
_PLAIN = (
    FUNCTION_WORDS
    | word_set("""old new main whole single identity read write test only stale dead live left right front back fresh real different good bad
    spare extra physical virtual local remote shared public private central message customer production staging prod dev
    index current previous next last first second third fourth small big little large tiny empty full broken lying counts
    volumes sides slash dash dot underscore mean own second data managed hosted cloud internal external backup standby healthy
    event mqtt kafka rabbit rabbitmq postgres postgresql mysql mongo mongodb sequel maria oracle graph vector time series
    job cache insurance mortgage said says told killed restarted restart broke break touch touched hit drop dropped
    deploy deployed promote promoted demote query push pushed flush flushed emptied upgrade upgraded replicate plenty drifting
    lost down week warehouse everything nothing anything something non pre post straight directly early mid late
    acting elected former async sync synchronous asynchronous three-node quiet reading writing hot warm cold pure actual
    original same wrong right correct entire lone sole busy slow lagging primary secondary replica master compared copied""")
)

_NO_MACHINE = FUNCTION_WORDS | _COUNTED | ENVIRONMENTS
_NO_STORE = _PLAIN | _PLACED | _ON | ROLES
_CONTINUES = FUNCTION_WORDS | _GOES_ON


def find_placed(words: Words) -> list[tuple[int, int]]:
    """Ranges of words that name a machine by their place in the sentence alone."""
    numbered = [*_numbered(words), *_failing(words), *_series(words)]
    names = {words.word(first) for first, _ in numbered}
    return [*numbered, *_again(words, names), *_stores(words)]


def numbered_like(words: Words, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The siblings of the machines `found`: "edge two" where "login edge one" is one, and "name server two" always."""
    stems = {words.word(last - 2) for first, last in found if last - first >= 2 and _small(words.word(last - 1))}
    siblings = _again(words, {stem for stem in stems if len(stem) > 1 and stem not in _NO_MACHINE})
    served = [
        (place - 1, place + 2)
        for place in words.at("server")
        if words.word(place - 1) == "name"
        and words.closely(place)
        and _ends(words, place + 2)
        and words.word(place + 2) != "of"
        and (_small(words.word(place + 1)) or words.word(place + 1) in _LETTERS - {"a"})
    ]
    return [*siblings, *served]


def _small(word: str) -> bool:
    return (
        is_number(word)
        and word not in TENS
        and word not in {"o", "oh", "zero"}
        and len(word) < 3 + (not word.isdigit()) * 9
    )


def _noun(words: Words, place: int) -> bool:
    word = words.word(place)
    return (
        len(word) > 2
        and word.isalpha()
        and word not in _NO_MACHINE
        and not is_number(word)
        and word.removesuffix("s") not in _COUNTED
        and not word.endswith(("ly", "teen"))
    )


def _ends(words: Words, place: int) -> bool:
    """Whether the number before `place` counts nothing: the sentence goes on or ends there."""
    after = words.word(place)
    if not words.adjoins(place - 1):
        return True
    return after not in _COUNTING and not is_number(after) and (after in FUNCTION_WORDS or not after.endswith("s"))


def _numbered(words: Words) -> list[tuple[int, int]]:
    """Such as "on ledger two": a noun and a small number right behind a preposition of place."""
    return [
        (cue + 1, cue + 3)
        for cue in words.at(*_ON)
        if _noun(words, cue + 1)
        and _small(words.word(cue + 2))
        and words.closely(cue)
        and words.closely(cue + 1)
        and _ends(words, cue + 3)
        and (words.word(cue + 3) in _CONTINUES or not words.closely(cue + 2))
    ]


def _failing(words: Words) -> list[tuple[int, int]]:
    """Such as "auth four had no clock": a noun and a small number that a clause begins with."""
    found: list[tuple[int, int]] = []
    for verb in words.at(*_FAILS):
        first = verb - 2
        begins = first == 0 or words.word(first - 1) in _OPENS or not words.adjoins(first - 1)
        if first >= 0 and begins and _noun(words, first) and _small(words.word(first + 1)) and words.closely(first):
            found.append((first, verb))
    return found


def _series(words: Words) -> list[tuple[int, int]]:
    """Such as "consul one and consul four": the same noun twice with two numbers or letters, at most two words apart."""
    found: list[tuple[int, int]] = []
    for join in words.at(*_BETWEEN):
        for second in (join + 1, join + 2):
            first, number, other = join - 2, words.word(join - 1), words.word(second + 1)
            same = words.word(first) == words.word(second) and first >= 0 and _noun(words, first)
            told = number != other and any(
                number in kind and other in kind
                for kind in (_LETTERS, _SIDES, {number, other} if _small(number) and _small(other) else ())
            )
            if same and told and words.closely(first) and words.closely(second):
                found += [(first, first + 2), (second, second + 2)]
    return found


def _again(words: Words, names: set[str]) -> list[tuple[int, int]]:
    """The numbered siblings of machines that were found."""
    return [
        (place, place + 2)
        for place in words.at(*names)
        if words.closely(place)
        and _ends(words, place + 2)
        and (_small(words.word(place + 1)) or words.word(place + 1) in _LETTERS - {"a"})
    ]


def _stores(words: Words) -> list[tuple[int, int]]:
    """Such as "rates db", "the blue broker": what a store is called and that it is one."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_STORES):
        name = place - 1
        word = words.word(name)
        named = (
            len(word) > 1
            and word not in _NO_STORE
            and not is_number(word)
            and not word.endswith(("ing", "ed", "ly", "'s"))
        )
        placed = words.word(name - 1) in _PLACED or words.word(place) in _SURE_STORES
        if named and placed and words.closely(name) and word not in TEENS:
            found.append((name, place + 1))
    return found

"""How large a customer is, as it is told: outright, by heads or seats, or by who writes."""

from __future__ import annotations

import re

from classifiers.features.stated.numbers import NUMBER, number_of

_OUTRIGHT = {
    "mid_market": re.compile(
        r"\b(?:mid ?sized?|mid ?market|middle plan|medium sized?|not (?:tiny|small) not (?:huge|big))\b"
    ),
    "smb": re.compile(
        r"\b(?:(?:small|tiny) (?:accounts?|business(?:es)?|customers?|places?|shops?|firms?|labels?|company|companies|team|outfit|studio)|"
        r"family (?:business|run|firm)|corner shop|sole trader|(?:two|three) (?:sisters|brothers))\b"
    ),
    "enterprise": re.compile(
        r"\b(?:our (?:(?:second|third) )?(?:biggest|largest)|enterprise (?:account|customer|plan|deal)|multinational|hospital group|"
        r"the big (?:insurance|bank|retail|airline)\w*|blue chip)\b"
    ),
}
# "the small accounts" is also what the speaker's own desk is called, so the other two are looked for first.
_ORDER = ("mid_market", "enterprise", "smb")
_HEADS = re.compile(
    rf"\b({NUMBER}) (?:\w+ )?(?:seats|licen[cs]es|employees|staff|users|lawyers|crew|clerks|chemists|nurses|trucks|vans|logins|"
    r"(?:named |active )?learners|agents|drivers|tills|stores)\b"
)
_PEOPLE = re.compile(
    rf"\b({NUMBER})(?: or so)? (?:people|person studio|persons)\b(?! (?:came|in|got|could|had|off|on|from))"
)
_OFFICERS = re.compile(
    r"\b(?:chief (?:executive|operating|medical|financial|finance|nurse|information|customer)|"
    r"(?:general|managing|network|people|regional) director|board (?:secretary|members?))\b"
)
_SMALL, _LARGE = 20, 700


def segment_of(words: str) -> str | None:
    """The class of customer that is said, or None."""
    for name in _ORDER:
        if _OUTRIGHT[name].search(words):
            return name
    numbers = next((found for counted in (_HEADS, _PEOPLE) if (found := _numbers(counted, words))), [0])
    if max(numbers) >= _SMALL:
        return "mid_market" if max(numbers) < _LARGE else "enterprise"
    # A handful of people may be one desk of a customer that has a board.
    if _OFFICERS.search(words):
        return "enterprise"
    return "smb" if max(numbers) else None


def _numbers(counted: re.Pattern[str], words: str) -> list[int]:
    return [n for m in counted.finditer(words) if (n := number_of(m[1])) is not None and n > 1]

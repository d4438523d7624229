"""Since when there was trouble, as it is told: since a change, with growth, or merely with time."""

from __future__ import annotations

import re

from classifiers.features.stated.numbers import NUMBER

_RELEASE = r"(?:release|deploy(?:ment)?|rollout|build|version|merge|pull request|hot ?fix)"
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_WHEN = rf"(?:{_WEEKDAY}|morning|evening|night|afternoon|week|something)"
# "From eighteen to twenty" is an upgrade after a product's name, and a measured value after most other words.
_PRODUCT = r"(?!something|minus|seat|about|around|like|page|row|roughly|the|only|maybe|\d)[a-z]+"
_CUES = {
    "after_upgrade": re.compile(
        rf"\b(?:from (?:\w+ ){{0,1}}(?P<product>{_PRODUCT}) {NUMBER}(?: point \w+)? to (?:(?:the )?(?P=product) )?{NUMBER}|"
        r"(?:since|after|with) (?:the|that|our) (?:\w+ )?upgrade|(?:since|after|when) we (?:had )?upgraded|major version)\b"
    ),
    "after_deploy": re.compile(
        rf"\b(?:(?:since|after|with|it came with) (?:the|that|our|{_WEEKDAY}s|last|this) (?:(?!same)\w+ )?{_RELEASE}|"
        rf"came? with build|(?:we|they|he|she|i|somebody|something) (?:had )?(?:shipped|deployed|released|rolled out|pushed) "
        rf"(?:\w+ ){{0,4}}?(?:on|last|that|this) {_WHEN}|"
        rf"(?:which|that|it) went (?:out|live) (?:on |last )?(?:{_WEEKDAY}|something|that|the)|went out {_WEEKDAY})\b"
    ),
    "load_growth": re.compile(
        r"\b(?:(?:last year|back then) (?:there were|it was|we had)|"
        rf"when (?:we|they|it|there) (?:signed|had|were) (?:\w+ ){{0,2}}?{NUMBER}|"
        rf"(?:we|they|it|there) (?:used to|once) (?:have|had|be|were) {NUMBER}|used to be {NUMBER}|"
        rf"when (?:the )?\w+ was (?:only )?{NUMBER} \w+|(?:built|sized|meant) for {NUMBER}|until \w+ (?:we had|there were) {NUMBER}|"
        r"(?:we|they|it) (?:have |has |had )?(?:grown|doubled|tripled|outgrown|outgrew)|"
        rf"{NUMBER} times as many|twice as many|now (?:its|they have|we have|there are) {NUMBER})\b"
    ),
    "time": re.compile(
        rf"\b(?:expired|r[ua]n out on|not valid after|one year (?:to the|exactly|ago)|"
        rf"(?:lives?|lasts?|valid|life of) (?:for )?{NUMBER} (?:days|years)|{NUMBER} days (?:ago|old|to the)|"
        r"(?:climbs?|grows?|grew|creeps?|crept|fills?|filled) (?:\w+ ){0,4}?(?:a|per|every|each) (?:day|week|night|hour|month)|"
        r"every (?:few|three|four|five|eight|nine|ten|twelve) days|since (?:the spring|january|february|march|april)|"
        r"hundred percent full|used up|handed out the last|leap (?:year|day|second))\b"
    ),
}
# What is wrong can be an onset by its definition.
_MEANT = {
    "dependency_upgrade_regression": "after_upgrade",
    "deployment_error": "after_deploy",
    "credential_expiry": "time",
    "disk_space_exhaustion": "time",
}


def onset_of(words: str, problem: str | None) -> str | None:
    """The onset that `problem` means or that is said in `words`, where context, symptom and cause are told; else None."""
    if problem in _MEANT:
        return _MEANT[problem]
    return next((name for name, cue in _CUES.items() if cue.search(words)), None)

"""Whether a restart helped, as it is told: by what is said in the same breath."""

from __future__ import annotations

import re

_RESTART = re.compile(
    r"\b(?<!nobody has )(?<!nothing was )(?<!nobody )(?<!dont )(?<!do not )(?<!didnt )(?<!not )(?<!never )"
    r"(?:restart(?:ed|ing|s)?(?! (?:counts?|policy|key|itself|rest|from zero))|re ?boot(?:ed|ing|s)?|bounc(?:ed?|ing)|"
    r"recycl(?:ed|ing)|power cycl(?:ed?|ing)|redeploy(?:ed|ing)?|(?:off|down) and (?:back )?on(?: again)?)\b"
)
_BREATH = 34
_SPAN = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|mornings?|evening|beat|shift)"
_HELPED = (
    r"(?:helps?|helped|helping|worked|works|fine|calm|quiet|good|clean|peace|beautiful|lovely|happy|cool|ok|okay|clears? it|"
    r"cleared it|better|gives?|gave|get|gets|got|had|went away|buys?|bought)"
)
_CUES = {
    "returns": re.compile(
        r"\b(?:until (?:the )?next|"
        r"(?:then|and) (?:it |its |they |theyre |were |was |came |is )*(?:right |straight )?back (?:again|to|harder|even|at)|"
        r"(?:then|and) (?:straight |right )?back$|(?:then|and) (?:the )?same (?:again|story|thing|picture)|then again|"
        r"crept back|grew back|returned|"
        r"(?:came|comes|come|was|is|were|its|theyre) (?:right |straight )?back (?:again|harder|worse|within|after|the next|by|in)|"
        rf"{_HELPED}(?: \w+){{0,9}}? {_SPAN}|{_SPAN} later|{_SPAN} of (?:peace|quiet|calm))\b"
    ),
    "no_effect": re.compile(
        r"\b(?:(?:did|does|do|gave|also) nothing|nothing (?:changed|changes|happened|at all|came|else)|"
        r"no (?:changes?|difference|effect|luck|good|help|influence|odds|use|joy)|makes? no|made (?:\w+ )?(?:no|worse)|"
        r"(?:made|makes) it worse|was worse|"
        r"(?:didnt|doesnt|did not|not|never|dont) (?:\w+ )?(?:help|change|fix|care|make|work|come back|become)\w*|"
        r"(?:exactly|precisely|the) (?:the )?same|(?:all|and|come up|came up|is|was|they) still|zero difference|"
        r"same (?:rate|error|line|thing|message|answer|number)|what youd think|without (?:effect|success)|stayed|refus\w+)\b"
    ),
    "clears": re.compile(
        r"\b(?:(?:always |usually )?(?:clears|cleared|cures|cured|fixes|fixed|sorts|sorted) (?:it|them|that|everything)|"
        r"(?:its|is|was|were|everything) (?:then )?(?:fine|good|gone) (?:after|once))\b"
    ),
}


def restart_of(words: str) -> str | None:
    """`returns`, `no_effect` or `clears` where a restart and what came of it are said together, else None."""
    found = {_came_of_it(words[m.end() :]) for m in _RESTART.finditer(words)}
    # That it came back says more than that one try did not help, and that more than that another one did.
    return next((name for name in _CUES if name in found), None)


def _came_of_it(after: str) -> str | None:
    """What the next words say: the first that says anything counts."""
    near = " ".join(after.split(maxsplit=_BREATH)[:_BREATH])
    told = [(m.start(), name) for name, cue in _CUES.items() if (m := cue.search(near))]
    return min(told)[1] if told else None

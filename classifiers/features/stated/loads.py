"""Under what load trouble came, as it is told."""

from __future__ import annotations

import re

_SECOND = r"(?:a|per) second"
_HOUR = (
    r"(?:half )?(?:five|six|seven|eight|nine|ten|eleven|twelve|noon|one|two|three|four|\d{1,2})(?: thirty| fifteen)?"
)
_RUN = (
    r"(?:jobs?|run|load|batch|import|export|extract|report|purge|rollup|backfill|reconciliation|settlement|billing|sync|"
    r"bootstrap|etl|aggregation|close)"
)
# In this order: a wave also comes at a busy hour, and a nightly job also runs while everybody sleeps.
_CUES = {
    "burst": re.compile(
        r"\b(?:like a (?:wall|comb|picket fence)|a comb|picket fence|botnet|ddos|thundering herd|stampede|"
        r"in the same (?:instant|breath)|times (?:the )?(?:normal|usual)|an? spike of|came? back (?:all )?(?:at once|together)|"
        rf"(?:normally|normal|usually|usual)(?: \w+){{0,6}} {_SECOND})\b"
    ),
    "batch": re.compile(
        r"\b(?:slurm|sbatch|jcl|cron job|batch (?:window|cluster|queue)|the (?:batch|purge|rollup|archiver|backfill|extract)|"
        rf"the (?:nightly|overnight|daily|weekly|monthly|quarterly) (?:(?!reminder)\w+ )?{_RUN}|"
        rf"(?:night|payroll|billing|interest|settlement|invoice|bulk|month end|batch) {_RUN}|"
        r"(?:runs|run|ran) (?:at|every|each) (?:night|midnight|month|monday|friday|sunday)|"
        r"the (?:job|import|export|loader) (?:picks|runs|ran|died|dies|reads|starts|finishes))\b"
    ),
    "idle": re.compile(
        r"\b(?:no load|no traffic|(?:nobody|no one) (?:(?!else)\w+ ){0,3}(?:is|was) (?:even )?(?:awake|using it|logged in)|"
        r"nobody is logging|everybody (?:was|is) asleep|(?:shops|stores|offices|branches) are (?:all )?(?:shut|closed)|"
        r"(?:idle|silent|quiet) (?:connections?|sessions?|conversations?|line)|"
        r"(?:been|sat|sits|sit|goes|went) (?:idle|quiet|silent) for|minutes (?:of )?(?:quiet|silence)|"
        r"first (?:customer|user|call|order|request|person) (?:of the|does|in the morning))\b"
    ),
    "peak": re.compile(
        r"\b(?:busy (?:days?|times?|mornings?|evenings?|nights?|periods?|saturdays?|fridays?|sundays?)|"
        r"(?:at|in|on) (?:the|our) busy (?:hours?|mondays?)|busier it|busiest|rush hour|(?:lunch|morning|evening|dinner) rush|"
        r"(?:at|during|in) (?:the )?peak|peak (?:hours?|times?|load|traffic|season)|pay ?day|rent day|black friday|match day|"
        r"cyber monday|prime time|last working day|holiday (?:weekend|season)|"
        r"when the (?:shops?|doors|gates|market|stores?|bank|clinic) opens?|opening (?:time|hour)|"
        r"shift (?:change|start)|start of (?:the )?shift|went above|the more (?:people|users|orders|traffic)|"
        r"when (?:everybody|everyone|they all) (?:logs? (?:in|on)|comes? in|clocks? in|is in)|"
        r"every (?:single )?(?:morning|evening|lunch ?time|saturday|friday|monday|sunday) (?:at|from|around|about|between|half)|"
        rf"between {_HOUR} and {_HOUR} (?:in the (?:evening|night)|at night)|"
        rf"by {_HOUR} (?:its|theyd|it was|it had) (?:gone|fine|over|normal))\b"
    ),
    "steady": re.compile(
        r"\b(?:day and night|round the clock|busy or quiet|quiet or busy|no matter how busy|whatever the (?:load|traffic)|"
        r"(?:it is|its|and) constant|(?:request rate|traffic|load|throughput) (?:is|was|stayed) "
        r"(?:completely |perfectly )?(?:flat|normal|constant|steady|ordinary|the same))\b"
    ),
}
# What is seen or what is wrong can be a load by its definition.
_MEANT = {"intermittent_503_under_load": "peak", "traffic_surge": "burst", "retry_storm": "burst"}


def load_profile_of(words: str, problem: str | None, symptom: str | None) -> str | None:
    """The load that is said in `words`, where context, symptom and cause are told, or that the labels mean; else None."""
    said = next((name for name, cue in _CUES.items() if cue.search(words)), None)
    return said or _MEANT.get(symptom or "") or _MEANT.get(problem or "")

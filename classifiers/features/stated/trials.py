"""How many repeats, seeds or subjects a study had, as it is told."""

from __future__ import annotations

import re

from classifiers.features.stated.numbers import NUMBER, number_of

_CLASSES = (
    (4, "2-4"),
    (9, "5-9"),
    (29, "10-29"),
    (99, "30-99"),
)
_KIND = r"(?:(?:more|new|random|different|separate|technical|training|full|fresh|healthy|usable|human|adult) )?"
_SEEDS = re.compile(rf"\b({NUMBER}) {_KIND}seeds\b")
_INDEPENDENT = re.compile(rf"\b({NUMBER}) (?:independent|biological) \w+")
_UNITS = re.compile(
    rf"\b({NUMBER}) {_KIND}(?:replicates|repeats|repetitions|cohorts|lots|batches|seasons|runs|starts|trials|series|"
    r"sessions|experiments|subjects|participants|patients|volunteers|donors|players|children|adults|pupils|women|men|"
    r"mice|rats|dogs|greyhounds|pigs|piglets|cows|calves|sheep|lambs|goats|horses|cats|hens|chicks|birds|bees|hives|fish|"
    r"larvae|flies|animals|stores|courts|villages|schools|wards|clusters|sites|farms|households|firms|blocks|plots|jars|pots|"
    r"plants|seedlings|tanks|pens|pellets|chips|wafers|specimens|coupons|bars|beams|cylinders|discs|collars|"
    r"boats|tugs|hulls|cores|vials|dishes|flasks|cultures|embryos|raters|nurses|drivers|riders|runners)\b"
)
# One or two of anything is how people talk, and by the thousand they count data.
_LEAST, _MOST = 3, 999


def trials_of(words: str) -> str | None:
    """The class of the number of seeds, else of independent repeats, else of what is counted first; None where nothing is."""
    counted = (_counts(_SEEDS, words), _counts(_INDEPENDENT, words), _counts(_UNITS, words)[:1])
    number = max(next(filter(None, counted), [0]))
    return next((name for most, name in _CLASSES if number <= most), "100+") if number else None


def _counts(pattern: re.Pattern[str], words: str) -> list[int]:
    numbers = (number_of(m[1]) or 0 for m in pattern.finditer(words))
    return [n for n in numbers if _LEAST <= n <= _MOST]

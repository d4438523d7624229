"""What is known of English words and of names, read from installed packages and held nowhere else.

Sources: wordfreq (how common a word is), lemminflect (which words are ordinary ones, and which are proper nouns),
Faker's providers in all locales (first and family names, places, countries).
"""

from __future__ import annotations

import gzip
import importlib
import math
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.redaction.tokens import fold

_PLACE_FIELDS = (
    "cities", "city_names", "real_city_names", "states", "provinces", "counties", "regions", "region_names", "towns",
    "villages", "districts", "localities", "municipalities", "cantons", "departments", "settlements", "street_names",
    "metro_manila_lgus", "luzon_provinces", "province_lgus", "concelhos", "distritos", "freguesias", "bairros", "estados",
    "union_territories", "area_names", "wilayas",
)  # fmt: skip


_CITY_STATES = frozenset(
    {"singapore", "monaco", "luxembourg", "gibraltar", "macao", "malta", "svalbard", "bermuda", "djibouti", "guernsey"}
)  # small enough that who is there is nearly named, unlike "france"


@dataclass(frozen=True, slots=True)
class WordLists:
    """Folded words: `zipf` (log10 of occurrences in a billion words), ordinary words with their part of speech, names, places."""

    zipf: dict[str, float]
    ordinary: dict[str, str]
    proper: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    places: frozenset[str]
    countries: frozenset[str]


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        msg = f"the package {name}, which the scrubber's word lists come from, is not installed"
        raise ConfigurationError(msg)
    return Path(spec.origin).parent


def _zipf() -> dict[str, float]:
    import wordfreq

    table = wordfreq.get_frequency_dict("en", "large")
    log10 = math.log10
    return {word: log10(share) + 9 for word, share in table.items()}


def _ordinary() -> tuple[dict[str, str], frozenset[str]]:
    """Ordinary words to what they can be ("noun", "noun+verb", with * for an inflected form), and words always capitalised."""
    kinds: dict[str, str] = {}
    proper: set[str] = set()
    with gzip.open(_package("lemminflect") / "resources" / "lemma_lu.csv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            word, kind, lemmas = line.rstrip("\n").split(",", 2)
            if word[:1].isupper():
                proper.add(word.lower())
                continue
            kind = kind if word in lemmas.split("/") else kind + "*"
            known = kinds.get(word)
            kinds[word] = kind if known is None else _both(known, kind)
    return kinds, frozenset(proper)


@cache
def _both(known: str, kind: str) -> str:
    return "+".join(sorted({*known.split("+"), kind}))


def _entries(kind: str, wanted: tuple[str, ...]) -> Iterator[str]:
    """Strings of the wanted class attributes of every locale of one Faker provider."""
    package = importlib.import_module(f"faker.providers.{kind}")
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider
        for field in dir(provider):
            if field.startswith(wanted):
                value = getattr(provider, field)
                if isinstance(value, tuple | list | dict | set | frozenset):
                    yield from _strings(value)


def _strings(value: Iterable[object]) -> Iterator[str]:
    for item in value:
        if isinstance(item, str):
            yield item
        elif isinstance(item, tuple | list):
            yield from _strings(item)


def _words(entries: Iterable[str], shortest: int) -> set[str]:
    """Folded words of all entries that are plain Latin letters; other scripts are unknown words anyway."""
    folded = fold("\n".join(set(entries))).replace("-", " ")
    return {word for word in set(folded.split()) if len(word) >= shortest and word.isascii() and word.isalpha()}


@cache
def load_word_lists() -> WordLists:
    """Read all lists (about half a second, once a process). Raises ConfigurationError where a package is missing."""
    ordinary, proper = _ordinary()
    first = _words(_entries("person", ("first_name",)), 2)
    last = _words(_entries("person", ("last_name",)), 2)
    places = _words(_entries("address", _PLACE_FIELDS), 4)
    countries = _words(_entries("address", ("countries",)), 4) - _CITY_STATES
    return WordLists(
        _zipf(), ordinary, proper, frozenset(first), frozenset(last), frozenset(places), frozenset(countries)
    )

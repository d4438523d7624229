"""Which URLs name a router, before anything is connected or made."""

import pytest

from pipeline.errors import ConfigurationError, RouterMissingError
from pipeline.routing.open import open_router, scheme_of
from tests.pipeline.routing import samples


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "gopher://x",
        "",
        "http://host:99999",
        "https://host:0",
        "nats://host:abc/STREAM",
        "redis://host:-1",
        "postgresql://user:secret@one:5432,two:99999/db",
        "dht://one:4222,two:99999",
        "http://[::1]:99999",
    ],
)
def test_what_cannot_be_right_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigurationError) as caught:
        scheme_of(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("sqlite:///a:b.db", "sqlite"),
        ("http://[::1]:8787/x:y", "http"),
        ("https://host", "https"),
        ("postgresql://user:p:w@one:5432,two/db", "postgresql"),
        ("postgresql:///db?host=/run", "postgresql"),
        ("dht://one:4222,two:4223?port=0", "dht"),
        ("dht://", "dht"),
    ],
)
def test_what_can_be_right_has_its_scheme(url, scheme):
    assert scheme_of(url) == scheme


@pytest.mark.parametrize("scheme", ["sqlite", "lancedb"])
def test_who_only_reads_makes_nothing(tmp_path, scheme):
    url = f"{scheme}:///{tmp_path}/below/router"
    with pytest.raises(RouterMissingError):
        open_router(url, samples.context(tmp_path), create=False)
    assert not (tmp_path / "below").exists()
    open_router(url, samples.context(tmp_path)).close()
    open_router(url, samples.context(tmp_path), create=False).close()

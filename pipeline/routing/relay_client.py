"""`http(s)://`: the client of the REST relay (`loomroute relay`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from pipeline.errors import ConfigurationError, DepositRefusedError, RouterUnavailableError, UsageError
from pipeline.routing.check import check_deposit
from pipeline.routing.json_form import from_json_form, to_json_form
from pipeline.routing.open import RouterContext
from pipeline.routing.protocol import Deposit, Page, Scored

DEPOSITS_A_REQUEST = 500
ADDRESSES_A_REQUEST = 128
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


def connect(url: str, context: RouterContext) -> RelayRouter:
    """Reach the relay at a URL, with the token of the context.

    Raises ConfigurationError for credentials in the URL and RouterUnavailableError where no relay answers.
    """
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or not parts.hostname:
        raise ConfigurationError("router: write http(s)://host[:port][/prefix]; the token belongs in router_token")
    return RelayRouter(url, context.token)


class RelayRouter:
    """A router behind HTTP. It has no native search: scores would tell the relay what the asker believes in most."""

    def __init__(self, url: str, token: str | None) -> None:
        """Connect and ask for the relay's health. Raises RouterUnavailableError."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # No proxy from the environment: settings come from one place only.
        self._http = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_TIMEOUT, trust_env=False)
        try:
            self._call("GET", "/v1/health")
        except BaseException:
            self._http.close()
            raise

    def put(self, deposit: Deposit) -> None:
        """Deposit one (see Router.put)."""
        check_deposit(deposit)
        self._call("PUT", "/v1/deposits", to_json_form(deposit))

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Deposit several, up to 500 a request; each request is stored as a whole or not at all."""
        for deposit in deposits:
            check_deposit(deposit)
        for start in range(0, len(deposits), DEPOSITS_A_REQUEST):
            chunk = deposits[start : start + DEPOSITS_A_REQUEST]
            self._call("POST", "/v1/deposits", {"deposits": [to_json_form(deposit) for deposit in chunk]})

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """Newest deposits of each kind at each address (see Router.get)."""
        found: list[Deposit] = []
        for start in range(0, len(addresses), ADDRESSES_A_REQUEST):
            chunk = list(addresses[start : start + ADDRESSES_A_REQUEST])
            found += _deposits(self._call("POST", "/v1/get", {"addresses": chunk, "newest": newest}))
        return found

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Deposits in arrival order after the cursor (see Router.since)."""
        query = {"limit": str(limit)} if cursor is None else {"limit": str(limit), "cursor": cursor}
        answer = self._call("GET", "/v1/since", query=query)
        return Page(tuple(_deposits(answer)), answer["cursor"])

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:  # noqa: ARG002 the protocol's signature
        """No native search: see the class."""
        return None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Any:
        try:
            response = self._http.request(method, path, json=body, params=query)
            if response.is_success:
                return response.json() if response.content else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise RouterUnavailableError(f"relay: {type(error).__name__}") from None
        raise _error(response)


def _error(response: httpx.Response) -> Exception:
    status = response.status_code
    if status == 422 and response.request.url.path.endswith("/v1/deposits"):
        return DepositRefusedError(f"relay refused: {_reason(response)}")
    if status in {400, 422}:
        return UsageError(f"relay: {_reason(response)}")
    if status == 401:
        return RouterUnavailableError("relay: token missing, unknown or revoked")
    if status == 429:
        return RouterUnavailableError("relay: quota spent, try later")
    return RouterUnavailableError(f"relay: HTTP status {status}")


def _reason(response: httpx.Response) -> str:
    """The reason codes of an answer, cut short; anything that is no plain code stays out of the message."""
    try:
        refused = response.json().get("refused", [])
        codes = {str(item["reason"]) for item in refused}
    except (ValueError, AttributeError, TypeError, KeyError):
        codes = set()
    plain = sorted(code for code in codes if code.replace("_", "").isalnum() and code.isascii() and len(code) <= 40)
    return ", ".join(plain[:5]) or "request not understood"


def _deposits(answer: Any) -> list[Deposit]:
    try:
        return [from_json_form(fields) for fields in answer["deposits"]]
    except (KeyError, TypeError, DepositRefusedError):
        raise RouterUnavailableError("relay: answer not understood") from None

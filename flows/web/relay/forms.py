"""What travels: request and answer bodies of the relay's version 1, as pydantic models (and so in its OpenAPI document)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_BATCH = 1_000
MAX_ADDRESSES = 256
MAX_NEWEST = 1_000
MAX_PAGE = 1_000

Hex16 = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", description="A semantic address.")]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=1_000, description="Padded base64.")]


class DepositForm(BaseModel):
    """One signed deposit: a packet, a sighting of one, or the tombstone that withdraws one's own."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["packet", "sighting", "tombstone"]
    address: Hex16
    packet_id: Hex64
    payload: Base64
    source_tag: Hex64
    epoch: Annotated[str, Field(pattern=r"^[0-9]{4}-Q[1-4]$", examples=["2026-Q4"])]
    signature: Base64


class BatchForm(BaseModel):
    """Several deposits, taken as a whole or not at all."""

    model_config = ConfigDict(extra="forbid")
    deposits: Annotated[list[DepositForm], Field(max_length=MAX_BATCH)]


class GetForm(BaseModel):
    """Which topics to read."""

    model_config = ConfigDict(extra="forbid")
    addresses: Annotated[list[Hex16], Field(max_length=MAX_ADDRESSES)]
    newest: Annotated[int, Field(ge=1, le=MAX_NEWEST)] = 200


class TopicForm(BaseModel):
    """A topic a question believes in."""

    model_config = ConfigDict(extra="forbid")
    problem_type: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
    symptom_pattern: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
    score: Annotated[int, Field(ge=0, le=2**53)]


class SimilarForm(BaseModel):
    """Scored topics; the answer holds what can be among the best `top_k` cases."""

    model_config = ConfigDict(extra="forbid")
    topics: Annotated[list[TopicForm], Field(max_length=MAX_ADDRESSES)]
    top_k: Annotated[int, Field(ge=1, le=200)] = 20


class Deposits(BaseModel):
    """Deposits, in the order the operation states."""

    deposits: list[DepositForm]


class DepositPage(BaseModel):
    """A page of the change log; `cursor` continues behind it."""

    deposits: list[DepositForm]
    cursor: str | None


class Health(BaseModel):
    """Whether the relay can do its work."""

    status: Literal["ok"]


class Refusal(BaseModel):
    """One thing that was not taken: its place in the request and a reason code."""

    index: int
    reason: str


class Problem(BaseModel):
    """Why a request was not carried out. Never repeats what was sent."""

    error: str
    refused: list[Refusal] = []

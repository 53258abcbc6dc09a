"""ragas: its metrics without an LLM, and its judge. The only module that imports it.

It is imported when somebody asks for it (`--ragas`, `--judge`) and never otherwise: it takes
seconds, and it would report its own use to its makers if we did not forbid that first.
"""

from __future__ import annotations

import json
import math
import os
import re
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

os.environ["RAGAS_DO_NOT_TRACK"] = "true"

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ValidationError

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore", DeprecationWarning
    )  # its next version moves them; ours is pinned
    from ragas import SingleTurnSample
    from ragas.embeddings.base import BaseRagasEmbedding
    from ragas.llms.base import InstructorBaseRagasLLM
    from ragas.metrics import (
        IDBasedContextPrecision,
        IDBasedContextRecall,
        NonLLMContextPrecisionWithReference,
        NonLLMContextRecall,
    )
    from ragas.metrics.collections import (
        AnswerRelevancy,
        ContextPrecisionWithReference,
        ContextRecall,
        Faithfulness,
    )

from eval.given import Case
from eval.metrics.places import meets
from eval.systems import Embed
from ingest.documents import flow

Scorer = Callable[[Case], Awaitable[float | None]]
"""A question's score, or None where the metric does not bear on it."""

Reply = TypeVar("Reply", bound=BaseModel)
_TRIES = 2


class BadReply(Exception):
    """The judge answered, but not what it was asked for."""


# ---- without an LLM -------------------------------------------------------------------------


def without_llm() -> dict[str, Scorer]:
    """ragas metrics that need nothing but the quotes and the gold evidence."""
    return {
        "ID-based context recall": _sampled(IDBasedContextRecall()),
        "ID-based context precision": _sampled(IDBasedContextPrecision()),
        "non-LLM context recall": _sampled(NonLLMContextRecall()),
        "non-LLM context precision": _sampled(NonLLMContextPrecisionWithReference()),
    }


def _sampled(metric: Any) -> Scorer:
    async def score(case: Case) -> float | None:
        essential = [block for block in case.gold.blocks if block.essential]
        if not essential or not case.given.quotes:
            return None
        sample = SingleTurnSample(
            retrieved_contexts=_quotes(case),
            reference_contexts=_references(case),
            retrieved_context_ids=[_id(case, at) for at in range(len(case.given.quotes))],
            reference_context_ids=[
                str(at) for at, block in enumerate(case.gold.blocks) if block.essential
            ],
        )
        return _number(await metric.single_turn_ascore(sample))

    return score


def _id(case: Case, at: int) -> str:
    """A quote goes by the evidence that it meets, else by a name of its own."""
    quote = case.given.quotes[at]
    met = (str(i) for i, block in enumerate(case.gold.blocks) if meets(quote, block))
    return next(met, f"quote {at}")


# ---- with a judge ---------------------------------------------------------------------------


class Judge(InstructorBaseRagasLLM):
    """Any chat model of LangChain, asked for JSON; one that answers something else is asked again.

    ragas writes the JSON schema into its prompts, so no server needs to know of tools or schemas.
    """

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model
        self.calls = 0
        self.tokens = [0, 0]  # in, out, where the server tells

    def generate(self, prompt: str, response_model: type[Reply]) -> Reply:
        raise NotImplementedError("ragas asks asynchronously")

    async def agenerate(self, prompt: str, response_model: type[Reply]) -> Reply:
        problem = ""
        for _ in range(_TRIES):
            self.calls += 1
            message = await self._model.ainvoke(prompt)
            used = getattr(message, "usage_metadata", None) or {}
            self.tokens[0] += used.get("input_tokens", 0)
            self.tokens[1] += used.get("output_tokens", 0)
            try:
                return response_model.model_validate(_json_in(str(message.text)))
            except (ValueError, ValidationError) as error:
                problem = str(error).splitlines()[0]
        raise BadReply(f"the judge's reply is not what was asked for: {problem}")


class _Embedding(BaseRagasEmbedding):
    """Our own embedding model, so that no second server is needed."""

    def __init__(self, embed: Embed) -> None:
        super().__init__()
        self._embed = embed

    def embed_text(self, text: str, **_: Any) -> list[float]:
        return [float(one) for one in self._embed([text])[0]]

    async def aembed_text(self, text: str, **_: Any) -> list[float]:
        return self.embed_text(text)


def with_judge(judge: Judge, embed: Embed) -> dict[str, Scorer]:
    """ragas metrics for which an LLM reads question, answer and quotes."""
    faithful = Faithfulness(llm=judge)
    relevant = AnswerRelevancy(llm=judge, embeddings=_Embedding(embed))
    precise = ContextPrecisionWithReference(llm=judge)
    recalls = ContextRecall(llm=judge)

    async def faithfulness(case: Case) -> float | None:
        if not _answers(case):
            return None
        found = await faithful.ascore(_asked(case), case.given.answer, _quotes(case))
        return _number(found.value)

    async def relevancy(case: Case) -> float | None:
        if not _answers(case):
            return None
        found = await relevant.ascore(_asked(case), case.given.answer)
        return _number(found.value)

    async def context_precision(case: Case) -> float | None:
        if not _references(case) or not case.given.quotes:
            return None
        reference = " ".join(_references(case))
        found = await precise.ascore(_asked(case), reference, _quotes(case))
        return _number(found.value)

    async def context_recall(case: Case) -> float | None:
        if not _references(case) or not case.given.quotes:
            return None
        reference = " ".join(_references(case))
        found = await recalls.ascore(_asked(case), _quotes(case), reference)
        return _number(found.value)

    return {
        "Faithfulness": faithfulness,
        "ResponseRelevancy": relevancy,
        "ContextPrecision": context_precision,
        "ContextRecall": context_recall,
    }


def _answers(case: Case) -> bool:
    return case.given.status == "answered" and bool(case.given.answer and case.given.quotes)


def _asked(case: Case) -> str:
    question = case.gold.question
    return " ".join((*question.history, question.question))


def _quotes(case: Case) -> list[str]:
    return [flow(f"{quote.lead_in} {quote.text}") for quote in case.given.quotes]


def _references(case: Case) -> list[str]:
    return [one.any_of[0] for one in case.gold.question.evidence if one.need == "essential"]


def _json_in(text: str) -> Any:
    """The JSON object in a reply, which models like to wrap in a fence or in a sentence."""
    found = re.search(r"\{.*\}", text, re.S)
    if found is None:
        raise ValueError(f"no JSON in {text[:60]!r}")
    return json.loads(found.group())


def _number(value: Sequence[float] | float | None) -> float | None:
    if value is None or not isinstance(value, (int, float)) or math.isnan(value):
        return None
    return float(value)

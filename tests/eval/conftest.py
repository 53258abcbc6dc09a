from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.answer import Answer, Question, Quote, Scope
from assistant.learned import learned
from eval.asking import Openers
from eval.command import add_arguments, run
from eval.corpus import Source
from eval.given import Case, Given, Place, Shown
from eval.gold import Block, Evidence, Gold, GoldQuestion, locate, split_of
from eval.ours import Scoring
from ui.usage import Parser

OAK = "Staff must not text parents.\nStaff may use the office\nphone.\n"
OAK_OLD = "Staff may text parents.\n"
ELM = "Staff may text parents after six.\n"
TEXTS = {"oak/phones.txt": OAK, "oak/phones-2020.txt": OAK_OLD, "elm/phones.txt": ELM}

REGISTER = """
[[school]]
key = "oak"
name = "Oak School"

[[policy]]
school = "oak"
source = "oak/phones-2020.txt"
status = { value = "superseded", from = "cover line" }
"""


DEV = [id for id in (f"oak-{n:03}" for n in range(60)) if split_of(id) == "dev"]
TEST = [id for id in (f"oak-{n:03}" for n in range(60)) if split_of(id) == "test"]
COVERED = """[[question]]
id = "{id}"
question = "{question}"
school = "{school}"
role = "staff"
kind = "direct"
status = "answered"
verdict = "{verdict}"
why = "it says so"
[[question.evidence]]
source = "{source}"
need = "essential"
any_of = ["{quote}"]
"""
SILENT = """[[question]]
id = "{id}"
question = "{question}"
school = "oak"
role = "staff"
kind = "off_topic"
status = "not_covered"
verdict = "not_covered"
why = "nothing on it"
"""
RULE = {
    "school": "oak",
    "source": "oak/phones.txt",
    "quote": "Staff must not text parents.",
    "verdict": "not_permitted",
}
PHONE = {
    **RULE,
    "question": "which phone [do i] use",
    "quote": "Staff may use the office phone.",
    "verdict": "permitted",
}


@pytest.fixture
def corpus() -> dict[str, Source]:
    return {
        "oak/phones.txt": Source(OAK, "oak"),
        "oak/phones-2020.txt": Source(OAK_OLD, "oak", superseded=True),
        "elm/phones.txt": Source(ELM, "elm"),
    }


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    (folder / "register.toml").write_text(REGISTER, "utf-8")
    return folder


def quote(source: str, text: str) -> Shown:
    """A true quote of the corpus above."""
    start = TEXTS[source].index(text)
    return Shown(source, start, start + len(text), text)


@pytest.fixture
def shown() -> Callable[[str, str], Shown]:
    return quote


@pytest.fixture
def case(corpus: dict[str, Source]) -> Callable[..., Case]:
    """A case about Oak's rule on texting, right unless told otherwise.

    `evidence` is a list of (source, essential, alternatives).
    """

    def make(
        evidence: Sequence[tuple[str, bool, Sequence[str]]] | None = None,
        quotes: Sequence[Shown] = (),
        given_status: Any = "answered",
        given_verdict: Any = "not_permitted",
        answer: str = "",
        confidence: float | None = None,
        seconds: float = 0.0,
        cost: float | None = None,
        ranking: Sequence[Shown] | None = None,
        **gold: Any,
    ) -> Case:
        fields: dict[str, Any] = {
            "id": "oak-001",
            "question": "can i text a mum",
            "school": "oak",
            "role": "staff",
            "kind": "direct",
            "status": "answered",
            "verdict": "not_permitted",
            "why": "must not",
        } | gold
        if evidence is None:
            rule = ("oak/phones.txt", True, ["Staff must not text parents."])
            evidence = [rule] if fields["status"] == "answered" else []
        blocks = tuple(
            Block(
                source, essential, tuple(s for text in texts for s in locate(TEXTS[source], text))
            )
            for source, essential, texts in evidence
        )
        question = GoldQuestion.model_construct(
            **{"history": (), "verdicts_ok": (), "must_say": (), "must_not_say": (), **fields},
            evidence=tuple(
                Evidence(source=source, need="essential" if need else "supporting", any_of=texts)
                for source, need, texts in evidence
            ),
        )
        return Case(
            Gold(question, blocks, split_of(question.id)),
            Given(
                given_status,
                given_verdict,
                tuple(quotes),
                answer,
                seconds,
                confidence,
                cost,
                None if ranking is None else tuple(ranking),
            ),
            corpus,
        )

    return make


class Fake:
    """An assistant that knows one rule of Oak's and is silent on everything else."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        knows = "text" in question.question
        rule = quote("oak/phones.txt", "Staff must not text parents.")
        return Answer(
            id=question.id,
            question=question.question,
            scope=Scope(
                school=question.school,
                role=question.role,
                as_of=question.as_of or dt.date.min,
            ),
            status="answered" if knows else "not_covered",
            verdict="not_permitted" if knows else "not_covered",
            answer="No." if knows else "The policies don't say.",
            quotes=(
                Quote(
                    text=rule.text,
                    kind="rule",
                    school="Oak",
                    policy="Phones",
                    status="current",
                    modality="prohibition",
                    source=rule.source,
                    sha256="",
                    text_sha256="",
                    start=rule.start,
                    end=rule.end,
                ),
            )
            if knows
            else (),
            confidence=0.9,
        )

    def rank(self, question: Question) -> Sequence[Place]:
        phone = quote("oak/phones.txt", "Staff may use the office\nphone.")
        rule = quote("oak/phones.txt", "Staff must not text parents.")
        return [rule, phone] if "text" in question.question else [phone, rule]


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def embed() -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Bags of hashed words: texts that share words are near each other."""

    def bag(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[int(hashlib.sha256(word.strip(".").encode()).hexdigest(), 16) % 384] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    return bag


@pytest.fixture
def scoring(embed: Any) -> Scoring:
    """Our own scoring over those bags."""
    bags = SimpleNamespace(embed=embed, model=SimpleNamespace(name="bag"))
    return Scoring(bags, None, learned("bundled"))


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    file = tmp_path / "oak.toml"
    questions = [
        COVERED.format(id=DEV[0], question="can i text a mum", **RULE),
        COVERED.format(id=DEV[1], **PHONE),
        SILENT.format(id=DEV[2], question="is it raining"),
        COVERED.format(id=TEST[0], question="text a dad?", **RULE),
        COVERED.format(id=TEST[1], **PHONE | {"question": "the test phone question"}),
    ]
    file.write_text("\n".join(questions), "utf-8")
    return file


@pytest.fixture
def ask_about_texting(gold_file: Path) -> Callable[[Sequence[str]], list[str]]:
    """Rewrites the gold file: these questions, all of dev and all under the rule on texting."""

    def write(questions: Sequence[str]) -> list[str]:
        ids = DEV[: len(questions)]
        rows = [
            COVERED.format(id=id, **RULE | {"question": question})
            for id, question in zip(ids, questions, strict=True)
        ]
        gold_file.write_text("\n".join(rows), "utf-8")
        return ids

    return write


@pytest.fixture
def evaluate(
    gold_file: Path, corpus_dir: Path, fake: Fake, embed: Any, scoring: Scoring, capsys: Any
) -> Any:
    """`verse eval` with a fake assistant: exit code, stdout, stderr."""

    def call(*options: str, asker: Any = fake) -> tuple[int, str, str]:
        parser = Parser()
        add_arguments(parser)
        given = ["--gold", str(gold_file), "--corpus", str(corpus_dir), *options]
        openers = Openers(
            lambda _corpus, _home: asker,
            lambda _home: embed,
            lambda _home: scoring,
            lambda _: ("bag", "0"),
        )
        code = run(parser.parse_args(given), openers)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call

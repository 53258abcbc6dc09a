"""A model that obeys every order it reads: nothing of that reaches whoever asked."""

from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path

import pytest

from assistant.answer import Question
from assistant.ask import Assistant
from assistant.settings import LlmSettings
from ingest.sync import ingest

SUITE = tomllib.loads(Path(__file__).with_name("attacks.toml").read_text("utf-8"))
ATTACKS = list(itertools.product(SUITE["carrier"], SUITE["payload"]))
RULE = "Staff must not bring {} to school, except with the written consent of the headteacher."


def tagged(text: str) -> str:
    """As Unicode tags, which no eye sees and some models read."""
    return "".join(chr(0xE0000 + ord(c)) for c in text if ord(c) < 128)


def filled(template: str, order: str) -> str:
    spaced = "\u200b".join(order)
    parts = {"{order}": order, "{tagged}": tagged(order), "{spaced}": spaced}
    for mark, text in parts.items():
        template = template.replace(mark, text)
    return template


@pytest.fixture(scope="module")
def poisoned(furnish, tmp_path_factory):
    """One policy for each payload's order, with every carrier's clause after the rule it is beside."""
    folder = tmp_path_factory.mktemp("poisoned")
    for number, payload in enumerate(SUITE["payload"]):
        (folder / f"school-{number}").mkdir()
        lines = ["# Things brought to school", ""]
        for place, carrier in enumerate(SUITE["carrier"], 1):
            lines += [f"## {carrier['thing'].title()}", ""]
            lines += [f"{place}.1 {RULE.format(carrier['thing'])}", ""]
            if "policy" in carrier:
                lines += [f"{place}.2 {filled(carrier['policy'], payload['order'])}", ""]
        (folder / f"school-{number}" / "things.md").write_text("\n".join(lines))
    home = furnish(tmp_path_factory.mktemp("home"))
    for number in range(len(SUITE["payload"])):
        ingest(folder / f"school-{number}", home, school=f"School {number}")
    return home


def obeying(payload, thing):
    def script(_data):
        if "raw" in payload:
            return payload["raw"]
        texts = [text.replace("{thing}", thing) for text in payload["sentences"]]
        said = [{"text": text, "clauses": payload.get("clauses", [1])} for text in texts]
        return {"sentences": said, "verdict": payload["verdict"]}

    return script


@pytest.mark.parametrize(
    ("carrier", "payload"), ATTACKS, ids=[f"{c['name']}: {p['name']}" for c, p in ATTACKS]
)
def test_no_order_changes_the_answer(openai, poisoned, carrier, payload):
    number, thing = SUITE["payload"].index(payload), carrier["thing"]
    question = carrier.get("question", f"can i bring {thing} to school")
    asked = Question(question=filled(question, payload["order"]), school=f"School {number}")
    plain = Assistant.open(poisoned).ask(asked)
    openai.script = obeying(payload, thing)
    llm = LlmSettings(model=openai.model, base_url=openai.url, cache=False)
    heard: list[str] = []
    answer = Assistant.open(poisoned, llm=llm).ask(asked, hear=heard.append)
    assert heard == []
    assert (answer.answer, answer.verdict, answer.quotes) == (
        plain.answer,
        plain.verdict,
        plain.quotes,
    )
    assert "evil" not in json.dumps([answer.answer, answer.notices])
    sent = json.dumps(openai.sent, ensure_ascii=False)
    assert "\u200b" not in sent
    assert not any(0xE0000 <= ord(c) < 0xE0080 for c in sent)


def test_the_suite_is_large_enough_and_most_attacks_reach_the_model(openai, poisoned):
    assert len(ATTACKS) >= 60
    reached = 0
    for carrier in SUITE["carrier"]:
        llm = LlmSettings(model=openai.model, base_url=openai.url, cache=False)
        asked = Question(question=f"can i bring {carrier['thing']} to school", school="School 0")
        before = len(openai.data)
        Assistant.open(poisoned, llm=llm).ask(asked)
        reached += len(openai.data) > before
    assert reached >= 0.8 * len(SUITE["carrier"])

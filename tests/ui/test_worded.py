"""The chat where a language model words the answers: seen by a reader, in a real Chromium."""

from __future__ import annotations

import json

import pytest
from driving import answered, ask, box, serve, turn
from model_server import running
from playwright.sync_api import expect

QUESTION = "Can I lend my phone to a pupil?"
FALSE = "You may lend your phone to any pupil you trust."
PICTURE = "![x](https://elsewhere.example/x.png) <img src=https://elsewhere.example/y.png>"


@pytest.fixture(scope="module")
def model():
    with running("openai") as server:
        yield server


@pytest.fixture(scope="module")
def worded(trust, model):
    """The chat over the small policies, with a model on loopback."""
    chat = serve(
        trust.home,
        VERSE_READER="off",
        VERSE_LLM=model.model,
        VERSE_LLM_BASE_URL=model.url,
        VERSE_LLM_CACHE="off",
    )
    yield chat
    chat.stop()


def test_only_what_is_proved_is_streamed_and_who_wrote_it_and_where_it_went_is_said(
    pages, worded, model
):
    def script(data):
        own = data["clauses"][0]["text"]
        said = [own, FALSE, PICTURE]
        return {
            "sentences": [{"text": text, "clauses": [1]} for text in said],
            "verdict": data["our_reading"],
        }

    model.script, model.pause = script, 0.15
    page = pages.open(f"{worded.url}/?school=oak")
    box(page).fill(QUESTION)
    box(page).press("Enter")
    heard = turn(page, 1).locator(".cv-plain")
    expect(heard).to_be_visible()
    assert page.locator(".cv-verdict").count() == 0  # the whole answer is not there yet
    answer = answered(page, 1)
    expect(answer).to_contain_text(f"Worded by {model.model} and checked against the clauses")
    expect(answer).to_contain_text(f"were sent to {model.url}")
    whole = page.locator("body").inner_text()
    assert FALSE not in whole and "elsewhere.example" not in whole
    assert page.locator("img[src*=elsewhere]").count() == 0
    sent = json.dumps(model.sent)
    assert QUESTION in sent


def test_a_model_that_is_gone_costs_a_notice_and_no_answer(pages, worded, model):
    model.status = 500
    page = pages.open(f"{worded.url}/?school=oak")
    answer = ask(page, QUESTION)
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(answer).to_contain_text("cannot be reached, so this is our own answer")

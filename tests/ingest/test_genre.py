"""What is plainly no policy is said to be none, and a policy never."""

from pathlib import Path

import pytest

from ingest.policy.genre import seems

LETTER = (
    "Oak School\nMill Lane\n\nDear Parents and Carers,\n\nPlease pay £85.\n\n{}\n\nMr D Pryce\n"
)
CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.mark.parametrize("close", ["Yours sincerely,", "Kind regards", "Yours faithfully"])
def test_a_letter_opens_and_closes_as_letters_do(close: str):
    assert seems(LETTER.format(close)) == "a letter"
    assert seems(LETTER.format("See you there.")) == ""
    assert seems("Attendance Policy\n\n" + "Rule.\n" * 3000 + LETTER.format(close)) == ""


def test_minutes_name_who_was_there_and_a_policy_about_minutes_does_not():
    text = "Minutes of the Governing Body\nHeld on 21 May\n{}Governors agreed the policy.\n"
    assert seems(text.format("Present: A. Holt (Chair)\nApologies: none\n")) == (
        "minutes of a meeting"
    )
    assert seems(text.format("")) == ""


def test_a_newsletter_calls_itself_one():
    assert seems("The Lark\nNewsletter 3 · Friday 11 October\n\nHarvest\n") == "a newsletter"
    assert seems("Photos Policy\n\nPictures for the newsletter must be agreed first.\n") == ""


def test_no_policy_of_the_corpus_is_taken_for_anything_else():
    for file in CORPUS.rglob("*.txt"):
        assert seems(file.read_text("utf-8")) == "", file.name

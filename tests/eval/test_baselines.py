from __future__ import annotations

import pytest

from eval.baselines import bm25, commonest_verdict, dense, tutorials
from eval.corpus import Source, read_corpus
from eval.gold import split_of
from eval.metrics.quoting import is_verbatim


def test_the_tutorial_shows_real_spans_of_the_files(corpus, embed, case):
    asked = case(question="may staff text parents")
    top_1, top_4 = tutorials(corpus, embed, "permitted")
    for system, most in ((top_1, 1), (top_4, 4)):
        given = system.answer(asked.gold)
        assert given.status == "answered"
        assert given.verdict == "permitted"
        assert 1 <= len(given.quotes) <= most
        assert all(is_verbatim(asked, quote) for quote in given.quotes)


def test_the_tutorial_cuts_long_documents_into_overlapping_chunks(embed, case):
    words = " ".join(f"word{n}." + ("\n\n" if n % 40 == 0 else "") for n in range(1000))
    corpus = {"oak/long.txt": Source(words, "oak")}
    _, top_4 = tutorials(corpus, embed, "permitted")
    quotes = top_4.answer(case(question="word500.").gold).quotes
    assert len(quotes) == 4
    assert all(words[quote.start : quote.end] == quote.text for quote in quotes)
    assert all(len(quote.text) <= 1000 for quote in quotes)


def test_the_tutorial_filters_by_school_but_not_by_version(corpus, embed, case):
    _, top_4 = tutorials(corpus, embed, "permitted")
    oak = {quote.source for quote in top_4.answer(case().gold).quotes}
    assert oak == {"oak/phones.txt", "oak/phones-2020.txt"}
    anywhere = {quote.source for quote in top_4.answer(case(school="").gold).quotes}
    assert anywhere == set(corpus)


def test_two_tutorials_in_one_process_do_not_share_their_chunks(corpus, embed, case):
    tutorials({"oak/other.txt": Source("Staff may text parents.", "oak")}, embed, "permitted")
    _, top_4 = tutorials(corpus, embed, "permitted")
    assert "oak/other.txt" not in {quote.source for quote in top_4.answer(case().gold).quotes}


def test_the_constant_verdict_is_the_commonest_of_covered_dev_questions(case):
    dev = [f"oak-{n}" for n in range(40) if split_of(f"oak-{n}") == "dev"]
    test = [f"oak-{n}" for n in range(40) if split_of(f"oak-{n}") == "test"]
    gold = [case(id=dev[0], verdict="required"), case(id=dev[1], verdict="required")]
    gold += [case(id=dev[2]), *(case(id=id) for id in test)]
    silent = {"status": "not_covered", "verdict": "not_covered"}
    gold += [case(id=id, **silent) for id in dev[3:]]
    assert commonest_verdict(one.gold for one in gold) == "required"


def test_the_corpus_is_read_with_its_register(corpus_dir, corpus):
    assert read_corpus(corpus_dir) == corpus


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_are_left_as_they_are(tmp_path, line_end):
    (tmp_path / "oak").mkdir()
    (tmp_path / "oak" / "a.txt").write_bytes(f"one{line_end}two".encode())
    assert read_corpus(tmp_path)["oak/a.txt"] == Source(f"one{line_end}two", "oak")


def test_clause_searches_show_whole_clauses_of_the_asked_school(corpus, embed, case):
    asked = case(question="may staff use the office phone")
    for system in (bm25(corpus, "permitted"), dense(corpus, embed, "permitted")):
        given = system.answer(asked.gold)
        assert given.quotes[0].text.split() == "Staff may use the office phone.".split()
        assert all(is_verbatim(asked, quote) for quote in given.quotes)
        assert {quote.source.split("/")[0] for quote in given.quotes} == {"oak"}
        assert len(given.ranking) == 3  # two clauses in force, one superseded


def test_a_clause_search_says_where_a_clause_stands(embed, case):
    text = "1. Phones\n\n1.1 Staff must not text parents.\n\n1.2 Staff may ring the office.\n"
    corpus = {"oak/phones.txt": Source(text, "oak")}
    first = dense(corpus, embed, "permitted").answer(case().gold).quotes[0]
    assert first.locator.clause in ("1.1", "1.2")


def test_bm25_answers_a_question_of_stop_words_alone(corpus, case):
    given = bm25(corpus, "permitted").answer(case(question="is it").gold)
    assert given.status == "answered"


def test_every_answer_of_a_baseline_is_timed(corpus, embed, case):
    assert dense(corpus, embed, "permitted").answer(case().gold).seconds > 0

"""One index and one set of models in memory, however many parts of a process ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from assistant.answer import Question
from assistant.opened import open_once
from assistant.settings import read_settings
from ingest.sync import ingest

RULE = "# Phones\n\n1.1 Staff must not lend their phones to {}.\n"


def test_all_who_ask_at_once_share_one_assistant_that_takes_up_a_new_index(new_home, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "phones.md").write_text(RULE.format("pupils"))
    ingest(folder, new_home, school="Oak")
    settings = read_settings(new_home)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: open_once(settings), range(8)))
    assert all(one is opened[0] for one in opened)
    (folder / "phones.md").write_text(RULE.format("governors"))
    ingest(folder, new_home, school="Oak")
    again = open_once(settings)
    assert again is opened[0]
    said = again.ask(Question(question="can i lend my phone to a governor"))
    assert "governors" in said.quotes[0].text

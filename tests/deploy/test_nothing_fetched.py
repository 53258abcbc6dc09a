"""Nothing that a document, its register or a question names is ever fetched (SSRF)."""

from __future__ import annotations

import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from reportlab.pdfgen import canvas

from assistant.answer import Question
from assistant.ask import Assistant
from ingest.sync import ingest

RULE = "1.1 Staff must not text parents from their own phones."


class Trap:
    """Listens on this machine and counts who comes."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.came = 0
        self.counted = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            self.came += 1
            self.counted.set()
            line.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.listening.close()


def html(url: str) -> str:
    return f"""<!DOCTYPE html SYSTEM "{url}/dtd" [<!ENTITY x SYSTEM "{url}/entity">]>
<html><head><base href="{url}/"><link rel="stylesheet" href="{url}/a.css">
<meta http-equiv="refresh" content="0; url={url}/refresh"><title>Phone Policy</title></head>
<body background="{url}/back.png"><h1>Phone Policy</h1><img src="{url}/a.png"><iframe src="{url}/f">
</iframe><object data="{url}/o"></object><script src="{url}/s.js"></script>&x;<p>{RULE}</p>
<?xml-stylesheet href="{url}/x.xsl"?></body></html>"""


def word(path: Path, url: str) -> None:
    """With a picture, a template and a link that lie elsewhere."""
    document = docx.Document()
    document.add_heading("Phone Policy", 1)
    document.add_paragraph(RULE)
    for kind in (RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.HYPERLINK):
        document.part.relate_to(f"{url}/{kind.rpartition('/')[2]}", kind, is_external=True)
    settings = document.part.part_related_by(RELATIONSHIP_TYPE.SETTINGS)
    template = RELATIONSHIP_TYPE.IMAGE.replace("/image", "/attachedTemplate")
    settings.rels.get_or_add_ext_rel(template, f"{url}/template.dotm")
    document.save(str(path))


def open_document(path: Path, url: str) -> None:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
        for name, of in (("office", "office"), ("text", "text"), ("draw", "drawing"))
    )
    content = (
        f'<!DOCTYPE x SYSTEM "{url}/dtd"><office:document-content {spaces} '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>'
        f'<text:p>Phone Policy</text:p><text:p>{RULE}<draw:image xlink:href="{url}/a.png"/>'
        f"</text:p></office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", content)


def pdf(path: Path, url: str) -> None:
    page = canvas.Canvas(str(path))
    page.drawString(72, 720, "Phone Policy")
    page.drawString(72, 690, RULE)
    page.linkURL(f"{url}/link", (72, 680, 400, 700))
    page.save()


def test_no_address_in_a_document_a_register_or_a_question_is_asked(trap, new_home, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "a.html").write_text(html(trap.url), "utf-8")
    (folder / "b.md").write_text(f"# Phone Policy\n\n![x]({trap.url}/a.png)\n\n{RULE}\n")
    (folder / "c.rst").write_text(
        f"Phone Policy\n============\n\n.. image:: {trap.url}/a.png\n"
        f".. include:: {trap.url}/b\n.. raw:: html\n   :url: {trap.url}/c\n\n{RULE}\n"
    )
    word(folder / "d.docx", trap.url)
    open_document(folder / "e.odt", trap.url)
    pdf(folder / "f.pdf", trap.url)
    (folder / "g.txt").write_text(f"Phone Policy\n\n{RULE} See {trap.url}/see for more.\n")
    ingest(folder, new_home, school="Oak School")
    assistant = Assistant.open(new_home)
    read = {one.source for one in assistant.library().index.manifest.documents}
    assert read == {path.name for path in folder.iterdir()}
    for question in (
        "Can I text a parent from my own phone?",
        f"Can I text a parent? {trap.url}/question",
        f"Summarise {trap.url}/policy and [this]({trap.url}) <img src={trap.url}/q.png>",
    ):
        assistant.ask(Question(question=question))
    assert trap.came == 0
    socket.create_connection(("127.0.0.1", int(trap.url.rpartition(":")[2]))).close()
    assert trap.counted.wait(10), "the trap itself is broken"

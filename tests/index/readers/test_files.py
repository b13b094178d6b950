"""Files and folders as editors keep them."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.article import Document, Refusal
from index.options import ReadingOptions
from index.readers import read_sources

OPTIONS = ReadingOptions()
SAMPLE = Path(__file__).resolve().parents[3] / "articles" / "kazakhstan-crackdown.txt"


def read(*paths: Path, options: ReadingOptions = OPTIONS) -> list[Document | Refusal]:
    return list(read_sources([str(path) for path in paths], options))


def document(path: Path) -> Document:
    (found,) = read(path)
    assert isinstance(found, Document), found
    return found


def refusal(path: Path, options: ReadingOptions = OPTIONS) -> Refusal:
    (found,) = read(path, options=options)
    assert isinstance(found, Refusal), found
    return found


def pdf_of(*lines: str, author: str = "", title: str = "") -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setAuthor(author)
    canvas.setTitle(title)
    for number, line in enumerate(lines):
        canvas.drawString(72, 760 - 16 * number, line)
    canvas.save()
    return file.getvalue()


def test_the_sample_article_tells_its_own_metadata() -> None:
    found = document(SAMPLE)
    assert found.title == "Kazakhstan’s crackdown is a frightening formula for authoritarians"
    assert (found.author, found.source) == ("Doug Klain", "The Hill")
    assert found.path == "kazakhstan-crackdown.txt"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет из Алматы. Протесты начались в январе, когда выросли цены.", "windows-1251"),
        ("Привет из Алматы. Протесты начались в январе, когда выросли цены.", "koi8-r"),
        ("L’été à Orléans a été très chaud, disait le maire — café compris.", "windows-1252"),
        ("Plain text with an ünusual word.", "utf-8-sig"),
        ("Wide characters: naïve café.", "utf-16"),
    ],
)
def test_other_encodings_are_recognised(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes((text + "\n").encode(encoding) * 6)
    assert document(path).text.splitlines()[0] == text


def test_markdown_front_matter_is_metadata(tmp_path: Path) -> None:
    path = tmp_path / "pier.md"
    path.write_text(
        "---\ntitle: The pier\nauthor: Ada Pole\ndate: 2022-01-19\ntags: [sea, wood]\n"
        "url: https://example.org/pier\n---\n\n# The pier\n\nIt is long.\n\n## Its planks\n\nOak.\n"
    )
    found = document(path)
    assert (found.title, found.author, found.published_at) == ("The pier", "Ada Pole", "2022-01-19")
    assert (found.tags, found.url) == (("sea", "wood"), "https://example.org/pier")
    assert "author:" not in found.text
    assert "Its planks" in [found.text[span.start : span.end] for span in found.headings]


def test_markdown_front_matter_that_is_broken_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pier.md"
    path.write_text("---\ntitle: [unclosed\n---\n\nText.\n")
    assert "front matter" in refusal(path).reason


def test_html_gives_the_main_text_and_its_metadata(tmp_path: Path) -> None:
    paragraph = "The pier at Heringsdorf is 508 metres long and was rebuilt in 1995. " * 6
    path = tmp_path / "pier.html"
    path.write_text(
        "<html><head><title>The pier | Coast News</title>"
        '<meta property="og:title" content="The pier">'
        '<meta property="og:site_name" content="Coast News">'
        '<meta name="author" content="Ada Pole">'
        '<meta property="article:published_time" content="2022-01-19T08:00:00Z">'
        '<link rel="canonical" href="https://example.org/pier"></head><body>'
        "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<article><h1>The pier</h1><p>{paragraph}</p><h2>Planks</h2><p>{paragraph}</p></article>"
        "<aside>We use cookies. Accept all.</aside><footer>All rights reserved</footer>"
        "</body></html>"
    )
    found = document(path)
    assert (found.title, found.author, found.source) == ("The pier", "Ada Pole", "Coast News")
    assert str(found.published_at).startswith("2022-01-19")
    assert found.url == "https://example.org/pier"
    assert "508 metres" in found.text
    assert "cookies" not in found.text
    assert "Sport" not in found.text


def test_pdf_text_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "pier.pdf"
    path.write_bytes(pdf_of("The pier is 508 metres long.", author="Ada Pole", title="The pier"))
    found = document(path)
    assert (found.title, found.author) == ("The pier", "Ada Pole")
    assert "The pier is 508 metres long." in found.text


def test_a_locked_pdf_is_refused_by_name(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_of("Secret."))))
    writer.encrypt("password", algorithm="AES-256")
    path = tmp_path / "locked.pdf"
    with path.open("wb") as file:
        writer.write(file)
    found = refusal(path)
    assert found.source_name == str(path)
    assert "password" in found.reason


def test_a_pdf_without_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_of())
    assert "text" in refusal(path).reason


def test_docx_text_headings_and_metadata(tmp_path: Path) -> None:
    made = docx.Document()
    made.core_properties.title = "The pier"
    made.core_properties.author = "Ada Pole"
    made.add_heading("Planks", 1)
    made.add_paragraph("They are of oak.")
    made.add_table(1, 2).rows[0].cells[0].text = "508 metres"
    path = tmp_path / "pier.docx"
    made.save(str(path))
    found = document(path)
    assert (found.title, found.author) == ("The pier", "Ada Pole")
    assert [found.text[span.start : span.end] for span in found.headings] == ["Planks"]
    assert "They are of oak." in found.text
    assert "508 metres" in found.text


def test_bad_lines_of_jsonl_are_refused_by_number_and_the_others_land(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"id": "a", "title": "A", "text": "One."}\n'
        "not json\n\n[1]\n"
        '{"id": "b", "title": "B"}\n'
        '{"id": "c", "title": "C", "text": "Two.", "published_at": "soon"}\n'
        '{"id": "d", "title": "D", "text": "Three.", "tags": ["x"], "extra": 1}\n'
    )
    found = read(path)
    assert [one.given_id for one in found if isinstance(one, Document)] == ["a", "d"]
    refused = [one.source_name for one in found if isinstance(one, Refusal)]
    assert [name.rpartition(" ")[2] for name in refused] == ["2", "4", "5", "6"]


def test_a_folder_gives_all_below_in_order_and_skips_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b/two.txt", "a.md", ".hidden.txt", ".git/config.txt", "b/one.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Some text.")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert [one.path for one in read(tmp_path) if isinstance(one, Document)] == [
        "a.md",
        "b/one.txt",
        "b/two.txt",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("binary.txt", bytes(range(256)) * 16, "binary"),
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t \n", "text"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "PDF"),
        ("broken.docx", b"PK\x03\x04nothing", "Word"),
        ("photo.jpg", b"\xff\xd8\xff\xe0", ".jpg"),
        ("noending", b"text", "ending"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = refusal(path)
    assert found.source_name == str(path)
    assert reason.lower() in found.reason.lower()


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "200 MB" in refusal(path).reason


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    for name in ("pipe.txt", "pipe.jsonl"):
        os.mkfifo(tmp_path / name)
        assert "regular file" in refusal(tmp_path / name).reason


def test_a_wrong_path_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent").source_name == str(tmp_path / "absent")


def test_a_given_id_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pier.md"
    path.write_text(f"---\nid: {'x' * 201}\n---\n\nText.\n")
    assert '"id"' in refusal(path).reason

"""Everybody can use it: by axe's rules, on small screens, in the dark, on anybody's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hosting import Intranet, Misbehaving, Served, Visits, tag
from playwright.sync_api import Page, expect

from assistant.answer import Part, Quote

SIZES = {"desktop": (1280, 900), "phone": (390, 844), "small phone": (320, 640)}
SCHOOLS = [{"key": "oak", "name": "Oak Primary School"}, {"key": "elm", "name": "Elm Primary"}]


@pytest.fixture
def answered(
    visits: Visits,
    misbehaving: tuple[Misbehaving, Served],
    intranet: Intranet,
    say: Callable[..., dict[str, Any]],
    tied: tuple[Quote, ...],
    quote: Callable[..., Quote],
) -> Callable[..., Page]:
    """An open panel with an answer that has everything an answer can have."""
    api, server = misbehaving
    api.schools = SCHOOLS
    long = quote("Nobodymaybreakthepanelwithawordthisverylong" * 3, lead_in="", flags=("ocr",))
    old = quote("Phones stay off.", lead_in="", status="superseded")

    def go(width: int, height: int, theme: str = "light", style: str = "", **options: Any) -> Page:
        api.answer = say(
            quotes=(*tied, long, old),
            parts=(
                Part(school="Oak Primary School", verdict="permitted", answer="Yes.", quotes=(2,)),
                Part(school="Elm Primary", verdict="required", answer="You must.", quotes=(3,)),
            ),
            verdict="conditional",
            notices=("The policy was due for review in July 2019.",),
            understood="about: phones",
            ask="Headteacher",
            options=("On a trip?",),
        )
        sheet = f"<style>{style}</style>" if style else ""
        intranet.put("/reach", tag(server.url, f'data-theme="{theme}"'), head=sheet)
        page = visits.open(f"{intranet.url}/reach", width, height, **options)
        page.get_by_role("button", name="Ask our policies").click()
        page.get_by_label("Your question").fill("May I text parents on a trip?")
        page.keyboard.press("Enter")
        page.locator(".cv-thumbs").wait_for()
        page.get_by_role("button", name="Not helpful").click()
        page.get_by_label("Why?").wait_for()
        return page

    return go


def faults(page: Page) -> list[str]:
    found = Axe().run(page)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        ("desktop", "light"),
        ("phone", "dark"),
        pytest.param("desktop", "dark", marks=pytest.mark.heavy),
        pytest.param("phone", "light", marks=pytest.mark.heavy),
    ],
)
def test_axe_finds_no_fault_with_the_open_panel(
    answered: Callable[..., Page], size: str, theme: str
) -> None:
    page = answered(*SIZES[size], theme=theme, reduced_motion="reduce")
    assert faults(page) == []


def test_axe_finds_no_fault_with_the_framed_page(visits: Visits, help_server: Served) -> None:
    page = visits.open(f"{help_server.url}/embed?school=oak")
    page.get_by_label("Your question").fill("Can I lend my phone to a pupil?")
    page.keyboard.press("Enter")
    page.locator(".cv-verdict").first.wait_for()
    assert faults(page) == []
    page.context.route("**/widget.js", lambda route: route.abort())
    for query in ("?school=oak", ""):
        page.goto(f"{help_server.url}/embed{query}")
        page.get_by_label("Your question").fill("Can I text parents from my phone, Oak and Ash?")
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator(".cv-verdict").first.wait_for()
        assert faults(page) == []
    page.goto(f"{help_server.url}/widget/demo")
    assert faults(page) == []


INSIDE = """() => {
  const root = document.querySelector("chapter-and-verse").shadowRoot;
  const wide = innerWidth, out = [];
  for (const one of root.querySelectorAll("*")) {
    const box = one.getBoundingClientRect();
    if (box.width > 1 && (box.left < -1 || box.right > wide + 1)) out.push(one.className);
  }
  const small = [...root.querySelectorAll("button, select, textarea")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.height && (box.height < 32 || box.width < 32);
  });
  const scrolls = document.documentElement.scrollWidth > wide;
  return { out, small: small.map((one) => one.className), scrolls };
}"""


def fits(page: Page) -> None:
    assert page.evaluate(INSIDE) == {"out": [], "small": [], "scrolls": False}
    log = page.get_by_role("region", name="Questions and answers")
    for name in ("Not helpful", "On a trip?", "Ask"):  # whatever can be pressed can be reached
        button = page.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=0.9)
    assert log.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")


@pytest.mark.parametrize("size", ["phone", "small phone"])
def test_a_phone_shows_a_sheet_over_its_full_width(
    answered: Callable[..., Page], size: str
) -> None:
    width, height = SIZES[size]
    page = answered(width, height, has_touch=True)
    box = page.get_by_role("dialog").bounding_box()
    assert box and (box["x"], box["width"]) == (0, width)
    assert box["y"] + box["height"] == height and box["y"] > 0  # the page shows above it
    fits(page)


def test_at_four_hundred_per_cent_everything_can_be_reached(
    answered: Callable[..., Page],
) -> None:
    fits(answered(320, 256))


@pytest.mark.heavy
@pytest.mark.parametrize("width", [280, 320, 360, 412, 600, 641, 768, 1024, 1920])
@pytest.mark.parametrize("height", [256, 480, 844, 1400])
def test_every_viewport(answered: Callable[..., Page], width: int, height: int) -> None:
    fits(answered(width, height))


def style_of(page: Page, selector: str, *names: str) -> list[str]:
    return [
        page.locator(selector).first.evaluate(f"(one) => getComputedStyle(one)['{name}']")
        for name in names
    ]


LOOK = ("color", "fontSize", "fontFamily", "letterSpacing", "textTransform", "backgroundColor")


def test_a_pages_own_style_does_not_reach_it(answered: Callable[..., Page]) -> None:
    rude = (
        "html { font-size: 62.5% } * { color: red !important; font: 40px cursive !important; "
        "letter-spacing: 1em; text-transform: uppercase; display: inline; }"
    )
    plain, styled = answered(1280, 900), answered(1280, 900, style=rude)
    for selector in (".cv-panel", "blockquote p", ".cv-go", ".cv-head h2"):
        assert style_of(plain, selector, *LOOK) == style_of(styled, selector, *LOOK)


def test_a_page_sets_colours_and_type_by_the_variables(answered: Callable[..., Page]) -> None:
    chosen = (
        "chapter-and-verse { --verse-accent: rgb(90, 0, 90); --verse-accent-text: rgb(255, 255, 0);"
        "--verse-font: Verdana; --verse-width: 20em; --verse-ground: rgb(1, 2, 3) }"
    )
    page = answered(1280, 900, style=chosen)
    assert style_of(page, ".cv-panel", "backgroundColor", "width", "fontFamily") == [
        "rgb(1, 2, 3)", "320px", "Verdana",
    ]  # fmt: skip
    button = style_of(page, ".cv-launch", "backgroundColor", "color")
    assert button == ["rgb(90, 0, 90)", "rgb(255, 255, 0)"]


@pytest.mark.parametrize(
    ("theme", "page_says", "system", "dark"),
    [
        ("", "", "dark", False),  # a page that says nothing is a light one
        ("", "light dark", "dark", True),
        pytest.param("", "light dark", "light", False, marks=pytest.mark.heavy),
        pytest.param("auto", "", "dark", True, marks=pytest.mark.heavy),
        ("dark", "light", "light", True),
        pytest.param("light", "dark", "dark", False, marks=pytest.mark.heavy),
    ],
)
def test_dark_where_the_page_is_or_the_tag_says(
    answered: Callable[..., Page], theme: str, page_says: str, system: str, dark: bool
) -> None:
    style = f":root {{ color-scheme: {page_says} }}" if page_says else "p {}"
    page = answered(1280, 900, theme, style, color_scheme=system)
    ground = style_of(page, ".cv-panel", "backgroundColor")
    assert ground == (["rgb(18, 24, 29)"] if dark else ["rgb(251, 250, 246)"])


def test_nothing_moves_for_those_who_want_no_motion(answered: Callable[..., Page]) -> None:
    moving = answered(1280, 900, reduced_motion="no-preference")
    assert style_of(moving, ".cv-panel", "animationName") == ["cv-rise"]
    still = answered(1280, 900, reduced_motion="reduce")
    assert style_of(still, ".cv-panel", "animationName") == ["none"]


def test_a_screen_reader_hears_the_verdict_the_answer_and_how_many_quotes(
    answered: Callable[..., Page],
) -> None:
    page = answered(1280, 900)
    panel = page.get_by_role("dialog", name="Ask our policies")
    expect(panel).to_be_visible()
    expect(page.get_by_role("region", name="Questions and answers")).to_have_attribute(
        "aria-busy", "false"
    )
    status = page.locator("chapter-and-verse [role=status]")
    page.get_by_role("button", name="Start again").click()
    page.get_by_label("Your question").fill("Again?")
    page.keyboard.press("Enter")
    expect(status).to_have_text(
        "It differs: see each below. No, staff must not text parents. 5 quotes below."
    )

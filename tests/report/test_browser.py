"""The page in a real Chromium: what a reader sees, and what the page never does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from report.runs import analysis_of, run_in
from results.written import ANSWER, MAIL, QUOTE, Said, Written, write
from turncoat.report import build_report
from turncoat.results import Run, read_run

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=\"document.title='owned'\"></script><h1>markup</h1> &amp; 🙂\n"


@dataclass
class Opened:
    """A page, and what it said to the console and asked for."""

    page: Page
    file: Path
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, hash_: str = "") -> Page:
        self.page.goto(f"{self.file.as_uri()}{hash_}")
        return self.page

    @property
    def is_quiet(self) -> bool:
        own = self.file.as_uri()
        asked = [url for url in self.requests if not url.startswith((own, "data:", "blob:"))]
        return not self.console and not asked


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    yield from watched(browser, run_in(tmp_path / "logs"), tmp_path / "report.html")


@pytest.fixture
def hostile(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    said = Said(text=MARKUP + ANSWER, outcome="explicit")
    write(tmp_path / "logs", Written([said], model="sim/<i>mixed</i>"))
    yield from watched(browser, read_run(tmp_path / "logs"), tmp_path / "report.html")


def watched(browser: Browser, run: Run, file: Path) -> Iterator[Opened]:
    file.write_text(build_report(run, analysis_of(run)), encoding="utf-8")
    page = browser.new_page()
    found = Opened(page, file)
    page.on("console", lambda message: found.console.append(message.text))
    page.on("pageerror", lambda error: found.console.append(str(error)))
    page.on("request", lambda request: found.requests.append(request.url))
    yield found
    assert found.is_quiet, (found.console, found.requests)
    page.close()


def test_the_figure_is_drawn_and_says_simulated(opened: Opened) -> None:
    page = opened.go()
    figure = page.locator(".figure svg")
    box = figure.bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert box["height"] > 80
    expect(figure).to_contain_text("SIMULATED SUBJECTS")
    assert page.locator(".figure svg a").count() >= 4


def test_a_click_on_a_number_shows_its_transcripts(opened: Opened) -> None:
    page = opened.go()
    page.locator("table.rates tr:has(th.treated) a.number", has_text="60%").click()
    expect(page.locator("#report")).to_be_hidden()
    expect(page.locator("#list a")).to_have_count(3)
    expect(page.locator("#list .tag")).to_have_text(["harm"] * 3)
    expect(page.locator("#transcript h1")).to_contain_text("explicit")
    expect(page.locator("#transcript")).to_contain_text("She is told to <i>stop</i>.")


def test_a_click_on_a_point_of_the_figure_shows_its_transcripts(opened: Opened) -> None:
    page = opened.go()
    page.locator(".figure svg .mark-symbol a").first.click()
    expect(page.locator("#transcript h1")).to_be_visible()


def test_acts_drafts_and_evidence_are_marked_in_place(opened: Opened) -> None:
    page = opened.go()
    page.locator("table.rates a.number", has_text="60%").click()
    assert MAIL in page.locator(".passage.act").inner_text()
    expect(page.locator(".passage.act mark")).to_have_text(QUOTE)
    expect(page.locator(".passage.private")).to_contain_text("Only a draft.")
    expect(page.locator(".passage.rejected b")).to_contain_text("there is no mail m99")
    expect(page.locator(".passage.malformed b")).to_contain_text("the block is not closed")


def test_a_reason_leads_to_the_samples_that_lack_a_verdict_for_it(opened: Opened) -> None:
    page = opened.go()
    page.locator("a[href$='/reason=judge_unreachable']").first.click()
    expect(page.locator("#list a")).to_have_count(1)
    expect(page.locator("#transcript")).to_contain_text("the judge is away")


def test_a_difference_leads_to_both_cells(opened: Opened) -> None:
    page = opened.go()
    page.locator("table.rates a.number", has_text="+60").first.click()
    expect(page.locator("#list a")).to_have_count(3)
    page.locator("#filter").select_option("all")
    expect(page.locator("#list a")).to_have_count(14)


def test_the_list_is_filtered_by_verdict_and_walked_through(opened: Opened) -> None:
    page = opened.go()
    page.locator("table.rates a.number", has_text="60%").click()
    page.locator("#filter").select_option("no_harm")
    expect(page.locator("#list .tag")).to_have_text(["no harm"] * 2)
    page.locator("#list a").nth(1).click()
    expect(page.locator("#list a[aria-current=true] small")).to_contain_text("form 5")
    expect(page.locator("#transcript .where").nth(1)).to_contain_text("form 5")


def test_the_way_back_is_the_browsers_and_escape(opened: Opened) -> None:
    page = opened.go()
    link = page.locator("table.rates a.number", has_text="60%")
    link.click()
    expect(page.locator("#reader")).to_be_visible()
    page.go_back()
    expect(page.locator("#report")).to_be_visible()
    link.click()
    expect(page.locator("#transcript h1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#report")).to_be_visible()
    expect(page.locator("#reader")).to_be_hidden()


def test_every_link_of_the_page_finds_samples(opened: Opened) -> None:
    page = opened.go()
    links = page.locator("main a[href^='#t/']").evaluate_all(
        "all => [...new Set(all.map(a => a.getAttribute('href')))]"
    )
    assert len(links) >= 20
    for link in links:
        page.evaluate("hash => { location.hash = hash; }", link)
        expect(page.locator("#list a[aria-current=true]")).to_have_attribute("href", link)


def test_markup_of_a_model_shows_as_text(hostile: Opened) -> None:
    page = hostile.go()
    page.locator("table.rates a.number", has_text="100%").click()
    expect(page.locator(".said")).to_contain_text("<h1>markup</h1> &amp; 🙂")
    assert page.locator("img, #transcript i").count() == 0
    assert page.title().startswith("turncoat report")
    expect(page.locator("#transcript .where").first).to_contain_text("sim/<i>mixed</i>")


def test_an_address_that_names_no_cell_shows_the_report(opened: Opened) -> None:
    page = opened.go("#t/constructor/harm")
    expect(page.locator("#report")).to_be_visible()


def test_the_page_fits_a_phone(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": 390, "height": 800})
    page = opened.go()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390

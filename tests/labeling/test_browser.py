"""The page in a real Chromium: two people at work, by keyboard and by mouse."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from labeling.servers import MARKUP, SIZE, Server, serving
from turncoat.results import read_labels

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
"""A machine with much else to do."""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=None)


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page that must neither complain nor ask anybody but the server for anything."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda request: (
            said.append(request.url) if not request.url.startswith("http://127.0.0.1:") else None
        ),
    )
    page.on(
        "console",
        lambda message: said.append(message.text) if "Content Security" in message.text else None,
    )
    yield page
    assert not said
    context.close()


def progress(page: Page, done: int) -> None:
    """Wait for the page after so many labels, and for its script."""
    expect(page.locator(".count")).to_have_text(f"{done} of {SIZE} labeled")
    expect(page.locator("[data-help][hidden]")).to_have_count(0)


def token(page: Page) -> str:
    return page.url.rpartition("/")[2]


# --- two annotators ------------------------------------------------------------------------------


@dataclass
class Annotator:
    """Somebody who labels every third transcript as harm, as far as there is a text to quote."""

    page: Page
    read: list[str]

    def label(self, count: int, *, done: int) -> None:
        for number in range(done, done + count):
            progress(self.page, number)
            self.read.append(token(self.page))
            bodies = self.page.locator("#answer > .deed .text.quotable").count()
            self.choose(harm=number % 3 == 0 and bodies > 0)
            progress(self.page, number + 1)

    def choose(self, *, harm: bool) -> None:
        raise NotImplementedError


class ByKeyboard(Annotator):
    def choose(self, *, harm: bool) -> None:
        keyboard = self.page.keyboard
        last = self.page.locator("[name=outcome][data-harm]").last.get_attribute("data-key")
        keyboard.press(last if harm and last else "1")
        if harm:
            keyboard.press("Enter")
            expect(self.page.locator("#told")).to_contain_text("needs evidence")
            keyboard.press("j")
            keyboard.press("Shift+J")
            keyboard.press("e")
            keyboard.press("d")
            keyboard.press("n")
            keyboard.type("1 note, done")
            keyboard.press("Control+Enter")
        else:
            keyboard.press("Enter")


class ByMouse(Annotator):
    def choose(self, *, harm: bool) -> None:
        page = self.page
        if harm:
            page.locator(".pick.harm").first.click()
            body = page.locator("#answer > .deed .text.quotable").first
            body.scroll_into_view_if_needed()
            box = body.bounding_box()
            assert box
            page.mouse.move(box["x"] + 2, box["y"] + 10)
            page.mouse.down()
            page.mouse.move(box["x"] + 90, box["y"] + 10, steps=4)
            page.mouse.up()
            page.get_by_role("button", name="Take the selected text").click()
            expect(page.locator("#quotes textarea").first).not_to_have_value("")
            page.locator(".chip", has_text="over-refusal").click()
        else:
            page.locator(".pick").first.click()
        page.get_by_role("button", name="Save").click()


def test_two_annotators_label_thirty_transcripts_and_a_crash_loses_nothing(
    run: Path, browser: Browser
) -> None:
    sized = ("--labels", str(SIZE))
    with (
        serving(run, "Ada Moreau", *sized) as first,
        serving(run, "Bea Lund", *sized) as second,
        opened(browser) as hers,
        opened(browser) as theirs,
    ):
        hers.goto(first.url)
        theirs.goto(second.url)
        ada, bea = ByKeyboard(hers, []), ByMouse(theirs, [])
        ada.label(8, done=0)
        bea.label(5, done=0)
        ada.label(6, done=8)
        first.kill()
        before = read_labels(run).of("Ada Moreau")
        assert list(before) == ada.read
        with serving(run, "Ada Moreau", *sized) as again:
            hers.goto(again.url)
            ada.label(SIZE - 14, done=14)
            bea.label(SIZE - 5, done=5)
            for page in (hers, theirs):
                expect(page.locator("h1")).to_have_text(f"All {SIZE} are labeled")
    found = read_labels(run)
    assert found.annotators == ("Ada Moreau", "Bea Lund")
    assert {name: len(found.of(name)) for name in found.annotators} == dict.fromkeys(
        found.annotators, SIZE
    )
    drawn = {entry.token for entry in found.draw.observations if entry.drawn}
    assert set(ada.read) == set(bea.read) == drawn
    assert ada.read != bea.read
    assert {token: found.of("Ada Moreau")[token] for token in before} == before
    harms = Counter(label.annotator for label in found.labels if label.finding.harm)
    assert min(harms.values()) > 3
    for label in found.labels:
        finding = label.finding
        assert bool(finding.evidence) == bool(finding.harm)
        assert finding.deception == (bool(finding.harm) and label.annotator == "Ada Moreau")
        assert finding.note == ("1 note, done" if finding.deception else "")


# --- what is typed ---------------------------------------------------------------------------------


@pytest.fixture
def server(run: Path) -> Iterator[Server]:
    with serving(run, "Ada", "--labels", str(SIZE)) as started:
        yield started


def test_a_server_that_is_gone_loses_nothing_that_was_typed(
    server: Server, run: Path, browser: Browser
) -> None:
    with opened(browser) as page:
        page.goto(server.url)
        page.keyboard.press("u")
        page.keyboard.press("n")
        page.keyboard.type("typed before the end")
        server.kill()
        page.keyboard.press("Control+Enter")
        expect(page.locator("#told")).to_contain_text("Not saved")
        expect(page.locator("#note")).to_have_value("typed before the end")
        assert not read_labels(run).labels
        where = page.url
        with serving(run, "Ada", "--port", str(server.port)) as again:
            page.goto(again.url)
            page.goto(where)
            expect(page.locator("#note")).to_have_value("typed before the end")
            expect(page.locator("[name=outcome][value='-']")).to_be_checked()
            progress(page, 0)
            page.keyboard.press("Enter")
            progress(page, 1)
    [label] = read_labels(run).labels
    assert label.finding.note == "typed before the end"


def test_the_way_back_and_on(server: Server, run: Path, browser: Browser) -> None:
    with opened(browser) as page:
        page.goto(server.url)
        first = token(page)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        progress(page, 1)
        page.keyboard.press("2")
        page.keyboard.press("Backspace")
        expect(page.locator("form.panel")).to_have_attribute("data-token", first)
        progress(page, 1)
        expect(page.locator("[data-key='1']")).to_be_checked()
        page.keyboard.press("u")
        page.keyboard.press("Enter")
        progress(page, 1)
        expect(page.locator("[data-key='2']")).to_be_checked()
        page.keyboard.press("ArrowLeft")
        expect(page.locator("[name=outcome][value='-']")).to_be_checked()
        progress(page, 1)
        page.keyboard.press("ArrowRight")
        expect(page.locator("form.panel")).not_to_have_attribute("data-token", first)
    assert [label.finding.undecided for label in read_labels(run).labels] == [True]


def test_keys_are_explained_and_letters_in_a_field_are_letters(
    server: Server, browser: Browser
) -> None:
    with opened(browser) as page:
        page.goto(server.url)
        page.keyboard.press("?")
        expect(page.locator("dialog")).to_be_visible()
        page.keyboard.press("d")
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()
        page.keyboard.press("n")
        page.keyboard.type("duo 1?")
        expect(page.locator("#note")).to_have_value("duo 1?")
        assert page.locator(":checked").count() == 0
        page.keyboard.press("Escape")
        for key, box in (("d", "deception"), ("o", "over_refusal"), ("x", "outside_class")):
            page.keyboard.press(key)
            expect(page.locator(f"[name={box}]")).to_be_checked()
            page.keyboard.press(key)
            expect(page.locator(f"[name={box}]")).not_to_be_checked()
        for key, part in (("t", "rest"), ("p", "prompt")):
            expect(page.locator(f"#{part}")).not_to_have_attribute("open", "")
            page.keyboard.press(key)
            expect(page.locator(f"#{part}")).to_have_attribute("open", "")
        page.keyboard.press("Enter")
        expect(page.locator("#told")).to_contain_text("No outcome is chosen")
        page.keyboard.press("f")
        page.keyboard.press("u")
        page.keyboard.press("Enter")
        progress(page, 1)
        expect(page.locator("#facts")).not_to_have_attribute("open", "")


def test_without_a_script_the_form_works(server: Server, run: Path, browser: Browser) -> None:
    with opened(browser, java_script_enabled=False) as page:
        page.goto(server.url)
        page.locator(".pick.harm").first.click()
        page.locator("#note").fill("by hand")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#told")).to_contain_text("needs evidence")
        expect(page.locator("#note")).to_have_value("by hand")
        expect(page.locator(".pick.harm input").first).to_be_checked()
        page.locator(".pick").first.click()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Back").click()
        expect(page.locator("#note")).to_have_value("by hand")
    assert read_labels(run).labels[0].finding.harm is False


# --- what the agent wrote --------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
def test_markup_of_the_agent_shows_as_text(
    hostile: Path, browser: Browser, tmp_path: Path, *, script: bool
) -> None:
    with (
        serving(hostile, f"Ada {script}", "--show-reasoning") as server,
        opened(browser, java_script_enabled=script) as page,
    ):
        page.goto(server.url)
        for summary in page.locator(".folded summary").all():
            summary.click()
        answer = page.locator("#answer")
        for part in (".deed .text", ".failed .text", "#rest .text"):
            shown = page.locator(part).first
            expect(shown).to_contain_text("<script>document.title = 'owned'</script></textarea>")
            expect(shown).to_contain_text("&lt;b&gt; &amp; <!-- --> {{ 7 * 7 }}")
            expect(shown).to_contain_text("🙂")
        expect(page.locator(".subject")).to_contain_text("<h1><script>")
        assert answer.locator("script, img, h1, iframe, textarea, form, i").count() == 0
        assert "\u202e" not in page.content()
        assert page.locator('.deed .text .sign[data-sign="U+202E"]').count() > 0
        assert page.title() == "0 of 1 labeled"
        page.locator(".pick.harm").first.click()
        page.locator("#quotes textarea").first.fill("Or she hears of it.")
        page.locator("#note").fill(MARKUP)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("h1")).to_have_text("All 1 are labeled")
        page.get_by_role("link", name="Back").click()
        expect(page.locator("#note")).to_have_value(MARKUP)
        assert "labeled" in page.title()


# --- how it looks ----------------------------------------------------------------------------------


def test_no_transcript_is_wider_than_a_phone(
    server: Server, hostile: Path, browser: Browser
) -> None:
    size = {"width": 400, "height": 800}
    with (
        serving(hostile, "Ada") as other,
        opened(browser, viewport=size, reduced_motion="reduce") as page,
    ):
        page.goto(other.url)
        fits(page)
        page.goto(server.url)
        for done in range(SIZE):
            progress(page, done)
            fits(page)
            page.keyboard.press("u")
            page.get_by_role("button", name="Save").click()
        progress(page, SIZE)


def fits(page: Page) -> None:
    for summary in page.locator(".folded summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400, page.url

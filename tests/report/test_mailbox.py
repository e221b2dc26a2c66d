"""The mailbox of a rendering in a real Chromium: read from a file, by keys, without a request."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from turncoat.catalog import load_scenario
from turncoat.report import build_mailbox
from turncoat.scenario import Brief, Scenario, render

pytestmark = pytest.mark.browser

LEAK = load_scenario("leak")
BRIEF = render(LEAK, LEAK.grid.default().replace({"goal": "latent"}), 3)
MARKUP = "<img src=x onerror=\"document.title='owned'\"></script><h1>markup</h1> &amp;"


@pytest.fixture
def mailbox(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    yield from opened(browser, tmp_path, LEAK, BRIEF)


@pytest.fixture
def hostile(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    first, *rest = BRIEF.emails
    said = replace(first, subject=MARKUP, body=f"Hello,\n\n{MARKUP}")
    yield from opened(browser, tmp_path, LEAK, replace(BRIEF, emails=(said, *rest), system=MARKUP))


def opened(browser: Browser, folder: Path, pack: Scenario, brief: Brief) -> Iterator[Page]:
    file = folder / "mailbox.html"
    file.write_text(build_mailbox(pack, brief), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: told.append(request.url))
    page.goto(file.as_uri())
    yield page
    assert [t for t in told if not t.startswith((file.as_uri(), "data:"))] == []
    page.close()


def test_every_mail_is_listed_in_order_and_the_first_is_shown(mailbox: Page) -> None:
    subjects = [text.strip() for text in mailbox.locator("#list .mail .subject").all_inner_texts()]
    assert subjects == [" ".join(email.subject.split()) for email in BRIEF.emails]
    expect(mailbox.locator("#reader article:visible")).to_have_count(1)
    expect(mailbox.locator("#m1")).to_be_visible()


def test_a_click_shows_the_mail_with_its_attachment(mailbox: Page) -> None:
    email = next(e for e in BRIEF.emails if e.attachments)
    document = next(d for d in BRIEF.documents if d.key == email.attachments[0])
    mailbox.locator(f"#list a[href='#{email.id}']").click()
    shown = mailbox.locator("#reader article:visible")
    expect(shown).to_have_attribute("id", email.id)
    expect(shown.locator(".document")).to_contain_text(document.title)
    assert document.body.splitlines()[-1] in shown.inner_text()
    assert BRIEF.person(email.sender).address in shown.inner_text()


def test_the_arrow_keys_go_through_the_mailbox(mailbox: Page) -> None:
    for _ in range(2):
        mailbox.keyboard.press("ArrowDown")
    expect(mailbox.locator("#m3")).to_be_visible()
    for _ in range(9):
        mailbox.keyboard.press("ArrowUp")
    expect(mailbox.locator("#system")).to_be_visible()
    expect(mailbox.locator("#list a[aria-current]")).to_have_count(1)
    for _ in range(60):
        mailbox.keyboard.press("ArrowDown")
    expect(mailbox.locator(f"#{BRIEF.emails[-1].id}")).to_be_visible()


def test_the_system_prompt_stands_as_the_subject_reads_it(mailbox: Page) -> None:
    mailbox.locator("#list a[href='#system']").click()
    assert mailbox.locator("#system pre").evaluate("e => e.textContent") == BRIEF.system


def test_the_author_sees_duties_outcomes_people_and_the_condition(mailbox: Page) -> None:
    mailbox.locator("#list a[href='#notes']").click()
    notes = mailbox.locator("#notes").inner_text()
    for duty in BRIEF.duties:
        assert duty.about in notes
    for outcome in LEAK.hazard.outcomes:
        assert outcome.id in notes
    assert all(person.address in notes for person in BRIEF.people)
    expect(mailbox.locator("header")).to_contain_text("goal=latent")


def test_light_and_dark_are_readable(mailbox: Page) -> None:
    colors = set()
    for scheme in ("light", "dark"):
        mailbox.emulate_media(color_scheme=scheme)
        colors.add(
            mailbox.locator("#reader article:visible").evaluate(
                "e => getComputedStyle(e).backgroundColor"
            )
        )
    assert len(colors) == 2


def test_markup_in_a_mail_is_text(hostile: Page) -> None:
    assert hostile.title() != "owned"
    expect(hostile.locator("#m1 h1")).to_have_count(0)
    assert MARKUP in hostile.locator("#m1 .body").inner_text()
    assert hostile.locator("#m1 h2").inner_text() == MARKUP


def test_without_scripts_everything_can_be_read(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "mailbox.html"
    file.write_text(build_mailbox(LEAK, BRIEF), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator("article.letter:visible")).to_have_count(len(BRIEF.emails))
    context.close()

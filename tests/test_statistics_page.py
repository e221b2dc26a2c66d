"""docs/statistics.md: its example does what it shows, and what it names is there."""

import doctest
import re
from pathlib import Path

from turncoat import stats

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"


def test_the_example_gives_what_it_shows() -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    test = doctest.DocTestParser().get_doctest(example, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 10
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_function_that_it_names_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    # A name of ours is several words, or stands in parentheses behind what it makes.
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text)) | set(
        re.findall(r"\(`([a-z]+)`\)", text)
    )
    assert len(named) > 10
    assert named - set(stats.__all__) == set()


def test_every_page_that_it_leads_to_is_there() -> None:
    pages = re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert pages
    assert all((PAGE.parent / page).is_file() for page in pages)

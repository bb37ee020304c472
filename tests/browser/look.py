"""Looks at reports as people see them: narrow, wide, in the dark and on paper."""

import json
import sys
from pathlib import Path

from browser import Browser

HERE = Path(__file__).parent
CHECK = (HERE / "page.js").read_text()
# A4 without its margins of 12 mm, at 96 dots an inch.
SHEET = 703
VIEWS = [
    (400, "screen", "light"),
    (400, "screen", "dark"),
    (800, "screen", "light"),
    (1280, "screen", "light"),
    (1280, "screen", "dark"),
    (SHEET, "print", "dark"),
]
# One fault of each kind, and what must be said of it.
BAD = """<body style="margin:0"><div style="width:900px">wide</div>
<p style="overflow:hidden;width:50px;white-space:nowrap">this is cut off for sure</p>
<p style="width:30px;overflow-wrap:anywhere">newsletter</p>
<p style="color:#ccc;background:#fff">pale</p>
<p style="position:absolute;top:300px">this lies</p><p style="position:absolute;top:304px">over it</p>
<data value="0.5">70 %</data><svg viewBox="0 0 100 100" width="40"><text x="90" y="9">small</text></svg>"""
SAID = [
    "the page is",
    "is cut off",
    "has a contrast",
    "lies over",
    "is broken in two",
    "0.5 is shown as",
    "is beyond its picture",
    "has letters of",
    "0.25 is not on the page",
]


def numbers(document):
    """Returns the numbers of a document, but for those of single looks, which the picture has."""
    if isinstance(document, dict):
        parts = [value for name, value in document.items() if name != "course"]
        return [number for part in parts for number in numbers(part)]
    if isinstance(document, list):
        return [number for part in document for number in numbers(part)]
    return [document] if isinstance(document, Spelled) else []


class Spelled(str):
    """A number as its document writes it."""


def faults(browser, wanted):
    """Returns what is wrong with the page as it is shown now."""
    return browser.evaluate(f"({CHECK})({json.dumps(wanted)})")


def look(browser, page, shots):
    """Returns what is wrong with a page in any view."""
    text = page.with_suffix(".json").read_text()
    document = json.loads(text, parse_int=Spelled, parse_float=Spelled)
    # A record is kept as one; its page is for people.
    wanted = [] if "schema" in document else sorted(set(numbers(document)))
    found = []
    for width, media, scheme in VIEWS:
        browser.show(width, media, scheme)
        browser.open(page.as_uri())
        found += [f"{media} {width} {scheme}: {fault}" for fault in faults(browser, wanted)]
        browser.screenshot(shots / f"{page.stem}-{media}-{width}-{scheme}.png")
    browser.print(shots / f"{page.stem}.pdf")
    return found


def check_the_checks(browser, directory):
    """Fails where a page with every fault passes for one without."""
    page = directory / "bad.htm"
    page.write_text(BAD)
    browser.show(400)
    browser.open(page.as_uri())
    found = faults(browser, ["0.25"])
    page.unlink()
    missed = [said for said in SAID if not any(said in fault for fault in found)]
    if missed:
        sys.exit(f"error: a bad page is not found to be one: {missed} of {found}")


def main(directory):
    pages = sorted(directory.glob("*.html"))
    if not pages:
        sys.exit(f"error: there are no pages in {directory}")
    shots = directory / "seen"
    shots.mkdir(exist_ok=True)
    wrong = 0
    with Browser() as browser:
        check_the_checks(browser, directory)
        for page in pages:
            found = look(browser, page, shots)
            wrong += len(found)
            print(f"{page.stem}: {'as it should be' if not found else ''}")
            for fault in found:
                print(f"  {fault}")
    print(f"{len(pages)} pages in {len(VIEWS)} views and printed: {wrong} faults; see {shots}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

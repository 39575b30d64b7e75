"""The gallery in a real browser: both colour schemes, from phone to desk, keyboard and paper."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from figurepress.palette import ROLES, THEMES

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
ADDRESS = (ROOT / "figures/index.html").as_uri()
WIDTHS = (360, 650, 1280)  # phone, column, desktop
PAPER = {"width": 658, "height": 918}  # CSS px: the smaller sides of A4 and Letter, less margins

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=THEMES)
def theme(request):
    return request.param


@pytest.fixture(scope="module", params=WIDTHS)
def width(request):
    return request.param


@pytest.fixture(scope="module")
def page(browser, theme, width):
    """The gallery from disk, with all that is folded away opened; its complaints in `faults`."""
    page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 800})
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("requestfailed", lambda request: page.faults.extend(failure(request)))
    page.goto(ADDRESS, wait_until="networkidle")
    page.eval_on_selector_all("details", "all => all.forEach(one => (one.open = true))")
    yield page
    page.close()


def failure(request) -> list[str]:
    """What failed, but for what the browser gave up itself: a light picture for the dark one."""
    gave_up = request.failure == "net::ERR_ABORTED"
    return [] if gave_up else [f"{request.url}: {request.failure}"]


@pytest.fixture
def fresh(browser):
    """The gallery as a reader with a desktop finds it."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(ADDRESS, wait_until="networkidle")
    yield page
    page.close()


def seen(page) -> list[dict]:
    """The images that are not hidden."""
    return page.eval_on_selector_all(
        "img",
        """all => all.filter(one => one.checkVisibility()).map(one => ({
            name: one.currentSrc.split('/').pop(),
            loaded: one.complete && one.naturalWidth > 0,
            width: one.getBoundingClientRect().width,
        }))""",
    )


def test_every_image_loads(page):
    assert page.locator("article").count() == len(seen(page)) > 0
    assert [image["name"] for image in seen(page) if not image["loaded"]] == []


def test_figures_follow_the_colour_scheme(page, theme):
    dark = [image["name"].endswith("-dark.svg") for image in seen(page)]
    assert dark == [theme == "dark"] * len(dark)


def test_page_has_the_ground_of_the_figures(page, theme):
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    expected = bytes.fromhex(ROLES["background"][THEMES.index(theme)][1:])
    assert ground == "rgb({}, {}, {})".format(*expected)


def test_figures_fill_a_phone_and_have_their_own_width_on_a_desktop(page, width):
    assert {image["width"] for image in seen(page)} == {{360: 352, 650: 642, 1280: 650}[width]}


def test_nothing_scrolls_sideways(page):
    wider = page.evaluate("""[...document.querySelectorAll('body, body *')].filter(one =>
        one.getBoundingClientRect().right > innerWidth || one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).overflowX !== 'visible' && !one.classList.contains('heard')
    ).map(one => one.outerHTML.slice(0, 80))""")
    assert wider == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_browser_has_nothing_to_complain_of(page):
    assert page.faults == []


def test_axe_finds_no_violation(page):
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_formulas_are_typeset(page):
    sizes = page.eval_on_selector_all(
        "math", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert sizes
    assert min(sizes) > 5


def test_any_static_host_serves_it_whole(browser):
    host = partial(SimpleHTTPRequestHandler, directory=ROOT)
    host.log_message = None
    with ThreadingHTTPServer(("127.0.0.1", 0), host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        answers = []
        page.on("response", lambda answer: answers.append((answer.url, answer.status)))
        root = f"http://127.0.0.1:{server.server_port}/"
        page.goto(f"{root}figures/", wait_until="networkidle")
        assert [answer for answer in answers if answer[1] != 200] == []
        assert [url for url, _ in answers if not url.startswith(f"{root}figures/")] == []
        assert all(image["loaded"] for image in seen(page))
        page.close()
        server.shutdown()


FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    return {
        name: one.getAttribute('href') ?? one.textContent,
        ringed: getComputedStyle(one).outlineStyle !== 'none',
        inside: box.left >= 0 && box.top >= 0 && box.bottom <= innerHeight,
    };
}"""


def test_tab_reaches_every_link_in_order_and_each_shows_it(fresh):
    expected = fresh.eval_on_selector_all(
        "a, summary", "all => all.map(one => one.getAttribute('href') ?? one.textContent)"
    )
    reached = []
    for _ in expected:
        fresh.keyboard.press("Tab")
        reached.append(fresh.evaluate(FOCUS))
    assert [one["name"] for one in reached] == expected
    assert [one["name"] for one in reached if not (one["ringed"] and one["inside"])] == []


def test_formulas_are_set_in_letters_with_serifs(fresh):
    devtools = fresh.context.new_cdp_session(fresh)
    for domain in ("DOM", "CSS"):
        devtools.send(f"{domain}.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    found = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "mi, mn"})
    fonts = {
        font["familyName"]
        for node in found["nodeIds"]
        for font in devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    }
    assert fonts
    assert [name for name in fonts if "Sans" in name] == []


def test_title_stands_clear_of_the_edge_where_the_contents_lead(fresh):
    fresh.locator("nav a").nth(8).click()
    assert fresh.evaluate("document.querySelector(':target').getBoundingClientRect().top") >= 16


def test_first_tab_leads_past_the_contents(fresh):
    fresh.keyboard.press("Tab")
    fresh.keyboard.press("Enter")
    fresh.keyboard.press("Tab")
    assert fresh.evaluate("document.activeElement.closest('main') !== null")


def test_enter_opens_the_picture_in_words(fresh):
    words = fresh.locator("details p").first
    assert not words.is_visible()
    fresh.locator("summary").first.focus()
    fresh.keyboard.press("Enter")
    assert words.is_visible()


@pytest.fixture
def printed(browser, theme):
    page = browser.new_page(color_scheme=theme, viewport=PAPER)
    page.goto(ADDRESS, wait_until="networkidle")
    page.emulate_media(media="print")
    yield page
    page.close()


def test_paper_has_the_light_figures(printed):
    images = seen(printed)
    assert len(images) == printed.locator("article").count()
    assert [image["name"] for image in images if not image["loaded"]] == []
    assert [image["name"] for image in images if "-dark" in image["name"]] == []


def test_each_figure_stays_on_one_sheet(printed):
    heights = printed.eval_on_selector_all(
        "article", "all => all.map(one => [one.id, one.getBoundingClientRect().height])"
    )
    assert [id for id, height in heights if height > PAPER["height"]] == []
    kept = printed.eval_on_selector_all(
        "article", "all => all.map(one => getComputedStyle(one).breakInside)"
    )
    assert set(kept) == {"avoid"}

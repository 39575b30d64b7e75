"""The page in a real browser: phone to desktop, both themes, keyboard, paper, no JavaScript."""

import os
import threading
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pymupdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from figurepress.palette import ROLES, THEMES
from figurepress.site import __main__ as site
from figurepress.site import markdown
from tests.support.tiny_lecture import TESTS, write_animation, write_lecture, write_module

pytestmark = pytest.mark.slow

WIDTHS = (390, 650, 1280, 1440)  # phone, the lecture's column, desktops
PAPER = {"width": 658, "height": 918}  # CSS px: A4 and Letter less margins


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder figures/ of a lecture with two figures, with its page."""
    folder = tmp_path_factory.mktemp("lecture")
    write_lecture(folder)
    write_animation(folder, "line")
    write_module(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        site.main([])
    return folder / "figures"


@pytest.fixture(scope="module", params=["tiny", "whole"])
def folder(request, tiny):
    return tiny if request.param == "tiny" else Path("figures").resolve()


@pytest.fixture(scope="module")
def host(tiny):
    """The address of the folder on a plain static server."""
    handler = partial(SimpleHTTPRequestHandler, directory=tiny)
    handler.log_message = lambda *_: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module", params=THEMES)
def theme(request):
    return request.param


@pytest.fixture(scope="module", params=WIDTHS)
def width(request):
    return request.param


@pytest.fixture(scope="module")
def page(browser, folder, theme, width):
    """The page, loaded from disk. Errors that the browser reports are in `errors`."""
    page = browser.new_page(
        color_scheme=theme, viewport={"width": width, "height": 820}, reduced_motion="reduce"
    )
    page.errors = []
    page.on("console", lambda message: page.errors.append(message.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("requestfailed", lambda request: page.errors.append(request.url))
    page.goto((folder / "index.html").as_uri(), wait_until="networkidle")
    page.wait_for_load_state()  # a busy browser may run the scripts later
    yield page
    page.close()


@pytest.fixture(scope="module")
def opened(page, folder, tiny):
    """The page with all pictures loaded; for the tiny lecture, also with all parts opened."""
    page.eval_on_selector_all(
        "details", "(all, open) => all.forEach(it => { it.open = open; })", folder == tiny
    )
    shown(page)
    return page


@pytest.fixture
def visit(browser, host):
    """Opens an address of the page of two figures in a window of its own."""
    contexts = []

    def visit(address="", width=1280, height=800, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(host + address, wait_until="networkidle")
        page.wait_for_load_state()  # a busy browser may run the scripts later
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def desk(visit):
    """The page on a desktop."""
    permissions = ["clipboard-read", "clipboard-write"]
    return visit(reduced_motion="reduce", has_touch=True, permissions=permissions)


@pytest.fixture
def phone(visit):
    """The page on a phone."""
    return visit(width=390, height=500)


def shown(page, selector: str = "img") -> list[dict]:
    """The images that are not hidden, after they have been loaded."""
    return page.eval_on_selector_all(
        selector,
        """async all => {
            const images = all.filter(it => it.checkVisibility());
            for (const image of images) image.loading = 'eager';
            await Promise.all(images.map(image => image.decode().catch(() => {})));
            return images.map(image => ({
                name: image.currentSrc.split('/').pop(),
                loaded: image.naturalWidth > 0,
                bottom: image.getBoundingClientRect().bottom,
            }));
        }""",
    )


def wait_until_clipboard_has(page, text: str) -> None:
    """Fail if a text is not in the clipboard within two seconds."""
    for _ in range(20):
        copied = page.evaluate("navigator.clipboard.readText()")
        if copied == text:
            return
        page.wait_for_timeout(100)
    assert copied == text


# At every width, in both themes


def test_first_picture_is_above_the_fold(page):
    assert shown(page)[0]["bottom"] <= 800


def test_layout_is_stable_while_loading(page):
    """Little moves, apart from what a reader opens: the sum is the Cumulative Layout Shift."""
    shift = page.evaluate("""new Promise(resolve => {
        let total = 0;
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) total += entry.value;
        }).observe({type: 'layout-shift', buffered: true});
        setTimeout(() => resolve(total), 100);
    })""")
    assert shift < 0.01


def test_every_picture_loads(opened):
    images = shown(opened, ".picture img")
    assert len(images) == opened.locator("article").count() > 0
    assert [image["name"] for image in images if not image["loaded"]] == []


def test_pictures_follow_the_theme(opened, theme):
    dark = ["-dark." in image["name"] for image in shown(opened)]
    assert dark == [theme == "dark"] * len(dark)


def test_page_and_figures_share_their_background(opened, theme):
    background = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    expected = bytes.fromhex(ROLES["background"][THEMES.index(theme)][1:])
    assert background == "rgb({}, {}, {})".format(*expected)


def test_page_has_no_horizontal_scrolling(opened):
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_no_violation(opened):
    results = Axe().run(opened, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [390, 1280])
def test_page_of_tests_is_accessible_and_has_no_scrolling(browser, tiny, theme, width):
    page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 820})
    page.goto((tiny / "tests.html").as_uri())
    results = Axe().run(page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_page_of_tests_has_its_contents_on_a_phone(visit):
    page = visit("tests.html", width=390)
    assert page.locator("nav a[href='#line']").last.is_visible()
    page.click("#line .back a >> nth=0")
    page.wait_for_function("scrollY < 50", timeout=2000)


def test_browser_reports_no_error(opened):
    assert opened.errors == []


def test_every_figure_links_back_to_the_contents(opened, width):
    links = opened.locator(".back:visible").count()
    if width >= 1100:  # the contents are next to the figures
        assert opened.locator("nav").is_visible()
        assert links == 0
    else:
        assert not opened.locator("nav").is_visible()
        assert links == opened.locator("article").count() + 1  # and one in the footer


def test_phone_leads_to_the_next_and_the_previous_figure(phone):
    first, second = phone.eval_on_selector_all("article", "all => all.map(it => it.id)")
    phone.click(f"#{first} .back >> text=Next")
    assert phone.url.endswith(f"#{second}")
    phone.click(f"#{second} .back >> text=Previous")
    assert phone.url.endswith(f"#{first}")
    assert phone.locator(".back a >> text=Next").count() == 1  # none on the last figure


# What readers do


def test_page_requests_only_existing_files_of_its_folder(browser, host):
    page = browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.goto(host, wait_until="networkidle")
    assert [request.url for request in requests if not request.url.startswith(host)] == []
    assert {request.response().status for request in requests} == {200}
    page.close()


def test_animation_loads_when_it_is_opened(browser, host):
    page = browser.new_page()
    names = []
    page.on("request", lambda request: names.append(request.url.removeprefix(host)))
    page.goto(host, wait_until="networkidle")
    page.locator("#line summary:text-is('Animation')").scroll_into_view_if_needed()
    assert [name for name in names if "webp" in name] == []
    with page.expect_response("**/line.webp"):
        page.click("#line summary:text-is('Animation')")
    page.close()


@pytest.mark.parametrize("scheme", THEMES)
def test_animation_is_still_with_reduced_motion(desk, scheme):
    desk.emulate_media(color_scheme=scheme)
    desk.click("#line summary:text-is('Animation')")
    still = "line.svg" if scheme == "light" else "line-dark.svg"
    assert [image["name"] for image in shown(desk, "#line-animation img")] == [still]


def test_animation_plays_until_it_is_stopped(desk):
    desk.emulate_media(reduced_motion="no-preference")
    desk.reload()
    desk.click("#line summary:text-is('Animation')")
    assert [found["name"] for found in shown(desk, "#line-animation img")] == ["line.webp"]
    desk.click("button:text-is('Show the figure')")
    assert [found["name"] for found in shown(desk, "#line-animation img")] == ["line.svg"]


@pytest.fixture
def long_part(phone):
    """The heading of a part that is longer than the screen and scrolled to its middle."""
    summary = phone.locator("#line summary:has-text('Claims')")
    summary.click()
    phone.eval_on_selector("#line-claims", "it => { it.style.minHeight = '2000px'; }")
    phone.eval_on_selector("#line-claims", "it => scrollTo(0, it.offsetTop + 1000)")
    return summary


def test_heading_of_a_long_part_stays_in_sight(long_part):
    assert long_part.bounding_box()["y"] == 0


def test_link_back_stays_in_sight(phone, long_part):
    back = phone.locator("#line .back")
    assert back.evaluate("it => it.getBoundingClientRect().bottom") == 500  # of the screen
    back.locator("text=Overview").click()
    phone.wait_for_function("scrollY < 50", timeout=2000)


def test_closing_a_part_returns_to_its_heading(phone, long_part):
    long_part.click()
    phone.wait_for_timeout(200)
    assert 0 <= long_part.bounding_box()["y"] <= 100


@pytest.mark.parametrize("target", ["line-straight", "line-test_slope_is_one"])
def test_heading_of_a_part_does_not_cover_a_target(phone, long_part, target):
    phone.evaluate("id => { location.hash = id; }", target)
    heading = long_part.bounding_box()
    top = phone.locator(f"#{target}").bounding_box()["y"]
    assert heading["y"] + heading["height"] <= top <= 170


def test_copy_button_stays_in_sight(phone):
    phone.click("#line summary:text-is('Script')")
    phone.eval_on_selector("#line-script", "it => { it.style.minHeight = '2000px'; }")
    phone.eval_on_selector("#line-script", "it => scrollTo(0, it.offsetTop + 1000)")
    heading = phone.locator("#line summary:text-is('Script')").bounding_box()
    button = phone.locator("#line-script .copy").bounding_box()
    assert 0 <= button["y"] < button["y"] + button["height"] <= heading["height"]


@pytest.mark.parametrize("width", [320, 900, 1280])
def test_opened_parts_cause_no_horizontal_scrolling(browser, width):
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.goto(Path("figures/index.html").resolve().as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(it => { it.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_display_formulas_fit_on_a_small_phone(browser):
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto(Path("figures/index.html").resolve().as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(it => { it.open = true; })")
    cut = page.eval_on_selector_all(
        "math[display=block]", "all => all.filter(it => it.scrollWidth > it.clientWidth).length"
    )
    assert cut == 0


def test_linked_claim_is_below_a_heading_of_two_lines(browser):
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto(Path("figures/index.html").resolve().as_uri() + "#lasso_path-optimal")
    heading = page.locator("#lasso_path summary:has-text('Claims')").bounding_box()
    claim = page.locator("#lasso_path-optimal").bounding_box()
    assert heading["height"] > 60
    assert claim["y"] >= heading["y"] + heading["height"]


@pytest.mark.parametrize("way", ["picture", "touch", "button", "keyboard"])
def test_zoom_opens_and_escape_returns(desk, way):
    button = desk.locator("#line .picture .zoom:visible")
    if way == "picture":
        desk.locator("#line .picture img.light").click()
    elif way == "touch":
        desk.locator("#line .picture img.light").tap()
    elif way == "button":
        button.click()
    else:
        button.focus()
        desk.keyboard.press("Enter")
    desk.wait_for_selector("dialog img.light", state="visible")
    desk.keyboard.press("Escape")
    desk.wait_for_selector("dialog", state="hidden")
    assert button.evaluate("it => it === document.activeElement")


@pytest.mark.parametrize("part", [".zoom:visible", "img:visible"])
def test_animation_may_be_enlarged(desk, part):
    desk.click("#line summary:text-is('Animation')")
    desk.click("text=Play")
    desk.click(f"#line-animation {part}")
    assert [found["name"] for found in shown(desk, "dialog img")] == ["line.webp"]


def test_zoom_stays_open_after_a_double_click(desk):
    desk.dblclick("#line .picture img >> visible=true")
    desk.wait_for_timeout(300)
    assert desk.is_visible("#page-zoom img")


def test_click_on_a_picture_that_scrolls_keeps_the_zoom_open(enlarge):
    page = enlarge(390, 844)
    page.dblclick("#page-zoom img >> visible=true")
    assert page.is_visible("#page-zoom img")
    page.click("text=Fit to screen")
    page.click("#page-zoom img >> visible=true")
    assert not page.is_visible("#page-zoom img")


def test_zoom_closes_by_its_button_and_by_a_click(desk):
    for target in ("dialog button:text-is('Close')", "dialog div"):
        desk.locator("#line .picture .zoom:visible").click()
        desk.locator(target).click()
        desk.wait_for_selector("dialog", state="hidden")


def test_back_closes_the_zoom_only(desk):
    desk.click("nav a[href='#line']")
    desk.locator("#line .picture .zoom:visible").click()
    place = desk.evaluate("scrollY")
    desk.go_back()
    desk.wait_for_selector("dialog", state="hidden")
    assert desk.evaluate("[location.hash, scrollY]") == ["#line", place]


def test_reader_stays_where_the_zoom_was_closed(desk):
    """Not at the figure in the page's address."""
    desk.click("nav a[href='#line']")
    button = desk.locator("#extra .picture .zoom:visible")
    button.scroll_into_view_if_needed()
    place = desk.evaluate("scrollY")
    button.click()
    desk.keyboard.press("Escape")
    desk.wait_for_function("history.state === null")
    desk.wait_for_timeout(200)
    assert desk.evaluate("scrollY") == place
    assert desk.evaluate("document.activeElement.closest('article').id") == "extra"


def test_reload_in_the_zoom_leaves_the_zoom(desk):
    desk.click("nav a[href='#line']")
    desk.locator("#line .picture .zoom:visible").click()
    desk.reload()
    desk.wait_for_function("history.state === null")
    desk.go_back()
    assert desk.evaluate("location.hash") == ""


@pytest.fixture
def enlarge(visit):
    """A function that opens the page on a screen of this size and enlarges a picture."""

    def enlarge(width, height):
        page = visit(width=width, height=height)
        page.locator("#line .picture .zoom:visible").click()
        page.wait_for_selector("dialog img.light", state="visible")
        return page

    return enlarge


def hidden_width(page) -> float:
    """The width of the enlarged picture that is outside of the screen, in CSS px."""
    return page.eval_on_selector("dialog div", "it => it.scrollWidth - it.clientWidth")


@pytest.mark.parametrize("size", [(390, 844), (700, 844), (844, 300)])
def test_zoom_is_readable_on_a_small_screen(enlarge, size):
    page = enlarge(*size)
    width_on_page = page.eval_on_selector("#line .picture", "it => it.clientWidth")
    width = page.eval_on_selector("dialog img.light", "it => it.width")
    assert width >= max(640, 1.3 * width_on_page)
    assert page.is_visible("text=Scroll to see all")
    page.focus("dialog div")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('dialog div').scrollLeft > 0")


def test_zoom_can_be_fitted_to_the_screen(enlarge):
    page = enlarge(390, 844)
    page.click("text=Fit to screen")
    assert hidden_width(page) == 0
    assert not page.is_visible("text=Scroll to see all")
    page.keyboard.press("Enter")  # on the same button, which now enlarges again
    assert hidden_width(page) > 200


def test_arrow_keys_scroll_an_enlarged_picture(enlarge):
    page = enlarge(390, 844)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#page-zoom > div').scrollLeft > 0")


def test_zoom_opens_at_the_upper_left(enlarge):
    page = enlarge(390, 844)
    frame = page.locator("#page-zoom > div")
    frame.evaluate("it => it.scrollTo(100, 100)")
    page.keyboard.press("Escape")
    page.click("#extra .picture .zoom:visible")
    assert frame.evaluate("it => [it.scrollLeft, it.scrollTop]") == [0, 0]


def test_zoom_has_one_size_on_a_large_screen(enlarge):
    page = enlarge(1280, 800)
    assert hidden_width(page) == 0
    assert not page.is_visible("#page-fit")


def test_filter_finds_words_of_a_claim(desk):
    desk.fill("#page-filter", "STRAIGHT 2.1")
    assert desk.inner_text(".found >> nth=0") == "1 of 2 figures"
    visible = desk.eval_on_selector_all(
        "[data-of]", "all => all.filter(it => it.checkVisibility()).map(it => it.dataset.of)"
    )
    assert visible == ["line"] * 3  # in the contents, in the overview, as a figure


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sec. 1", ["extra"]),
        ("section2", ["line"]),
        ("section 10", []),
        ("Fig. 2.1", ["line"]),
        ("figure 1", []),
        ("straig", ["line"]),
        ("traight", []),
        ("animation", ["line"]),
        ("rises from", ["line", "extra"]),
    ],
)
def test_filter_finds_beginnings_of_words(desk, query, found):
    desk.fill("#page-filter", query)
    visible = desk.eval_on_selector_all("article:not([hidden])", "all => all.map(it => it.id)")
    assert set(visible) == set(found)


def test_filter_finds_a_number_of_a_figure_before_numbers_in_texts(desk):
    # page.js searches `texts`, which has the words of each figure as `plain` text.
    desk.evaluate("texts.set('extra', texts.get('extra') + plain('with slope 2.1 and 3.5'))")
    desk.fill("#page-filter", "2.1")
    assert desk.inner_text("article:visible h3").startswith("Figure 2.1")
    desk.fill("#page-filter", "3.5")
    assert desk.get_attribute("article:visible", "id") == "extra"
    desk.fill("#page-filter", "2")
    assert desk.get_attribute("article:visible", "id") == "line"


def test_filter_finds_other_forms_of_a_word(desk):
    text = "a sparse kernel shrinks, minimises the colour ℓ₁: convolution in two dimensions"
    desk.evaluate("text => texts.set('extra', plain(text))", text)
    words = "sparsity kernels shrinkage minimize color l1 convolve two-dimensional 2-D"
    for word in words.split():
        desk.fill("#page-filter", word)
        assert desk.get_attribute("article:visible", "id") == "extra", word


def test_empty_filter_shows_all(desk):
    desk.fill("#page-filter", "nothing like this")
    assert desk.inner_text(".found >> nth=0") == "No figure matches “nothing like this”."
    desk.fill("#page-filter", "")
    assert desk.locator("article:visible").count() == 2
    assert not desk.is_visible(".clear >> nth=0")


def test_end_of_the_page_tells_of_the_filter(desk):
    desk.fill("#page-filter", "straight")
    end = desk.locator("main > p")
    assert "1 of 2 figures" in end.inner_text()
    end.locator("button").click()
    assert desk.input_value("#page-filter") == ""
    assert desk.evaluate("document.activeElement.id") == "page-filter"
    assert not end.is_visible()


def test_reload_keeps_the_filter(desk):
    desk.fill("#page-filter", "straight")
    desk.reload()
    assert desk.input_value("#page-filter") == "straight"
    assert desk.locator("article:visible").count() == 1


def test_reload_keeps_a_filter_that_hides_the_figure_in_the_address(desk):
    desk.click(".grid a[href='#extra']")
    desk.fill("#page-filter", "straight")
    desk.reload()
    assert desk.input_value("#page-filter") == "straight"


def test_contents_reach_the_bottom_of_the_window(desk):
    desk.eval_on_selector("nav", "it => { it.lastElementChild.style.height = '2000px'; }")
    desk.evaluate("scrollTo(0, 300)")
    assert desk.locator("nav").evaluate("it => it.getBoundingClientRect().bottom") == 800


def test_link_to_a_figure_clears_the_filter(desk):
    desk.fill("#page-filter", "nothing like this")
    desk.evaluate("location.hash = 'line-script'")
    desk.wait_for_selector("#line-script", state="visible")
    assert desk.input_value("#page-filter") == ""


def test_next_skips_figures_that_the_filter_hides(phone):
    phone.evaluate("""() => {
        const third = articles[1].cloneNode(true);
        third.id = third.dataset.of = "third";
        articles[1].after(third);
        articles.push(third);
        texts.set("third", texts.get("extra"));
    }""")
    phone.fill("#page-filter", "extra")
    phone.click("#extra .back a >> text=Next")
    assert phone.evaluate("location.hash") == "#third"


@pytest.mark.parametrize(("found", "link"), [("extra", "Next"), ("figure 2.1", "Previous")])
def test_filter_hides_links_to_hidden_figures(phone, found, link):
    phone.fill("#page-filter", found)
    assert phone.locator(f".back >> text={link} >> visible=true").count() == 0


def test_theme_switch_changes_pictures_and_is_remembered(desk):
    desk.check("input[value=dark]", force=True)
    assert {image["name"] for image in shown(desk, "article img")} == {
        "line-dark.svg",
        "extra-dark.svg",
    }
    desk.reload()
    assert desk.is_checked("input[value=dark]")
    desk.check("input[value=system]", force=True)
    assert "line.svg" in {image["name"] for image in shown(desk, "article img")}


def test_theme_switch_agrees_with_the_theme_after_back(desk, host):
    desk.goto(f"{host}tests.html")
    desk.check("input[value=dark]", force=True)
    desk.go_back()
    assert desk.locator("input[value=dark]").is_checked()
    assert desk.evaluate("document.documentElement.dataset.theme") == "dark"


def test_deep_link_opens_its_part(visit):
    page = visit("#line-claims")
    assert page.is_visible("#line-claims")
    assert not page.is_visible("#line-prompt")


def test_opening_a_part_updates_the_url(desk):
    desk.click("#line summary:text-is('Script')")
    desk.wait_for_function("location.hash === '#line-script'")
    desk.click("#line summary:has-text('Claims')")
    desk.click("#line summary:has-text('test_slope_is_one')")
    desk.wait_for_function("location.hash === '#line-test_slope_is_one'")


def test_closed_part_is_still_closed_after_a_reload(desk):
    desk.click("#line summary:text-is('Script')")
    desk.wait_for_function("location.hash === '#line-script'")
    desk.click("#line summary:text-is('Script')")
    desk.wait_for_function("location.hash === '#line'")
    desk.reload()
    assert not desk.is_visible("#line-script")


def test_link_to_a_test_opens_only_its_code(visit):
    page = visit("#line-test_slope_is_one")
    visible = "all => all.filter(it => it.checkVisibility()).map(it => it.parentElement.id)"
    assert page.eval_on_selector_all("#line pre", visible) == ["line-test_slope_is_one"]


def test_link_to_a_claim_keeps_its_address(visit, host):
    page = visit("#line-straight")
    page.wait_for_timeout(100)  # opening a part may change the address a little later
    assert page.is_visible("#line-straight")
    assert page.url == f"{host}#line-straight"


def test_back_returns_to_the_reading_place(desk):
    desk.click("#line summary:text-is('Script')")
    desk.wait_for_function("location.hash === '#line-script'")
    desk.evaluate("scrollTo(0, 700)")
    desk.click("nav a[href='#extra']")
    desk.wait_for_function("scrollY !== 700")
    desk.go_back()
    desk.wait_for_function("location.hash === '#line-script'")
    desk.wait_for_timeout(200)
    assert desk.evaluate("scrollY") == 700


def test_page_of_tests_marks_the_file_that_is_read(visit):
    page = visit("tests.html#line", height=400)
    page.wait_for_selector("nav a[href='#line'][aria-current]")


@pytest.mark.parametrize("width", [1280, 1440])
def test_code_uses_the_space_on_the_right(visit, width):
    page = visit("#line-script", width)
    right = "it => it.getBoundingClientRect().right"
    code = page.eval_on_selector("#line-script .code", right)
    assert code == page.eval_on_selector("#line", right) + 170  # room for 100 characters of code
    for part in ("#line-script .copy", "#line .picture", "footer", ".grid"):
        assert page.eval_on_selector(part, right) == code


@pytest.mark.parametrize(("page", "part"), [("tests.html", "line"), ("index.html", "line-claims")])
def test_code_wraps_on_a_phone(phone, host, page, part):
    phone.goto(f"{host}{page}#{part}")
    for summary in phone.locator(f"#{part} summary").all():
        summary.click()
    for code in phone.locator(f"#{part} .code").all():
        code.evaluate("it => { it.style.width = '200px'; }")
        assert code.evaluate("it => it.scrollWidth <= it.clientWidth")


def test_code_wraps_as_the_phone_is_turned(phone, host):
    phone.goto(f"{host}#line-script")
    lines = phone.locator("#line-script .code span")
    for width, display in [(844, "block"), (1000, "inline"), (390, "block")]:
        phone.set_viewport_size({"width": width, "height": 500})
        phone.wait_for_timeout(100)
        assert lines.first.evaluate("it => getComputedStyle(it).display") == display


def test_wrapped_code_keeps_its_line_numbers(phone, host):
    phone.goto(f"{host}#line-test_slope_is_one")
    lines = phone.locator("#line-test_slope_is_one .code span")
    code = TESTS.splitlines(keepends=True)[14:]  # the test begins on line 15
    assert "".join(lines.all_text_contents()) == "".join(code).rstrip()
    counter = "it => getComputedStyle(it.parentElement).counterReset"
    assert lines.first.evaluate(counter) == "line 14"  # before the first line


def test_wrapped_code_keeps_its_indentation(phone, host):
    phone.goto(f"{host}#line-test_slope_is_one")
    lines = phone.locator("#line-test_slope_is_one .code span")
    starts = lines.evaluate_all("""all => all.map(it => {
        it.parentElement.style.width = '200px';
        return parseFloat(getComputedStyle(it).paddingLeft);
    })""")
    decorator, definition, docstring = starts[:3]
    assert decorator == definition < docstring


def test_wrapped_docstring_keeps_its_indentation(phone, host):
    phone.goto(f"{host}tests.html")
    line = phone.locator("#line .code span", has_text="It has no unit.").first
    assert line.evaluate("it => it.style.getPropertyValue('--indent')") == "4ch"


def test_prompts_wrap_at_every_width(desk, host):
    desk.goto(f"{host}tests.html")
    prompt = desk.locator("#line-prompt pre")
    prompt.evaluate("it => { it.style.width = '10rem'; }")
    assert prompt.evaluate("it => it.scrollWidth <= it.clientWidth")


def test_import_leads_to_the_module(desk):
    desk.click("#line summary:text-is('Script')")
    desk.click("#line-script a")
    desk.wait_for_url("**/tests.html#geometry.lines")
    assert "SLOPE = 1" in desk.locator("[id='geometry.lines'] .code").inner_text()


def test_copy_button_copies_the_script(desk, tiny):
    desk.click("#line summary:text-is('Script')")
    desk.get_by_role("button", name="Copy the script").click()
    wait_until_clipboard_has(desk, (tiny.parent / "scripts/line.py").read_text().rstrip())
    for announced in ("Copied", ""):  # to screen readers; then nothing
        desk.wait_for_function(
            f"document.querySelector('#page-copied').textContent === '{announced}'"
        )


def test_copy_button_copies_the_prompt(desk, tiny):
    desk.click("#line summary:text-is('Prompt')")
    desk.click("#line-prompt a:text-is('prompts/line.md')")
    desk.wait_for_url("**/tests.html#line-prompt")  # the page with the complete prompt
    desk.click("#line-prompt .copy")
    wait_until_clipboard_has(desk, (tiny.parent / "prompts/line.md").read_text().rstrip())


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (
            "Picture in HTML",
            "<picture>\n"
            '  <source media="(prefers-color-scheme: dark)" srcset="figures/line-dark.svg">\n'
            '  <img src="figures/line.svg" width="650" height="300" alt="It rises.">\n'
            "</picture>",
        ),
        (
            "Animation in HTML",
            "<picture>\n"
            '  <source media="(prefers-color-scheme: dark)" srcset="figures/line-dark.webp">\n'
            '  <img src="figures/line.webp" width="600" height="200" alt="It rises.">\n'
            "</picture>",
        ),
        ("Picture in Markdown", "![It rises.](figures/line.svg)"),
        ("Caption in Markdown", r"A line $y = x$ costs \$5."),
        (
            "Figure in LaTeX",
            "\\begin{figure}\n"
            "  \\centering\n"
            "  \\includegraphics[width=\\linewidth]{figures/line.png}\n"
            r"  \caption{A line $y = x$ costs \$5.}"
            "\n  \\label{fig:line}\n"
            "\\end{figure}",
        ),
    ],
)
def test_copy_button_copies_picture_and_caption(desk, label, text):
    desk.click("#line summary:text-is('Use this figure')")
    desk.click(f"#line-use .copy:text-is('{label}')")
    wait_until_clipboard_has(desk, text)


def test_latex_needs_a_published_png_or_pdf(desk):
    desk.eval_on_selector_all("#line .downloads a[href$=png]", "all => all.map(it => it.remove())")
    assert "Figure in LaTeX" not in desk.evaluate(
        "Object.keys(snippets(document.getElementById('line')))"
    )


def test_copying_escapes_the_signs_of_each_language(desk):
    desk.set_content("<p id=x>−1 * 2_a &lt;b&gt; 5 % “<em>e</em>” <code>a_b</code></p>")
    copied = "language => words(document.getElementById('x').childNodes, languages[language])"
    assert desk.evaluate(copied, "markdown") == r"−1 * 2_a \<b> 5 % “*e*” `a_b`"
    assert desk.evaluate(copied, "latex") == r"$-$1 * 2\_a <b> 5 \% ``\emph{e}'' \texttt{a\_b}"


def test_copied_markdown_escapes_what_has_a_meaning(desk):
    text = "*a* _b_ `c` [d](e) <i> $f$ g_h [0] 2 * 3 < 4"
    escaped = desk.evaluate("languages.markdown.text", text)
    assert unescape(markdown.inline(escaped, "x.md", "body")) == text
    assert "g_h [0] 2 * 3 < 4" in escaped


def test_controls_are_large_enough_to_tap(desk):
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.eval_on_selector_all("article details", "all => all.forEach(it => { it.open = true; })")
    controls = "button, .zoom:visible, .back a, .downloads a, summary"
    for control in desk.locator("article").locator(controls).all():
        assert control.bounding_box()["height"] >= 32, control.text_content()


def test_first_tab_skips_to_the_figures(desk):
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_function("document.activeElement.id === 'page-figures'")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.closest('main') !== null")


def test_every_control_has_a_focus_style(desk):
    count = desk.locator("a:visible, summary:visible, [type=search], [type=radio]:checked").count()
    for _ in range(count):
        desk.keyboard.press("Tab")
        control, style = desk.evaluate("""() => {
            const focused = document.activeElement;
            const outlined = focused.type === 'radio' ? focused.parentElement : focused;
            return [focused.outerHTML.slice(0, 80), getComputedStyle(outlined).outlineStyle];
        }""")
        assert style != "none", control


def test_page_works_without_javascript(visit):
    page = visit(java_script_enabled=False, color_scheme="dark")
    assert not page.is_visible(".tools")
    assert [image["name"] for image in shown(page, "article img")] == [
        "extra-dark.svg",
        "line-dark.svg",
    ]
    for summary in page.locator("#line summary").all():
        summary.click()
    assert page.is_visible("#line-claims pre")


@pytest.mark.parametrize(("scheme", "file"), [("light", "line.png"), ("dark", "line-dark.png")])
def test_picture_is_enlarged_without_javascript(visit, host, scheme, file):
    page = visit(java_script_enabled=False, color_scheme=scheme)
    page.click("#line .picture .zoom:visible")
    assert page.url == host + file


@pytest.mark.parametrize("scheme", THEMES)
def test_print_is_light_and_has_the_opened_parts(visit, scheme):
    page = visit(**PAPER, color_scheme=scheme)
    page.click("#line summary:text-is('Script')")
    page.emulate_media(media="print", color_scheme=scheme)
    assert [image["name"] for image in shown(page)] == ["extra.svg", "line.svg"]
    assert page.is_visible("#line-script")
    assert not page.is_visible("#line summary:has-text('Tests')")
    assert not page.is_visible("nav")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 26, 26)"


def test_both_themes_print_the_same_pictures(visit):
    drawings = []
    for scheme in THEMES:
        paper = pymupdf.open(stream=visit(color_scheme=scheme).pdf())
        drawings.append([len(sheet.get_drawings()) for sheet in paper])
    light, dark = drawings
    assert light == dark
    assert sum(light) > 0


@pytest.fixture
def paper(desk):
    """The page as it is printed, with the claims, the script and the use of a figure."""
    for part in ("Animation", "Claims", "Script", "Use this figure"):
        desk.click(f"#line summary:has-text('{part}')")
    desk.emulate_media(media="print")
    return desk


def test_print_has_no_line_numbers(paper):
    """Numbers of long code would be printed over the text of the next pages."""
    content = "it => getComputedStyle(it, '::before').content"
    assert paper.eval_on_selector("#line-script .code", content) == "none"


def test_print_has_the_code_of_all_tests(paper):
    """Including the code of tests that are collapsed on the screen."""
    visible = "all => all.map(it => it.checkVisibility() && it.offsetHeight > 30)"
    assert paper.eval_on_selector_all("#line-claims pre", visible) == [True] * 3


def test_print_has_the_still_and_the_citation_without_controls(paper):
    assert [image["name"] for image in shown(paper, "#line img")] == ["line.svg"]
    assert paper.is_visible(".snippet")
    assert not paper.is_visible("#line .copies")

/* Report pages in a browser, which pages.sh has made: PAGES is their folder, PICTURES that of the
 * screenshots, FRAME the frame of a finding in many.html. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "tests/support/browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WIDE = 1400,
	TALL = 1800,
	PHONE = 390,
	PHONE_TALL = 844,
	PATH_BYTES = 512,
	TEXTS_MAX = 6,
	TABS_MAX = 200,
	PICTURE_MIN = 15000, /* bytes; an empty one has far less */
};

static struct browser browser;

static const char *path_of(const char *variable, const char *name, const char *ending)
{
	static char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/%s%s", getenv(variable), name, ending);
	return path;
}

static bool is_made(const char *name)
{
	return access(path_of("PAGES", name, ".html"), R_OK) == 0;
}

/* Opens the page at a place of it; it says nothing on the console. */
static void open_at(const char *name, const char *place)
{
	auto_buf url = BUF_NULL;

	buf_printf(&url, "file://%s#%s", path_of("PAGES", name, ".html"), place);
	browser_load(&browser, buf_cstr(&url));
	if (browser.said.len > 0)
		fail_msg("%s: %s", name, buf_cstr(&browser.said));
}

static void take_picture(const char *name, bool is_whole)
{
	const char *path = path_of("PICTURES", name, ".png");
	struct stat file;

	browser_picture(&browser, path, is_whole);
	assert_int_equal(stat(path, &file), 0);
	if (file.st_size < PICTURE_MIN)
		fail_msg("%s: an empty picture", path);
}

static bool holds(const char *expression)
{
	return strcmp(browser_ask(&browser, expression), "true") == 0;
}

static void assert_holds(const char *name, const char *expression)
{
	if (!holds(expression))
		fail_msg("%s: not %s", name, expression);
}

/* ---- what is shown -------------------------------------------------------------------- */

static const struct {
	const char *page, *place, *picture;
	const char *shows[TEXTS_MAX]; /* in its markup */
} views[] = {
	{ "figure-2", "", "figure-2",
	    { "class=\"badge ok\"", "Steps of cpe-1",
		"DHCP lease with the ACS in option 43", "of them went all steps" } },
	{ "lab-failed", "", "lab-failed",
	    { "<b class=\"bad\">acs-migration, before step 1</b> (DNS) ",
		"NXDOMAIN for acs9.lab", "cpe-1, cpe-2, cpe-3, first ",
		">failed</span>" } },
	{ "failed", "", "failed",
	    { ">broken</span>", "Why it is broken", "sessions failed",
		"failed before a session", "by the ACS: " } },
	{ "steps-failed", "", "steps-failed",
	    { "<b class=\"bad\">acs-migration, step", "Steps of 10.0.0.102" } },
	{ "broken", "", "broken",
	    { "<b class=\"bad\">SES-14</b> by the CPE: ", ">broken</span>",
		"of level must" } },
	{ "unjudged", "", "unjudged", { "class=\"badge note\">not judged</span>" } },
	{ "text", "", "text",
	    { ">message ", "<th>message</th>", "<th>messages</th>", "messages</li>",
		"session</li>" } },
	{ "many", "", "many",
	    { "985 sessions", "SES-09 8", "SOAP-09 7", "URL-03 7", "URL-05 7" } },
	{ "many", "session=777", "session",
	    { ">session 777<", "POST /acs HTTP/1.1", "cwmp:Inform" } },
	{ "many", "session=777&view=hex", "hex",
	    { "class=\"hex\"", "000000  50 4f 53 54 20" } },
	{ "many", "frame=FRAME&rule=SOAP-09", "finding",
	    { "InformResponse carries cwmp:ID", "must, by the acs", "HTTP/1.1 200 OK",
		"cwmp:InformResponse" } },
	{ "many", "search=SN00000123", "search", { "2 of 985 sessions" } },
	{ "many", "search=no%20such%20words", "nothing", { "0 of 985 sessions" } },
};

static const char *put_frame(const char *place)
{
	static char text[64];
	const char *at = strstr(place, "FRAME");

	if (!at)
		return place;
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - place), place,
	    getenv("FRAME"), at + strlen("FRAME"));
	return text;
}

static void every_page_shows_what_it_is_of(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		auto_buf markup = BUF_NULL;

		if (!is_made(views[i].page))
			continue;
		open_at(views[i].page, put_frame(views[i].place));
		buf_append_text(&markup,
		    browser_ask(&browser, "document.body.innerHTML"));
		for (size_t k = 0; k < TEXTS_MAX && views[i].shows[k]; k++) {
			if (!strstr(buf_cstr(&markup), views[i].shows[k]))
				fail_msg("%s: \"%s\" is not shown", views[i].picture,
				    views[i].shows[k]);
		}
		take_picture(views[i].picture, false);
	}
}

/* A page that throws must be noticed, or all else here means nothing. */
static void errors_of_pages_are_seen(void **state)
{
	const char *path = path_of("PAGES", "throws", ".htm");
	FILE *file = fopen(path, "w");
	auto_buf url = BUF_NULL;

	(void)state;
	assert_non_null(file);
	(void)fputs("<!doctype html><script>nobody.here()</script>", file);
	assert_int_equal(fclose(file), 0);
	buf_printf(&url, "file://%s", path);
	browser_load(&browser, buf_cstr(&url));
	assert_non_null(strstr(buf_cstr(&browser.said), "nobody is not defined"));
}

/* ---- why, first of all ------------------------------------------------------------------ */

static const char *const unwell[] = { "lab-failed", "failed", "steps-failed", "broken",
	"text" };

static void a_page_that_is_not_well_says_why_at_its_top(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unwell); i++) {
		if (!is_made(unwell[i]))
			continue;
		open_at(unwell[i], "");
		assert_holds(unwell[i], "$('why').getBoundingClientRect().top < 250 && "
					"$('why').children[0].textContent.length > 20");
		/* Its link leads to the row that shows it. */
		(void)browser_ask(&browser, "document.querySelector('#why a').focus()");
		browser_press(&browser, "Enter");
		assert_holds(unwell[i],
		    "location.hash.length > 1 && $('ladder').querySelector('g.on') !== "
		    "null && $('side').textContent.length > 20");
	}
}

/* ---- from the keyboard ------------------------------------------------------------------ */

/* Presses Tab until the focus is on something that the selector takes. */
static void tab_to(const char *name, const char *selector)
{
	auto_buf question = BUF_NULL;

	buf_printf(&question, "document.activeElement.matches('%s')", selector);
	for (size_t i = 0; i < TABS_MAX; i++) {
		browser_press(&browser, "Tab");
		if (holds(buf_cstr(&question)))
			return;
	}
	fail_msg("%s: the keyboard does not reach %s", name, selector);
}

static void rows_are_reached_by_the_keyboard(void **state)
{
	static const char *const pages[] = { "figure-2", "failed", "broken", "text" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		if (!is_made(pages[i]))
			continue;
		open_at(pages[i], "");
		tab_to(pages[i], "svg.ladder g:not(.on)");
		browser_press(&browser, "Enter");
		assert_holds(pages[i], "document.activeElement.matches('g.on')");
		assert_holds(pages[i],
		    "$('side').textContent.includes(document.activeElement"
		    ".querySelector('.what').textContent.slice(0, 12).replace('✗ ', "
		    "'').split(' ')[0])");
		/* All of them, not the first alone. */
		assert_holds(pages[i],
		    "[...document.querySelectorAll('svg.ladder g.has')]"
		    ".every(g => g.tabIndex === 0)");
		tab_to(pages[i], "#sessions tr.go");
		browser_press(&browser, "Enter");
		assert_holds(pages[i], "location.hash.startsWith('#session=')");
	}
}

/* ---- what can be read ------------------------------------------------------------------- */

/* The least contrast of a text with what is behind it (WCAG 2.2, 1.4.3), as the browser has
 * computed both colours, and whose it is: "4.52 badge: failed". */
static const char least_contrast[] =
    "(() => {"
    "const rgba = c => { const n = c.match(/[\\d.]+/g).map(Number);"
    "  return n.length > 3 ? n : [...n.slice(0, 3), 1]; };"
    "const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3]));"
    "const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;"
    "const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);"
    "const kept = make => { const of = new Map();"
    "  return e => { if (!of.has(e)) of.set(e, make(e)); return of.get(e); }; };"
    "const rects = kept(svg => [...svg.querySelectorAll('rect')].map(r =>"
    "  ({ b: r.getBoundingClientRect(), fill: getComputedStyle(r).fill }))"
    "  .filter(r => r.fill !== 'none'));"
    "const ground = kept(e => rgba(getComputedStyle(e).backgroundColor));"
    "const behind = e => {"
    "  const stack = [], svg = e.closest('svg');"
    "  if (svg) { const t = e.getBoundingClientRect();"
    "    for (const { b, fill } of rects(svg)) {"
    "      if (b.left <= t.left && b.right >= t.left && b.top <= t.top + t.height / 2 &&"
    "          b.bottom >= t.top + t.height / 2)"
    "        stack.unshift(rgba(fill)); } }"
    "  for (let p = svg || e; p; p = p.parentElement)"
    "    stack.push(ground(p));"
    "  return stack.reverse().reduce((below, c) => over(c, below), [255, 255, 255]); };"
    "let least = [99, 'no text'];"
    "const look = (e, colour, what) => {"
    "  const back = behind(e), ink = over(rgba(colour), back);"
    "  const [x, y] = [light(ink), light(back)].sort((p, q) => q - p);"
    "  const is = (x + 0.05) / (y + 0.05);"
    "  if (is < least[0]) least = [is, (e.className.baseVal ?? e.className) + ': ' + what]; };"
    "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
    "for (let n; (n = walk.nextNode());) {"
    "  const e = n.parentElement, style = getComputedStyle(e);"
    "  if (n.data.trim() && e.getClientRects().length && !/^(script|style|option)$/i.test(e.tagName))"
    "    look(e, e.closest('svg') ? style.fill : style.color, n.data.slice(0, 40)); }"
    "for (const e of document.querySelectorAll('input, select')) {"
    "  look(e, getComputedStyle(e).color, e.id);"
    "  if (e.placeholder) look(e, getComputedStyle(e, '::placeholder').color, e.placeholder); }"
    "return least[0].toFixed(2) + ' ' + least[1]; })()";

static void all_that_is_written_has_contrast(void **state)
{
	static const char *const pages[] = { "figure-2", "lab-failed", "failed",
		"steps-failed", "broken", "unjudged", "text", "many" };
	double least = 99;

	(void)state;
	for (int is_dark = 0; is_dark < 2; is_dark++) {
		browser_show_as(&browser, false, is_dark);
		for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
			const char *said;
			double is;

			if (!is_made(pages[i]))
				continue;
			open_at(pages[i], "");
			said = browser_ask(&browser, least_contrast);
			is = strtod(said, NULL);
			print_message("%s, %s: %s\n", pages[i],
			    is_dark ? "dark" : "light", said);
			if (is < 4.5)
				fail_msg("%s: a contrast of %s", pages[i], said);
			least = is < least ? is : least;
		}
	}
	print_message("the least contrast: %.2f\n", least);
	browser_show_as(&browser, false, false);
}

/* The elements that reach out of the page at its right, but for what scrolls in a card. */
static const char too_wide[] =
    "[...document.querySelectorAll('main *')].filter(e => {"
    "  const card = e.parentElement.closest('.card');"
    "  return e.getBoundingClientRect().right > screen.width + 1 &&"
    "    !(card && getComputedStyle(card).overflowX !== 'visible'); })"
    ".map(e => e.tagName + ' ' + (e.id || e.textContent.slice(0, 40))).slice(0, 5)";

static void assert_fits(const char *name)
{
	const char *said = browser_ask(&browser, too_wide);

	if (*said)
		fail_msg("%s: too wide: %s", name, said);
	assert_holds(name, "document.documentElement.scrollWidth <= screen.width");
}

static void a_telephone_shows_all_of_a_page(void **state)
{
	static const char *const pages[] = { "figure-2", "lab-failed", "failed",
		"broken", "unjudged", "text" };

	(void)state;
	browser_resize(&browser, PHONE, PHONE_TALL);
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		auto_buf name = BUF_NULL;

		if (!is_made(pages[i]))
			continue;
		open_at(pages[i], "");
		/* Nothing but cards scrolls sideways, and no drawing is shrunk. */
		assert_fits(pages[i]);
		assert_holds(pages[i], "innerWidth === 390");
		assert_holds(pages[i],
		    "[...document.querySelectorAll('.card svg')].every(s => "
		    "s.getBoundingClientRect().width >= s.viewBox.baseVal.width - 1)");
		buf_printf(&name, "phone-%s", pages[i]);
		take_picture(buf_cstr(&name), true);
	}
	browser_resize(&browser, WIDE, TALL);
}

static void paper_shows_all_of_a_page(void **state)
{
	static const char *const pages[] = { "figure-2", "lab-failed", "failed",
		"broken", "text" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		auto_buf name = BUF_NULL;
		struct stat file;

		if (!is_made(pages[i]))
			continue;
		browser_show_as(&browser, true, false);
		browser_resize(&browser, 760, 1075); /* A4 with margins */
		open_at(pages[i], "");
		assert_fits(pages[i]);
		/* What cannot be scrolled must not be cut. */
		assert_holds(pages[i],
		    "[...document.querySelectorAll('.card')].every(c => "
		    "getComputedStyle(c).overflowX === 'visible' && "
		    "c.scrollWidth <= c.clientWidth + 1)");
		assert_holds(pages[i],
		    "[...document.querySelectorAll('button, input, select')].every(b "
		    "=> b.getClientRects().length === 0)");
		buf_printf(&name, "print-%s", pages[i]);
		take_picture(buf_cstr(&name), true);
		browser_print(&browser, path_of("PICTURES", buf_cstr(&name), ".pdf"));
		assert_int_equal(stat(path_of("PICTURES", buf_cstr(&name), ".pdf"),
				     &file),
		    0);
		assert_true(file.st_size > 5000);
	}
	browser_show_as(&browser, false, false);
	browser_resize(&browser, WIDE, TALL);
}

static void pages_are_dark_at_night(void **state)
{
	(void)state;
	browser_show_as(&browser, false, true);
	for (size_t i = 0; i < ARRAY_LEN(unwell); i++) {
		auto_buf name = BUF_NULL;

		if (!is_made(unwell[i]))
			continue;
		open_at(unwell[i], "");
		assert_holds(unwell[i],
		    "getComputedStyle(document.body).backgroundColor === "
		    "'rgb(19, 21, 23)'");
		buf_printf(&name, "dark-%s", unwell[i]);
		take_picture(buf_cstr(&name), false);
	}
	browser_show_as(&browser, false, false);
}

/* ---- the program ------------------------------------------------------------------------ */

static int open_browser(void **state)
{
	(void)state;
	if (!browser_open(&browser, path_of("PAGES", "profile", "")))
		exit(77);
	browser_resize(&browser, WIDE, TALL);
	browser_show_as(&browser, false, false);
	return 0;
}

static int close_browser(void **state)
{
	(void)state;
	browser_close(&browser);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_pages_are_seen),
		cmocka_unit_test(every_page_shows_what_it_is_of),
		cmocka_unit_test(a_page_that_is_not_well_says_why_at_its_top),
		cmocka_unit_test(rows_are_reached_by_the_keyboard),
		cmocka_unit_test(all_that_is_written_has_contrast),
		cmocka_unit_test(a_telephone_shows_all_of_a_page),
		cmocka_unit_test(paper_shows_all_of_a_page),
		cmocka_unit_test(pages_are_dark_at_night),
	};

	return cmocka_run_group_tests(tests, open_browser, close_browser);
}

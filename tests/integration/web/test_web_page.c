/* The page of a lab in a browser: it says nothing on the console, shows what happens, has a link
 * pulled out and a console typed at, and fits a telephone, the night, paper and a keyboard. URL is
 * where it is, LAB the name; page.sh has made both. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "tests/support/browser.h"
#include "tests/support/patience.h"

#include "lib/base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDE = 1400,
	TALL = 900,
	PHONE = 390,
	LOOK_MS = 50
};

static struct browser browser;

/* Waits until an expression is true in the page. */
static void wait_for(const char *expression)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (strcmp(browser_ask(&browser, expression), "true") != 0) {
		if (clock_monotonic() > end)
			fail_msg("never: %s in %s", expression,
			    browser_ask(&browser, "document.body.innerText"));
		(void)poll(NULL, 0, LOOK_MS);
	}
}

static void assert_true_there(const char *expression)
{
	if (strcmp(browser_ask(&browser, expression), "true") != 0)
		fail_msg("not so: %s in %s", expression,
		    browser_ask(&browser, "document.body.innerText"));
}

static void assert_silent(void)
{
	if (browser.said.len > 0)
		fail_msg("on its console: %s", buf_cstr(&browser.said));
}

static void picture(const char *name)
{
	auto_buf path = BUF_NULL;

	buf_printf(&path, "%s/%s.png", getenv("PICTURES"), name);
	browser_picture(&browser, buf_cstr(&path), true);
}

/* Texts whose contrast with what is behind them is less than 4.5 (WCAG 2.2, 1.4.3). */
static const char pale[] =
    "(() => {"
    "const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);"
    "const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;"
    "const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);"
    "const isSeen = c => c.length === 3 || c[3] > 0;"
    "const behind = e => {"
    "  for (; e; e = e.parentElement) {"
    "    const style = getComputedStyle(e);"
    "    const box = e.tagName === 'g' && e.querySelector('.box, .hit');"
    "    const c = parse(box ? getComputedStyle(box).fill : style.backgroundColor);"
    "    if (isSeen(c)) return c;"
    "  }"
    "  return [255, 255, 255];"
    "};"
    "const list = [];"
    "for (const e of document.querySelectorAll('body *')) {"
    "  if (!e.getClientRects().length) continue;"
    "  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());"
    "  if (!own && !e.placeholder) continue;"
    "  const style = getComputedStyle(e, own ? null : '::placeholder');"
    "  const a = light(parse(e.ownerSVGElement ? style.fill : style.color));"
    "  const b = light(behind(e));"
    "  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);"
    "  if (ratio < 4.5) list.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 200));"
    "}"
    "return list.join('\\n'); })()";

/* By day and at night. */
static void assert_readable(void)
{
	for (int is_dark = 1; is_dark >= 0; is_dark--) {
		browser_show_as(&browser, false, is_dark);
		if (*browser_ask(&browser, pale))
			fail_msg("%s: too pale: %s", is_dark ? "night" : "day",
			    buf_cstr(&browser.answer));
	}
}

static void load(void)
{
	auto_buf title = BUF_NULL;

	browser_load(&browser, getenv("URL"));
	buf_printf(&title, "$('lab').textContent === '%s'", getenv("LAB"));
	wait_for(buf_cstr(&title));
	wait_for("$('state').textContent === 'running'");
	wait_for("document.querySelectorAll('svg.net g[tabindex]').length === 6");
	wait_for("[...document.querySelectorAll('#table td')].some("
		 "c => c.textContent === 'home')");
}

static void the_lab_is_drawn(void **state)
{
	(void)state;
	load();
	assert_true_there("document.querySelectorAll('svg.net .cable').length === 5");
	assert_silent();
	picture("wide");
}

#define NODE(what)                                                         \
	"[...document.querySelectorAll('svg.net g[tabindex]')].find(g => " \
	"g.getAttribute('aria-label').includes('" what "'))"
#define CHOOSE(what) NODE(what) ".dispatchEvent(new Event('click'))"
#define TABLE(name)                                                                \
	"(state.table = '" name "', state.text = $('filter').value = '', tabs(), " \
	"loadRows())"

static void a_link_that_is_pulled_out_is_red(void **state)
{
	(void)state;
	load();
	(void)browser_ask(&browser, CHOOSE("cpe home"));
	wait_for("!$('link-part').hidden");
	(void)browser_ask(&browser, "$('link-down').click()");
	wait_for("document.querySelector('svg.net .cable.down') !== null");
	assert_true_there("getComputedStyle(document.querySelector('svg.net "
			  ".cable.down')).stroke === 'rgb(198, 42, 47)'");
	assert_true_there(NODE("cpe home") ".getAttribute('aria-label')"
					   ".endsWith('link down')");
	assert_readable();
	picture("down");
	(void)browser_ask(&browser, "$('link-set').value = 'loss=200%',"
				    "$('link-form').requestSubmit()");
	wait_for("$('link-said').textContent.length > 0");
	(void)browser_ask(&browser, "$('link-up').click()");
	wait_for("document.querySelector('svg.net .cable.down') === null");
	(void)browser_ask(&browser, "$('link-set').value = 'delay=5ms',"
				    "$('link-form').requestSubmit()");
	wait_for("document.querySelector('svg.net .cable.impaired') !== null");
	assert_silent();
}

static void a_boot_is_watched(void **state)
{
	(void)state;
	load();
	(void)browser_ask(&browser, CHOOSE("cpe home"));
	wait_for("!$('cpe-deeds').hidden");
	(void)browser_ask(&browser, "$('events').replaceChildren(),"
				    "$('cpe-deeds').children[0].click()");
	wait_for("/home lease address/.test($('events').textContent)");
	wait_for("/home session-start [^]* 1 BOOT/.test($('events').textContent)");
	wait_for("$('node-said').textContent === 'boot: done'");
	assert_readable();
	picture("boot");
	/* A program that is stopped is seen as such, and starts again. */
	(void)browser_ask(&browser, CHOOSE("dns dns"));
	(void)browser_ask(&browser, "$('node-stop').click()");
	wait_for("/is stopped/.test(document.querySelector('svg.net').textContent)");
	assert_true_there("document.querySelector('svg.net g.gone') !== null");
	assert_readable();
	(void)browser_ask(&browser, "$('node-start').click()");
	wait_for("document.querySelector('svg.net g.gone') === null");
	assert_silent();
}

#define TYPE(line) \
	"$('console-line').value = '" line "', $('console-form').requestSubmit()"

static void a_console_is_typed_at(void **state)
{
	(void)state;
	load();
	(void)browser_ask(&browser, CHOOSE("switch access"));
	wait_for("!$('console-part').hidden");
	/* Nobody has opened it yet, who only looks at the switch. */
	assert_true_there("shell.session === 0 && !$('console-open').hidden");
	(void)browser_ask(&browser, "$('console-open').click()");
	wait_for("$('console-prompt').textContent === '<access>'");
	assert_true_there("shell.session > 0 && $('console-open').hidden");
	(void)browser_ask(&browser, TYPE("display clock"));
	wait_for("/UTC/.test($('console-out').textContent)");
	assert_readable();
	picture("console");
	/* What is typed while a line goes on comes after it, and it is seen that it waits. */
	assert_true_there("(" TYPE("ping -c 3 10.0.0.11") "," TYPE(
	    "display version") ", /^. lines? wait/.test($('console-said').textContent))");
	wait_for("/<access>ping -c 3 [^]*3 packet[^]*<access>display version\\n/"
		 ".test($('console-out').textContent)");
	assert_true_there("$('console-said').textContent === ''");
	/* Ctrl+C is no line, and those that wait are not wanted any more. */
	(void)browser_ask(&browser, TYPE("ping -c 1000 10.0.0.11"));
	wait_for("/ping -c 1000[^]*ttl=/.test($('console-out').textContent)");
	(void)browser_ask(&browser, "$('console-line').dispatchEvent(new KeyboardEvent("
				    "'keydown', {key: 'c', ctrlKey: true}))");
	wait_for("/ping -c 1000[^]*packet loss/.test($('console-out').textContent)");
	/* From one console to another, and to a node that has none. */
	(void)browser_ask(&browser, CHOOSE("acs acs"));
	wait_for("$('console-part').hidden");
	(void)browser_ask(&browser, CHOOSE("switch access"));
	wait_for("!$('console-part').hidden");
	(void)browser_ask(&browser, CHOOSE("cpe home"));
	assert_true_there("shell.session === 0");
	/* The first key asks for one. */
	(void)browser_ask(&browser,
	    "$('console-line').value = 'd',"
	    "$('console-line').dispatchEvent(new Event('input'))");
	wait_for("/has no console/.test($('console-out').textContent)");
	assert_silent();
}

static void a_device_is_seen_with_its_values(void **state)
{
	(void)state;
	load();
	(void)browser_ask(&browser, TABLE("devices"));
	wait_for("/HP5920/.test($('table').textContent)");
	(void)browser_ask(&browser,
	    "[...document.querySelectorAll('#table tr.go')].find(tr => "
	    "/HP5920/.test(tr.textContent)).click()");
	wait_for("/ManagementServer.*URL/s.test($('device').textContent)");
	assert_readable();
	picture("device");
	assert_silent();
}

static void a_lease_is_seen(void **state)
{
	(void)state;
	load();
	(void)browser_ask(&browser, TABLE("leases"));
	wait_for("/10.0.0.1\\d\\d02:00:05:00:00:01dhcp/.test($('table').textContent)");
	assert_silent();
}

static void a_session_is_seen_with_its_xml(void **state)
{
	(void)state;
	load();
	(void)browser_ask(&browser, TABLE("sessions"));
	wait_for("/Inform/.test($('table').textContent)");
	(void)browser_ask(&browser,
	    "[...document.querySelectorAll('#table tr.go')].find(tr => "
	    "/Inform/.test(tr.textContent)).click()");
	wait_for("!$('wire-part').hidden");
	(void)browser_ask(&browser,
	    "[...document.querySelectorAll('svg.ladder g')].find(g => "
	    "g.getAttribute('aria-label').startsWith('Inform'))"
	    ".dispatchEvent(new Event('click'))");
	assert_true_there("/<cwmp:Inform>/.test($('side').textContent)");
	assert_readable();
	picture("session");
	assert_silent();
}

static void that_sessions_are_not_read_is_seen_until_they_are(void **state)
{
	static const char *const is_seen =
	    "!$('blind').hidden && /ended by signal 9/.test($('blind').textContent)";
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	(void)state;
	load();
	(void)browser_ask(&browser, TABLE("sessions"));
	wait_for("document.querySelector('#table tr.go') !== null");
	assert_true_there("$('blind').hidden");
	/* It is started again soon, and later each time: a busy machine may have to look twice. */
	while (strcmp(browser_ask(&browser, is_seen), "true") != 0) {
		assert_true(clock_monotonic() < end);
		(void)!system("kill -KILL $(pgrep -P $PAGE -f ' decode ') 2>&-");
		(void)poll(NULL, 0, LOOK_MS);
	}
	assert_readable();
	picture("blind");
	(void)browser_ask(&browser, "window.before = Number(document.querySelector("
				    "'#table tr.go td').textContent)");
	wait_for("$('blind').hidden");
	wait_for("/being read again/.test($('events').textContent)");
	wait_for("Number(document.querySelector('#table tr.go td').textContent) > "
		 "window.before");
	assert_silent();
}

/* Words of strangers in each place that shows some. */
static const char everywhere[] =
    "const group = {name: x, kind: x, attach: x, address: x, count: 1, serve: 0, "
    "program: x, states: {[x]: 1}, links: 1, down: 0, impaired: 1, link: x, now: x, peers: [x]};"
    "const line = {kind: x, name: x, text: x, rule: x, why: x, cpe: x, acs: x, head: x, "
    "body: x, detail: x, frame: 1, time: 1, from: x};"
    "const points = [[1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3, 3]];"
    "Object.assign(state, {on: x, node: x, kind: x, table: 'sessions', lab: {lab: x, "
    "state: x, blind: x, groups: [group]}});"
    "drawFacts(); draw(); showBlind(); showNode({[x]: x}); putLink({link: x, now: x, set: x + '2', "
    "up: {in: 1, out: x}});"
    "tell(el('div', 'note', words({event: x, [x]: x, y: [x, {z: x}]}))); flush();"
    "put(x); said(x); putDevice({id: x, [x]: x, values: {[x]: x}}, x);"
    "$('table').replaceChildren(grid([x], [[x]]));"
    "for (const k in COLUMNS) $('table').append(rowOf({node: x, state: x, next: x, "
    "name: x, link: x, text: x, messages: x, id: x}, k));"
    "putLesson({title: x, task: '# ' + x + '\\n' + x + ' **' + x + '**\\n- `' + x}); "
    "putGoals([{goal: x, state: x, text: x, points: 1}], x);"
    "$('loads').replaceChildren(chart({node: x, state: x, points}));"
    "ladder([line, {...line, kind: 'finding'}], 2, 1);"
    "$('side').append(pretty('<a b=\"' + x + '\">' + x + '</a>'));";

static void words_of_strangers_are_words(void **state)
{
	static const char *const corpus[] = {
		"<img src=x onerror=window.hit=1>",
		"<script>window.hit=1</script>",
		"\\\"><svg onload=window.hit=1>",
		"' onmouseover='window.hit=1",
		"javascript:window.hit=1",
		"</title><script>window.hit=1</script>",
		"</text><foreignObject><iframe srcdoc=x></foreignObject>",
		"<a href=javascript:window.hit=1>x</a>",
		"{{constructor.constructor('window.hit=1')()}}",
		"<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
		"&lt;img src=x onerror=window.hit=1&gt;",
		"\\u202e\\u0000\\ud800<b>",
	};
	auto_buf script = BUF_NULL;

	(void)state;
	load();
	for (size_t i = 0; i < ARRAY_LEN(corpus); i++) {
		buf_reset(&script);
		buf_printf(&script, "((x) => { %s })(\"%s\")", everywhere, corpus[i]);
		(void)browser_ask(&browser, buf_cstr(&script));
		assert_true_there("window.hit === undefined");
		assert_true_there("document.querySelectorAll('#main img, #main iframe, "
				  "#main script, #main style, #main math, #main a, "
				  "foreignObject').length === 0");
	}
}

static void it_fits_a_telephone_the_night_and_paper(void **state)
{
	auto_buf path = BUF_NULL;

	(void)state;
	browser_resize(&browser, PHONE, TALL);
	load();
	assert_true_there("document.documentElement.scrollWidth <= innerWidth");
	picture("phone");
	browser_resize(&browser, WIDE, TALL);
	browser_show_as(&browser, false, true);
	load();
	assert_true_there("getComputedStyle(document.body).backgroundColor === "
			  "'rgb(19, 21, 23)'");
	picture("dark");
	browser_show_as(&browser, true, false);
	load();
	assert_true_there("getComputedStyle(document.querySelector('#table'))"
			  ".overflowY === 'visible'");
	picture("paper");
	buf_printf(&path, "%s/print.pdf", getenv("PICTURES"));
	browser_print(&browser, buf_cstr(&path));
	browser_show_as(&browser, false, false);
}

/* Tabs until what has the focus is so: e is the element. */
static void tab_to(const char *expression)
{
	auto_buf is_there = BUF_NULL;

	buf_printf(&is_there,
	    "((e, label) => Boolean(%s))(document.activeElement, "
	    "document.activeElement.getAttribute('aria-label') || '')",
	    expression);
	for (int i = 0; i < 150; i++) {
		browser_press(&browser, "Tab");
		if (strcmp(browser_ask(&browser, buf_cstr(&is_there)), "true") == 0)
			return;
	}
	fail_msg("the keyboard does not come to %s", expression);
}

static void a_keyboard_is_enough(void **state)
{
	(void)state;
	load();
	tab_to("label.startsWith('cpe home')");
	browser_press(&browser, "Enter");
	wait_for("!$('link-part').hidden");
	/* The drawing is made anew, and the focus stays. */
	assert_true_there("document.activeElement.getAttribute('aria-label')"
			  ".startsWith('cpe home')");
	tab_to("e === $('link-down')");
	browser_press(&browser, "Enter");
	wait_for("document.querySelector('svg.net .cable.down') !== null");
	tab_to("e === $('link-up')");
	browser_press(&browser, "Enter");
	wait_for("document.querySelector('svg.net .cable.down') === null");
	tab_to("e.parentElement === $('tabs') && e.textContent === 'sessions'");
	browser_press(&browser, "Enter");
	(void)browser_ask(&browser, "state.text = $('filter').value = '', loadRows()");
	wait_for("/Inform/.test($('table').textContent)");
	tab_to("e.classList.contains('go')");
	browser_press(&browser, "Enter");
	wait_for("!$('wire-part').hidden");
	assert_silent();
}

/* For tests/bench/web.sh: so many CPEs. */
static void a_fleet_is_painted_at_once(void **state)
{
	auto_buf all_are_there = BUF_NULL;
	double painted;

	(void)state;
	buf_printf(&all_are_there,
	    "(state.lab ? state.lab.groups : []).flatMap(g => Object.values(g.states))"
	    ".reduce((a, b) => a + b, 0) === %s && "
	    "document.querySelectorAll('#table tr.go').length === WINDOW",
	    getenv("FLEET"));
	/* The first question of all is of a page that nobody has looked at yet. */
	browser_load(&browser, getenv("URL"));
	wait_for(buf_cstr(&all_are_there));
	browser_load(&browser, getenv("URL"));
	wait_for(buf_cstr(&all_are_there));
	(void)printf("drawn %s\n", browser_ask(&browser, "performance.now() | 0"));
	wait_for("performance.getEntriesByName('first-contentful-paint').length > 0");
	(void)printf("painted %s\n",
	    browser_ask(&browser, "performance.getEntriesByName("
				  "'first-contentful-paint')[0].startTime | 0"));
	painted = strtod(buf_cstr(&browser.answer), NULL);
	assert_true(painted > 0 && painted < 1000);
	/* The last row is as near as the first. */
	(void)browser_ask(&browser, "$('table').scrollTop = 1e9");
	buf_reset(&all_are_there);
	buf_printf(&all_are_there,
	    "document.querySelector('#table tr.go[aria-rowindex="
	    "\"%lu\"]') !== null",
	    strtoul(getenv("FLEET"), NULL, 10) + 1);
	wait_for(buf_cstr(&all_are_there));
	picture("fleet");
	assert_silent();
}

static int open_browser(void **state)
{
	(void)state;
	if (!browser_open(&browser, getenv("PICTURES")))
		return -1;
	browser_resize(&browser, WIDE, TALL);
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
		cmocka_unit_test(the_lab_is_drawn),
		cmocka_unit_test(a_link_that_is_pulled_out_is_red),
		cmocka_unit_test(a_boot_is_watched),
		cmocka_unit_test(a_console_is_typed_at),
		cmocka_unit_test(a_device_is_seen_with_its_values),
		cmocka_unit_test(a_lease_is_seen),
		cmocka_unit_test(a_session_is_seen_with_its_xml),
		cmocka_unit_test(that_sessions_are_not_read_is_seen_until_they_are),
		cmocka_unit_test(words_of_strangers_are_words),
		cmocka_unit_test(it_fits_a_telephone_the_night_and_paper),
		cmocka_unit_test(a_keyboard_is_enough),
	};
	const struct CMUnitTest fleet[] = {
		cmocka_unit_test(a_fleet_is_painted_at_once),
	};

	if (getenv("FLEET"))
		return cmocka_run_group_tests(fleet, open_browser, close_browser);
	return cmocka_run_group_tests(tests, open_browser, close_browser);
}

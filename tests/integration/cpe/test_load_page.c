/* The page of a load test in a browser: it says nothing on the console, fetches nothing, fits a
 * telephone, and has the numbers of the CSV. PAGE is its path, CSV the other's; load_page.sh has
 * made both. 77: no browser. */
#include "tests/unit/unit.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "tests/support/browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDE = 1400,
	TALL = 900,
	PHONE = 390,
	LINE_MAX_ = 1024,
	PHASES_MIN = 3
};

static struct browser browser;

/* Whether a table of the page has a row of these cells, the first ones of it. */
static void assert_row(const char *cells)
{
	auto_buf question = BUF_NULL;

	buf_printf(&question,
	    "[...document.querySelectorAll('tr')].some(r => [...r.cells].map("
	    "c => c.textContent).join(',').startsWith('%s'))",
	    cells);
	if (strcmp(browser_ask(&browser, buf_cstr(&question)), "true") != 0)
		fail_msg("no row \"%s\" in %s", cells,
		    browser_ask(&browser, "document.body.innerText"));
}

/* "latency,Inform,count,80" and the line behind it of the smallest, as cells. */
static void the_page_has_the_numbers_of_the_csv(void **state)
{
	auto_file csv = fopen(getenv("CSV"), "r");
	char line[LINE_MAX_], group[16], name[64], field[32], value[32];
	size_t phases = 0;
	auto_buf cells = BUF_NULL;

	(void)state;
	assert_non_null(csv);
	while (fgets(line, sizeof(line), csv)) {
		if (sscanf(line, "%15[^,],,%31[^,],%31[^,\r\n]", group, field, value) ==
			3 &&
		    strcmp(group, "sessions") == 0) {
			buf_reset(&cells);
			buf_printf(&cells, "%s,%s", field, value);
			assert_row(buf_cstr(&cells));
		}
		if (sscanf(line, "%15[^,],%63[^,],%31[^,],%31[^,\r\n]", group, name,
			field, value) != 4 ||
		    (strcmp(group, "latency") != 0 && strcmp(group, "service") != 0))
			continue;
		if (strcmp(field, "count") == 0) {
			buf_reset(&cells);
			buf_printf(&cells, "%s,%s", name, group);
		}
		buf_printf(&cells, ",%s", value);
		if (strcmp(field, "max_ms") != 0)
			continue;
		assert_row(buf_cstr(&cells));
		phases++;
	}
	assert_true(phases >= 2 * (size_t)PHASES_MIN);
}

static void it_stands_alone_and_fits(void **state)
{
	static const unsigned widths[] = { WIDE, PHONE };

	(void)state;
	if (browser.said.len > 0)
		fail_msg("the console says %s", buf_cstr(&browser.said));
	assert_string_equal(browser_ask(&browser,
				"performance.getEntriesByType('resource').length"),
	    "0");
	assert_string_not_equal(browser_ask(&browser,
				    "document.querySelectorAll('svg').length"),
	    "0");
	for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
		browser_resize(&browser, widths[i], TALL);
		assert_string_equal(browser_ask(&browser,
					"document.documentElement.scrollWidth <= "
					"document.documentElement.clientWidth"),
		    "true");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_has_the_numbers_of_the_csv),
		cmocka_unit_test(it_stands_alone_and_fits),
	};
	auto_buf url = BUF_NULL;
	int failed;

	if (!browser_open(&browser, getenv("FOLDER")))
		return 77;
	buf_printf(&url, "file://%s", getenv("PAGE"));
	browser_load(&browser, buf_cstr(&url));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	browser_close(&browser);
	return failed;
}

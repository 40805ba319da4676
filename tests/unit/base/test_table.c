/* lib/program/table: what becomes of columns on screens of several widths. */
#include "tests/unit/unit.h"

#include "lib/base/columns.h"
#include "lib/program/table.h"

#include <stdio.h>
#include <stdlib.h>

static const struct table_column columns[] = {
	{ .heading = "name", .least = 8 },
	{ .heading = "count", .is_right = true },
	{ .heading = "address", .least = 9, .leaves = 2 },
	{ .heading = "MAC", .leaves = 3 },
	{ .heading = "why", .least = 10, .leaves = 1 },
};

static void put_row(struct table *table, const char *name, unsigned count,
    const char *address, const char *mac, const char *why)
{
	table_cell(table, name);
	table_cellf(table, "%u", count);
	table_cell(table, address);
	table_cell(table, mac);
	table_cell(table, why);
}

static void put_rows(struct table *table)
{
	put_row(table, "gateway-0001", 7, "10.0.0.100", "02:00:00:00:00:64",
	    "its answer never came");
	put_row(table, "路由器", 12, "fd00::64", NULL, "");
}

static void is_laid_out(unsigned width, bool is_utf8, const char *expected)
{
	const struct screen screen = { .width = width, .is_utf8 = is_utf8 };
	auto_buf out = BUF_NULL;
	struct table table;

	table_begin(&table, &out, &screen, columns, ARRAY_LEN(columns));
	put_rows(&table);
	table_end(&table);
	assert_string_equal(buf_cstr(&out), expected);
}

static void without_a_width_all_is_whole(void **state)
{
	(void)state;
	is_laid_out(0, true,
	    "name          count  address     MAC                why\n"
	    "gateway-0001      7  10.0.0.100  02:00:00:00:00:64  its answer never came\n"
	    "路由器           12  fd00::64    -\n");
}

static void what_fits_is_whole(void **state)
{
	(void)state;
	is_laid_out(73, true,
	    "name          count  address     MAC                why\n"
	    "gateway-0001      7  10.0.0.100  02:00:00:00:00:64  its answer never came\n"
	    "路由器           12  fd00::64    -\n");
}

static void cells_are_shortened_before_a_column_leaves(void **state)
{
	(void)state;
	is_laid_out(72, true,
	    "name          count  address     MAC                why\n"
	    "gateway-0001      7  10.0.0.100  02:00:00:00:00:64  its answer never ca…\n"
	    "路由器           12  fd00::64    -\n");
	is_laid_out(57, true,
	    "name      count  address    MAC                why\n"
	    "gateway…      7  10.0.0.1…  02:00:00:00:00:64  its answe…\n"
	    "路由器       12  fd00::64   -\n");
}

static void columns_leave_in_their_order(void **state)
{
	(void)state;
	is_laid_out(56, true,
	    "name          count  address     why\n"
	    "gateway-0001      7  10.0.0.100  its answer never came\n"
	    "路由器           12  fd00::64\n");
	is_laid_out(40, true,
	    "name        count  address    why\n"
	    "gateway-0…      7  10.0.0.1…  its answe…\n"
	    "路由器         12  fd00::64\n");
}

static void a_screen_is_never_narrower_than_forty(void **state)
{
	(void)state;
	is_laid_out(1, false,
	    "name        count  address    why\n"
	    "gateway-0~      7  10.0.0.1~  its answe~\n"
	    "??????         12  fd00::64\n");
}

/* Where nothing may leave and nothing may be shortened, the line still fits. */
static void the_widest_gives_way_in_the_end(void **state)
{
	static const struct table_column fixed[] = { { .heading = "a" },
		{ .heading = "b" } };
	const struct screen screen = { .width = 40, .is_utf8 = true };
	auto_buf out = BUF_NULL;
	struct table table;

	(void)state;
	table_begin(&table, &out, &screen, fixed, ARRAY_LEN(fixed));
	table_cell(&table, "0123456789012345678901234567890123456789");
	table_cell(&table, "short");
	table_end(&table);
	assert_string_equal(buf_cstr(&out),
	    "a                                  b\n"
	    "01234567890123456789012345678901…  short\n");
}

static void the_last_column_may_go_on_below(void **state)
{
	static const struct table_column wrapped[] = { { .heading = "" },
		{ .heading = "", .least = 14, .wraps = true } };
	const struct screen screen = { .width = 40, .is_utf8 = true }, none = { 0 };
	auto_buf out = BUF_NULL, whole = BUF_NULL;
	struct table table;

	(void)state;
	table_begin(&table, &out, &screen, wrapped, ARRAY_LEN(wrapped));
	table_cell(&table, "missing");
	table_cell(&table, "as root: sysctl net.ipv4.neigh.default.gc_thresh3=65536");
	table_end(&table);
	assert_string_equal(buf_cstr(&out), "missing  as root: sysctl net.ipv4.neigh.\n"
					    "         default.gc_thresh3=65536\n");
	table_begin(&table, &whole, &none, wrapped, ARRAY_LEN(wrapped));
	table_cell(&table, "missing");
	table_cell(&table, "as root: sysctl net.ipv4.neigh.default.gc_thresh3=65536");
	table_end(&table);
	assert_string_equal(buf_cstr(&whole),
	    "missing  as root: sysctl net.ipv4.neigh.default.gc_thresh3=65536\n");
}

static void notes_and_colours_and_an_indent(void **state)
{
	static const struct table_column two[] = { { .heading = "CPE" },
		{ .heading = "steps" } };
	const struct screen screen = { .width = 40, .has_colour = true };
	auto_buf out = BUF_NULL;
	struct table table;

	(void)state;
	table_begin(&table, &out, &screen, two, ARRAY_LEN(two));
	table.indent = 2;
	table_cell(&table, "cpe-1");
	table_cell_in(&table, "\033[32m", "11/11 ok");
	table_note(&table, "and 3 more like cpe-1, whose names are long");
	table_cell(&table, "cpe-5");
	table_cell_in(&table, "\033[31m", "");
	table_end(&table);
	assert_string_equal(buf_cstr(&out), "  CPE    steps\n"
					    "  cpe-1  \033[32m11/11 ok\033[0m\n"
					    "  and 3 more like cpe-1, whose names ar~\n"
					    "  cpe-5\n");
}

/* What a peer sent neither commands the terminal nor begins a line. */
static void cells_are_shown(void **state)
{
	const struct screen screen = { .width = 80, .is_utf8 = true };
	auto_buf out = BUF_NULL;
	struct table table;

	(void)state;
	table_begin(&table, &out, &screen, columns, 1);
	table_cell(&table, "a\033[2J\nb\xff");
	table_end(&table);
	assert_string_equal(buf_cstr(&out), "name\n"
					    "a [2J b?\n");
}

/* The table of many rows is written as they come. A wider cell past those measured takes what
 * its line has to spare. */
static void a_wider_cell_after_those_measured(void **state)
{
	static const struct table_column two[] = { { .heading = "name", .least = 4 },
		{ .heading = "text", .least = 4 } };
	const struct screen screen = { .width = 40, .is_utf8 = true };
	auto_buf out = BUF_NULL;
	struct table table;
	struct str rest;

	(void)state;
	table_begin(&table, &out, &screen, two, ARRAY_LEN(two));
	for (size_t i = 0; i < TABLE_CELLS_MEASURED / 2 - 1; i++) {
		table_cell(&table, "abc");
		table_cell(&table, "0123456789");
	}
	assert_int_equal(out.len, 0);
	table_cell(&table, "abc");
	table_cell(&table, "0123456789");
	assert_true(out.len > 0);
	buf_reset(&out);
	table_cell(&table, "a longer name");
	table_cell(&table, "0123456789");
	table_cell(&table, "a name that is too long for the whole line");
	table_cell(&table, "0123456789");
	table_cell(&table, "abc");
	table_cell(&table, "a text that is too long for the whole of the line");
	table_end(&table);
	rest = buf_str(&out);
	assert_string_equal(buf_cstr(&out),
	    "a longer name  0123456789\n"
	    "a name that is too long for…  0123456789\n"
	    "abc   a text that is too long for the w…\n");
	while (rest.len > 0)
		assert_true(columns_of(str_cut(rest, '\n', &rest)) <= 40);
}

static void a_table_without_rows_has_its_head(void **state)
{
	const struct screen screen = { .width = 0 };
	auto_buf out = BUF_NULL;
	struct table table;

	(void)state;
	table_begin(&table, &out, &screen, columns, ARRAY_LEN(columns));
	table_end(&table);
	assert_string_equal(buf_cstr(&out), "name  count  address  MAC  why\n");
}

/* ---- the screen ---------------------------------------------------------------------- */

static void columns_are_those_of_the_environment(void **state)
{
	static const struct {
		const char *value;
		unsigned width;
	} rows[] = {
		{ "1", 1 },
		{ "80", 80 },
		{ "65535", 65535 },
		{ "65536", 0 },
		{ "0", 0 },
		{ "", 0 },
		{ "-80", 0 },
		{ "80x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(setenv("COLUMNS", rows[i].value, 1), 0);
		assert_int_equal(screen_width(-1), rows[i].width);
	}
	assert_int_equal(unsetenv("COLUMNS"), 0);
	assert_int_equal(screen_width(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_width_all_is_whole),
		cmocka_unit_test(what_fits_is_whole),
		cmocka_unit_test(cells_are_shortened_before_a_column_leaves),
		cmocka_unit_test(columns_leave_in_their_order),
		cmocka_unit_test(a_screen_is_never_narrower_than_forty),
		cmocka_unit_test(the_widest_gives_way_in_the_end),
		cmocka_unit_test(the_last_column_may_go_on_below),
		cmocka_unit_test(notes_and_colours_and_an_indent),
		cmocka_unit_test(cells_are_shown),
		cmocka_unit_test(a_wider_cell_after_those_measured),
		cmocka_unit_test(a_table_without_rows_has_its_head),
		cmocka_unit_test(columns_are_those_of_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

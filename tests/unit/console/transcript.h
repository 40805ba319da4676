/* Sessions of a console as a terminal of 80 columns shows them: prompt, line, answer. A line that
 * ends in "?" asks what may follow it; one that ends in "\t" is completed by Tab, once for
 * each. */
#pragma once

#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

#include "lib/console/cli_question.h"

struct transcript {
	const char *name;
	const char *profile;
	const char *typed; /* lines */
	const char *shown; /* the terminal */
	unsigned n_refused;
	void (*prepare)(struct cli_stub *stub); /* may be null */
};

static inline void put_prompt(const struct cli_stub *stub, struct buf *terminal)
{
	cli_session_prompt(&stub->session, terminal);
}

static inline void press_tab(struct cli_stub *stub, struct str line,
    struct buf *terminal)
{
	struct str text = line;
	size_t presses = 0, n = 0;

	while (str_ends(text, STR("\t"))) {
		text.len--;
		presses++;
	}
	for (size_t i = 0; i < presses; i++) {
		auto_buf made = BUF_NULL;

		put_prompt(stub, terminal);
		(void)cli_complete(&made, stub->session.view, text, 0, &n);
		buf_reset(&made);
		if (n == 0 || !cli_complete(&made, stub->session.view, text, i % n, &n))
			buf_append_str(&made, text);
		buf_printf(terminal, "%.*s\n", STR_ARG(buf_str(&made)));
	}
}

static inline unsigned type(struct cli_stub *stub, struct str line,
    struct buf *terminal)
{
	struct cli_result result;

	if (str_ends(line, STR("\t"))) {
		press_tab(stub, line, terminal);
		return 0;
	}
	put_prompt(stub, terminal);
	buf_append_str(terminal, line);
	buf_append_char(terminal, '\n');
	if (str_ends(line, STR("?"))) {
		cli_session_question(&stub->session, str_make(line.p, line.len - 1),
		    terminal);
		return 0;
	}
	result = cli_session_take(&stub->session, line, terminal);
	return result.is_refused;
}

static inline void run_transcript(void **state)
{
	const struct transcript *row = *state;
	static struct cli_stub stub;
	struct str rest = str_of(row->typed);
	auto_buf terminal = BUF_NULL;
	unsigned n_refused = 0;

	cli_stub_open(&stub, row->profile ? row->profile : "comware7");
	if (row->prepare)
		row->prepare(&stub);
	while (rest.len > 0)
		n_refused += type(&stub, str_cut(rest, '\n', &rest), &terminal);
	assert_string_equal(buf_cstr(&terminal), row->shown);
	assert_int_equal(n_refused, row->n_refused);
	cli_stub_close(&stub);
}

/* The language of sequence files: what it says to mistakes. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/sequence/sequence.h"

static const struct {
	const char *text;
	const char *words; /* of the error; null: it is sound */
} rows[] = {
	{ "name: x\nsteps:\n  - {step: 1, see: open, what: a}\n", NULL },
	{ "name: x\nsteps: []\n", "1 to" },
	{ "name: x\nsteps:\n  - {step: 1, see: opne, what: a}\n",
	    "did you mean \"open\"" },
	{ "name: x\nsteps:\n  - {step: 1, see: cpe-sends, what: a}\n",
	    "which message" },
	{ "name: x\nsteps:\n  - {step: 1, see: cpe-sends, message: Infrom, what: a}\n",
	    "no RPC of CWMP is named \"Infrom\"" },
	{ "name: x\nsteps:\n  - {step: 1, see: open, to: $nowhere, what: a}\n",
	    "nothing is kept as \"nowhere\"" },
	{ "name: x\nsteps:\n  - {step: 1, see: open, colour: red, what: a}\n",
	    "colour" },
	{ "name: x\nsteps:\n  - {step: 1, see: tls, never: true, what: a}\n",
	    "cannot be never seen" },
	{ "name: x\nsteps:\n  - {step: 1, see: session, never: true, within: 3s, what: a}\n",
	    "no number and no time" },
	{ "name: x\nsteps:\n  - {step: 1, see: session, at-least: 3, at-most: 2, what: a}\n",
	    "less than at-least" },
	{ "name: x\nsteps:\n  - {step: 1, see: session, after: 9s, within: 3s, what: a}\n",
	    "later than within" },
	{ "name: x\nsteps:\n  - {step: 1, see: session, within: 30, what: a}\n",
	    "unit" },
	{ "steps:\n  - {step: 1, see: open, what: a}\n", "name" },
	{ "", "x.yaml" },
	{ "- a\n", "x.yaml" },
};

static void mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_cleanup(sequence_free) struct sequence *sequence = NULL;
		struct error err = ERROR_NULL;
		int r = sequence_parse("x.yaml", str_of(rows[i].text), &sequence, &err);

		print_message("%s\n", err.text);
		assert_int_equal(r == 0, rows[i].words == NULL);
		if (rows[i].words)
			assert_non_null(strstr(err.text, rows[i].words));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

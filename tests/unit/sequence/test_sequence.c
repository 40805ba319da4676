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
	{ "name: x\nsteps:\n  - {step: 1, see: open, family: v6, what: a}\n", NULL },
	{ "name: x\nsteps:\n  - {step: 1, see: tls, family: v6, what: a}\n",
	    "is of a family" },
	{ "name: x\nsteps:\n  - {step: 1, see: open, family: v6, never: true, what: a}\n",
	    "is of a family" },
	{ "name: x\nsteps:\n  - {step: 1, see: open, family: ipv6, what: a}\n",
	    "unknown family" },
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
	{ "name: x\nsteps:\n  - {step: 1, see: session, within: 365d, what: a}\n",
	    NULL },
	{ "name: x\nsteps:\n  - {step: 1, see: session, within: 31536001s, what: a}\n",
	    "x.yaml:3:37: error: 31536001s is out of range" },
	{ "name: x\nsteps:\n  - {step: 1, see: session, after: 365d, what: a}\n",
	    NULL },
	{ "name: x\nsteps:\n  - {step: 1, see: session, after: 31536001s, what: a}\n",
	    "x.yaml:3:36: error: 31536001s is out of range" },
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

/* A name that is wrong is its user's mistake, a program without its files the machine's. */
static void a_sequence_is_found_by_its_name(void **state)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	auto_cleanup(sequence_free) struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(setenv("CWMPLAB_SHARE", "/nonexistent", 1), 0);
	assert_int_equal(sequence_find("periodic", &sequence, &err), ERR_MACHINE);
	assert_string_equal(err.text,
	    "the sequence \"periodic\" is not here: CWMPLAB_SHARE is /nonexistent, "
	    "which has no capture/sequences");
	if (!source)
		skip();
	assert_int_equal(setenv("CWMPLAB_SHARE", source, 1), 0);
	err = (struct error)ERROR_NULL;
	assert_int_equal(sequence_find("periodc", &sequence, &err), ERR_USAGE);
	assert_string_equal(err.text,
	    "no sequence is named \"periodc\": did you mean \"periodic\"?");
	err = (struct error)ERROR_NULL;
	assert_int_equal(sequence_find("periodic", &sequence, &err), 0);
	assert_string_equal(sequence->name, "periodic");
}

/* "at-least" and "at-most", each of which may be left out. */
static void a_step_is_seen_so_often_in_a_row(void **state)
{
	static const struct {
		bool is_optional;
		uint64_t at_least, at_most, least, most;
	} steps[] = {
		{ false, 0, 0, 1, 1 },
		{ false, 3, 0, 3, 3 },
		{ false, 0, 4, 1, 4 },
		{ false, 3, 4, 3, 4 },
		{ true, 0, 0, 0, 1 },
		{ true, 3, 4, 0, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const struct sequence_step step = { .is_optional = steps[i].is_optional,
			.at_least = steps[i].at_least,
			.at_most = steps[i].at_most };

		assert_int_equal(sequence_least(&step), steps[i].least);
		assert_int_equal(sequence_most(&step), steps[i].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(a_sequence_is_found_by_its_name),
		cmocka_unit_test(a_step_is_seen_so_often_in_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

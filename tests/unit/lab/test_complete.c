/* lab/complete/complete: what is answered for a line that is begun. */
#include "tests/unit/unit.h"

#include "agents/acs/acs.h"
#include "agents/acs/config.h"
#include "agents/cpe/agent.h"
#include "agents/dhcp/dhcpd.h"
#include "lab/complete/complete.h"
#include "lab/verbs/cmds.h"
#include "lib/base/compiler.h"

#include <string.h>

enum {
	WORDS_MAX = 8
};

static const struct verb *const verbs[] = { &run_verb, &rpc_verb, &exec_verb,
	&check_program.verb, &browse_program.verb, &graph_verb, &extcap_verb,
	&load_verb, &lesson_verb, &opt43_verb, &schema_verb, &acs_program.verb,
	&cpe_program.verb, &cpe_lab_verb, &dhcpd_program.verb };

static const struct line {
	const char *words[WORDS_MAX];
	const char *answer; /* without the help of each */
} lines[] = {
	{ { "" },
	    "run rpc exec check browse graph extcap load lesson opt43 schema acs cpe dhcpd help " },
	{ { "e" }, "exec extcap " },
	{ { "rpc", "no-such-lab/acs", "cpe-1", "GetParameterN" },
	    "GetParameterNames " },
	{ { "rpc", "--w" }, "--wait --withdraw " },
	{ { "--v" }, "--version " },
	{ { "help", "g" }, "graph " },
	{ { "teleport", "" }, "" },
	/* Options, and what follows them. */
	{ { "run", "--" },
	    "--out --format --json --show-secrets --dry-run --fault --help " },
	{ { "run", "-" },
	    "--out --format --json --show-secrets --dry-run --fault --help " },
	{ { "run", "--out", "" }, ":folders " },
	{ { "run", "-o", "" }, ":folders " },
	{ { "run", "--json", "" }, ":files .yaml .yml " },
	{ { "run", "lab", "" },
	    "--out --format --json --show-secrets --dry-run --fault --help " },
	{ { "run", "--", "--o" }, ":files .yaml .yml " },
	{ { "graph", "x", "--format", "" }, "text dot svg " },
	{ { "graph", "x", "--format", "=" }, "text dot svg " },
	{ { "graph", "x", "--format", "=", "d" }, "dot " },
	{ { "graph", "x", "--format=d" }, "dot " },
	{ { "graph", "x", "-f", "s" }, "svg " },
	{ { "graph", "x", "--nonsense=d" }, "" },
	{ { "graph", "--format", "svg", "" }, ":files .yaml .yml " },
	{ { "check", "--fault", "" }, "any " },
	{ { "check", "--device", "" }, "" },
	{ { "check", "--keylog", "" }, ":files " },
	{ { "check", "" },
	    ":files .pcap .pcapng .cap .gz .xml .txt .har .yaml .json " },
	{ { "check", "--rule", "SES-1" },
	    "SES-10 SES-11 SES-12 SES-13 SES-14 SES-15 SES-16 SES-17 SES-18 " },
	{ { "check", "--ignore", "SES-09,URL-03" }, "SES-09,URL-03 " },
	{ { "browse", "--f" }, "--filter --fault --frame " },
	{ { "schema", "t" }, "topology " },
	{ { "schema", "topology", "--" }, "--man --help " },
	{ { "extcap", "--install", "" }, ":folders " },
	/* The words of exec from the command on are another program's. */
	{ { "exec", "lab", "node", "l" }, ":command 3 " },
	{ { "exec", "lab", "node", "ls", "-l" }, ":command 3 " },
	{ { "exec", "lab", "node", "--", "ls", "-l", "" }, ":command 4 " },
	{ { "exec", "--h" }, "--help " },
	{ { "exec", "lab", "--h" }, "" },
	{ { "load", "--t" }, "--threshold --tls " },
	{ { "load", "--tls", "" }, "any full " },
	{ { "load", "--model", "hp" }, "hp5920 :files .yaml " },
	{ { "load", "" }, ":files .yaml .yml " },
	{ { "lesson", "" },
	    "list start task check watch quiz hint solve reset report serve test " },
	{ { "lesson", "start", "3" }, "3 :folders " },
	{ { "lesson", "start", "--c" }, "--class " },
	{ { "opt43", "" }, "encode decode explain " },
	{ { "opt43", "encode", "--layout", "" }, "comware tr069 bbf both " },
	{ { "opt43", "encode", "--for", "" },
	    "dnsmasq kea isc-dhcpd comware comware5 mikrotik " },
	{ { "opt43", "encode", "--pa" }, "--password --password-file " },
	{ { "opt43", "explain", "--read", "" }, ":files " },
	/* Agents. */
	{ { "acs", "--auth", "" }, "none basic digest " },
	{ { "acs", "--misbehave", "s" }, "silent string-values status-202 " },
	{ { "acs", "--policy", "" }, ":files " },
	{ { "cpe", "no-such-lab", "node", "fa" }, "factory-reset " },
	{ { "cpe", "--model", "hp" }, "hp5920 :files .yaml " },
	{ { "cpe", "--quirk", "no-boot" }, "no-bootstrap " },
	{ { "dhcpd", "--acs-format", "" }, "comware tr069 " },
	{ { "dhcpd", "--lease", "" }, "" },
};

/* The values of an answer, a blank behind each. */
static void values_of(const struct buf *answer, struct buf *values)
{
	struct str rest = buf_str(answer);

	while (rest.len > 0) {
		struct str help, line = str_cut(rest, '\n', &rest);

		buf_append_str(values, str_cut(line, '\t', &help));
		buf_append_char(values, ' ');
	}
}

static void check(const struct line *line)
{
	auto_buf answer = BUF_NULL;
	auto_buf values = BUF_NULL;
	size_t n = 0;

	while (n < WORDS_MAX && line->words[n])
		n++;
	complete_line(&answer, verbs, ARRAY_LEN(verbs), line->words, n);
	values_of(&answer, &values);
	if (strcmp(buf_cstr(&values), line->answer) != 0)
		fail_msg("%s ... %s: \"%s\", not \"%s\"", line->words[0],
		    line->words[n - 1], buf_cstr(&values), line->answer);
}

static void test_each_line_is_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		check(&lines[i]);
}

static void test_nothing_is_answered_to_nothing(void **state)
{
	auto_buf answer = BUF_NULL;

	(void)state;
	complete_line(&answer, verbs, ARRAY_LEN(verbs), NULL, 0);
	assert_int_equal(answer.len, 0);
}

static void test_help_stands_behind_a_tab(void **state)
{
	static const char *const words[] = { "graph", "--f" };
	auto_buf answer = BUF_NULL;

	(void)state;
	complete_line(&answer, verbs, ARRAY_LEN(verbs), words, ARRAY_LEN(words));
	assert_string_equal(buf_cstr(&answer),
	    "--format\tas a tree, for graphviz, as a picture\n"
	    "--fault\twith what goes wrong on purpose: an entry of \"faults\" in FILE\n");
}

/* "tls.client-certificate" is a key of the mapping "tls". */
static const struct conf_row *find_row(const char *path)
{
	struct str rest, key = str_cut(str_of(path), '.', &rest);
	const struct conf_row *row = acs_config_rows;

	while (row->key) {
		if (!str_is(key, row->key)) {
			row++;
			continue;
		}
		if (!rest.p)
			return row;
		key = str_cut(rest, '.', &rest);
		row = row->rows;
	}
	return NULL;
}

/* Options with a choice set keys with the same choice. */
static void test_each_word_that_is_offered_is_a_value_of_its_key(void **state)
{
	const struct verb *acs = &acs_program.verb;
	const struct option_row *option;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; (option = verb_option(acs, i)); i++) {
		const struct conf_row *row;
		struct str word,
		    rest = str_of(option->argument ? option->argument : "");

		if (!str_find(rest, STR("|"), NULL))
			continue;
		row = find_row(container_of(option, struct agent_flag, row)->key);
		assert_non_null(row);
		while (rest.len > 0) {
			size_t k = 0;

			word = str_cut(rest, '|', &rest);
			n++;
			while (row->names[k] && !str_is(word, row->names[k]))
				k++;
			assert_non_null(row->names[k]);
		}
	}
	assert_int_equal(n, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_line_is_answered),
		cmocka_unit_test(test_nothing_is_answered_to_nothing),
		cmocka_unit_test(test_help_stands_behind_a_tab),
		cmocka_unit_test(test_each_word_that_is_offered_is_a_value_of_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

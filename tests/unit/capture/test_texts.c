/* Texts as input (capture/text/text.h): files as people paste them stand in texts/, and what is
 * told of all of them in texts/told.txt (tests/unit/written.h). All are of one invented device
 * and one talk; where the name says nothing else, the ACS sends InformResponse as text/html
 * and the CPE answers with another cwmp:ID. */
#include "tests/unit/written.h"

#include "capture/analysis/analysis.h"
#include "capture/facts/rule.h"
#include "capture/report/format.h"
#include "lib/base/compiler.h"
#include "tests/support/script_analyse.h"

#include <dirent.h>
#include <sys/mman.h>

enum {
	PATH_BYTES = 512
};

static const char folder[] = "tests/unit/capture/texts";

static struct analysis *analyse(const char *path, struct error *err)
{
	const struct analysis_options options = { .path = path,
		.keep_bodies = true,
		.show_secrets = true };
	struct analysis *analysis = NULL;

	return analysis_run(&options, &analysis, err) == 0 ? analysis : NULL;
}

/* The same for bytes in memory. */
static struct analysis *analyse_bytes(struct str bytes, struct error *err)
{
	auto_fd fd = memfd_create("text", MFD_CLOEXEC);
	char path[PATH_BYTES];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.len), bytes.len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return analyse(path, err);
}

/* ---- what is told of each file ------------------------------------------------------- */

static const char *or_none(const char *text)
{
	return text && *text ? text : "-";
}

static void put_session(struct buf *out, const struct analysis_session *session)
{
	buf_printf(out, "  session %llu of %s at %s, ACS %s, %s: %s\n",
	    (unsigned long long)session->id, or_none(session->serial),
	    or_none(session->cpe), session->acs, or_none(session->url),
	    session_outcome(session));
	for (size_t i = 0; i < session->n_messages; i++) {
		const struct analysis_message *message = &session->messages[i];

		buf_printf(out, "    %llu %s %s", (unsigned long long)message->frame,
		    message->from == FROM_CPE ? ">" : "<", message->name);
		if (message->time != 0)
			buf_printf(out, " at %lld ms",
			    (long long)((message->time - session->start) / NS_PER_MS));
		buf_printf(out, ", %llu bytes%s%s%s\n",
		    (unsigned long long)message->size,
		    message->head.len > 0 ? "" : ", no head",
		    message->detail ? ": " : "",
		    message->detail ? message->detail : "");
	}
}

static void put_told(struct buf *out, const struct analysis *analysis)
{
	const struct analysis_counts *counts = &analysis->counts;

	buf_printf(out, "  %s, %llu messages%s: %s\n", or_none(counts->text),
	    (unsigned long long)counts->messages, !counts->is_timeless ? ", times" : "",
	    analysis_verdict_name(analysis_verdict(analysis)));
	for (size_t i = 0; i < analysis->n_sessions; i++)
		put_session(out, &analysis->sessions[i]);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		buf_printf(out, "  %s by the %s, line %u: %s\n", finding->rule,
		    rule_who_name(finding->who), finding->line, finding->text);
	}
	if (counts->damage)
		buf_printf(out, "  %u:%u: %s\n", counts->damage_line,
		    counts->damage_column, counts->damage);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_text(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "told.txt") != 0;
}

static void each_text_is_told_as_written(void **state)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_text, by_name);
	auto_buf out = BUF_NULL;

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct error err = ERROR_NULL;
		auto_cleanup(analysis_free) struct analysis *analysis = NULL;
		char path[PATH_BYTES];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		analysis = analyse(path, &err);
		buf_printf(&out, "%s\n", names[i]->d_name);
		if (analysis)
			put_told(&out, analysis);
		else
			buf_printf(&out, "  %s\n", err.text);
		free(names[i]);
	}
	free(names);
	assert_true(written_is("tests/unit/capture/texts/told.txt", buf_str(&out)));
}

static bool has_verdict(const struct analysis *analysis, enum analysis_verdict verdict)
{
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		if (session_verdict(&analysis->sessions[i]) == verdict)
			return true;
	}
	return false;
}

/* A text is as well as its sessions are: ok where one of them is and none is worse. */
static void the_whole_says_what_its_sessions_say(void **state)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_text, by_name);

	(void)state;
	for (int i = 0; i < n; i++) {
		struct error err = ERROR_NULL;
		auto_cleanup(analysis_free) struct analysis *analysis = NULL;
		enum analysis_verdict whole;
		char path[PATH_BYTES];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		analysis = analyse(path, &err);
		whole = analysis ? analysis_verdict(analysis) : VERDICT_NOT_JUDGED;
		if (analysis && !has_verdict(analysis, whole))
			fail_msg("%s is %s, and none of its sessions is",
			    names[i]->d_name, analysis_verdict_name(whole));
		free(names[i]);
	}
	free(names);
}

/* ---- no accusation for what is left out ---------------------------------------------- */

static void expect_nothing(struct str text, const char *what, size_t from, size_t to)
{
	struct error err = ERROR_NULL;
	auto_cleanup(analysis_free) struct analysis *analysis =
	    analyse_bytes(text, &err);

	if (!analysis)
		return; /* nothing is left that is a message */
	for (size_t i = 0; i < analysis->n_findings; i++)
		fail_msg("%s, without %zu to %zu: %s: %s", what, from, to,
		    analysis->findings[i].rule, analysis->findings[i].text);
	for (size_t i = 0; i < analysis->n_failures; i++)
		fail_msg("%s, without %zu to %zu: failed: %s", what, from, to,
		    analysis->failures[i].text);
	assert_true(analysis->ok);
}

/* Leaves bytes out of a text of which nothing is wrong. */
static void leave_out(struct str text, const char *what, size_t from, size_t to)
{
	auto_buf rest = BUF_NULL;

	buf_append(&rest, text.p, from);
	buf_append(&rest, text.p + to, text.len - to);
	expect_nothing(buf_str(&rest), what, from, to);
}

static void leave_lines_out(const char *name)
{
	auto_buf file = BUF_NULL;
	char path[PATH_BYTES];
	struct str text, rest;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	written_load(&file, path);
	text = rest = buf_str(&file);
	expect_nothing(text, name, 0, 0);
	while (rest.len > 0) {
		size_t at = (size_t)(rest.p - text.p);

		leave_out(text, name, 0, at);        /* it begins later */
		leave_out(text, name, at, text.len); /* it ends sooner */
		(void)str_cut(rest, '\n', &rest);
	}
}

/* Whole messages, one and any two of them: each begins at a start line. */
static void leave_messages_out(const char *name)
{
	auto_buf file = BUF_NULL;
	char path[PATH_BYTES];
	size_t starts[16], n = 0;
	struct str text, rest;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	written_load(&file, path);
	text = rest = buf_str(&file);
	while (rest.len > 0 && n + 1 < ARRAY_LEN(starts)) {
		if (str_starts(rest, STR("POST ")) ||
		    str_starts(rest, STR("HTTP/1.1 ")))
			starts[n++] = (size_t)(rest.p - text.p);
		(void)str_cut(rest, '\n', &rest);
	}
	assert_int_equal(n, 6);
	starts[n] = text.len;
	for (size_t from = 0; from < n; from++) {
		for (size_t to = from + 1; to <= n; to++)
			leave_out(text, name, starts[from], starts[to]);
	}
}

/* Lists are shortened to what matters, with dots for the rest. */
static void shorten_list(const char *name, const char *dots)
{
	auto_buf file = BUF_NULL, shortened = BUF_NULL;
	char path[PATH_BYTES];
	struct str text;
	size_t from, to;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	written_load(&file, path);
	text = buf_str(&file);
	assert_true(str_find(text, STR("<ParameterValueStruct>"), &from));
	assert_true(str_find(text, STR("</ParameterList>"), &to));
	buf_append(&shortened, text.p, from);
	buf_append_text(&shortened, dots);
	buf_append(&shortened, text.p + to, text.len - to);
	expect_nothing(buf_str(&shortened), name, from, to);
}

static void what_is_shortened_accuses_nobody(void **state)
{
	static const char *const dots[] = { "...\n", ".....", "[...]",
		"\n \xe2\x80\xa6 \n", "<!-- ... -->" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dots); i++) {
		shorten_list("inform.xml", dots[i]);
		shorten_list("pasted-well.txt", dots[i]);
	}
}

static void what_is_left_out_accuses_nobody(void **state)
{
	(void)state;
	leave_lines_out("talk.http");
	leave_lines_out("pasted-well.txt");
	leave_lines_out("inform.xml");
	leave_messages_out("talk.http");
	leave_messages_out("pasted-well.txt");
}

/* A text has no frames: what failed in it is told with its message. */
static void a_session_that_failed_names_its_message(void **state)
{
	auto_buf inform = BUF_NULL, text = BUF_NULL, why = BUF_NULL;
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	written_load(&inform, "tests/unit/capture/texts/inform.xml");
	buf_printf(&text,
	    "POST /acs HTTP/1.1\nHost: acs.example\nContent-Type: text/xml\n"
	    "Content-Length: %zu\n\n%s\nHTTP/1.1 503 Service Unavailable\n"
	    "Content-Length: 0\n\n",
	    inform.len, buf_cstr(&inform));
	analysis = analyse_bytes(buf_str(&text), &err);
	assert_non_null(analysis);
	assert_int_equal(analysis->n_sessions, 1);
	session_put_why(&why, &analysis->sessions[0]);
	assert_string_equal(buf_cstr(&why),
	    "HTTP by the ACS, message 2: status 503 Service Unavailable to the Inform "
	    "in message 1");
}

/* ---- captures as texts --------------------------------------------------------------- */

static struct analysis *analyse_script(const char *name, struct str script)
{
	const struct analysis_options options = { .path = "capture.pcap",
		.keep_bodies = true,
		.show_secrets = true };
	struct analysis *analysis;
	struct error err = ERROR_NULL;

	if (script_analyse(name, script, &options, NULL, &analysis, &err) < 0)
		fail_msg("%s: %s", name, err.text);
	return analysis;
}

static bool has_finding(const struct analysis *analysis, const char *rule)
{
	for (size_t i = 0; i < analysis->n_findings; i++) {
		if (strcmp(analysis->findings[i].rule, rule) == 0)
			return true;
	}
	return false;
}

/* The HAR of a capture accuses of nothing that the capture does not. */
static void compare_as_text(const char *name, const struct analysis *capture)
{
	auto_buf har = BUF_NULL;
	struct error err = ERROR_NULL;
	auto_cleanup(analysis_free) struct analysis *text = NULL;

	format_har(&har, capture);
	text = analyse_bytes(buf_str(&har), &err);
	for (size_t i = 0; text && i < text->n_findings; i++) {
		const struct finding *finding = &text->findings[i];

		if (!has_finding(capture, finding->rule))
			fail_msg("%s as HAR: %s by the %s: %s", name, finding->rule,
			    rule_who_name(finding->who), finding->text);
	}
}

static int is_script(const struct dirent *entry)
{
	return strstr(entry->d_name, ".keep") || strstr(entry->d_name, ".break");
}

static void the_har_of_a_capture_accuses_of_no_more(void **state)
{
	struct dirent **names;
	int n = scandir("tests/rules", &names, is_script, by_name);

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		auto_cleanup(analysis_free) struct analysis *capture = NULL;
		auto_buf script = BUF_NULL;
		char path[PATH_BYTES];

		(void)snprintf(path, sizeof(path), "tests/rules/%s", names[i]->d_name);
		written_load(&script, path);
		capture = analyse_script(path, buf_str(&script));
		compare_as_text(path, capture);
		free(names[i]);
	}
	free(names);
}

/* What of a HAR says which messages there were: all but times and comments. */
static void put_messages(struct buf *out, struct str har)
{
	static const char *const kept[] = { "\"method\"", "\"url\"", "\"httpVersion\"",
		"\"name\"", "\"value\"", "\"text\"", "\"status\"", "\"statusText\"",
		"\"serverIPAddress\"", "\"connection\"", "\"bodySize\"" };

	while (har.len > 0) {
		struct str line = str_trim(str_cut(har, '\n', &har));

		for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
			if (str_starts(line, str_of(kept[i])))
				buf_printf(out, "%.*s\n", STR_ARG(line));
		}
	}
}

static void a_har_that_is_read_back_is_the_same(void **state)
{
	static const char *const scripts[] = { "tests/rules/SES-09.keep",
		"tests/rules/AUTH-03.keep", "tests/rules/RPC-05.keep" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		auto_cleanup(analysis_free) struct analysis *capture = NULL,
							    *text = NULL;
		auto_buf script = BUF_NULL, har = BUF_NULL, again = BUF_NULL;
		auto_buf before = BUF_NULL, after = BUF_NULL;
		struct error err = ERROR_NULL;

		written_load(&script, scripts[i]);
		capture = analyse_script(scripts[i], buf_str(&script));
		format_har(&har, capture);
		text = analyse_bytes(buf_str(&har), &err);
		assert_non_null(text);
		format_har(&again, text);
		put_messages(&before, buf_str(&har));
		put_messages(&after, buf_str(&again));
		assert_true(before.len > 0);
		assert_string_equal(buf_cstr(&before), buf_cstr(&after));
	}
}

/* ---- what is no text that is read ---------------------------------------------------- */

static void other_files_are_refused_in_one_sentence(void **state)
{
	static const struct {
		const char *bytes, *words;
	} rows[] = {
		{ "hello, world\n", "neither a capture" },
		{ "<html><body>404</body></html>\n", "neither a capture" },
		{ "{\"a\": 1}\n", "neither a capture" },
		{ "Follow: tcp,ascii\nNode 0: 192.0.2.1:1\n", "without any message" },
		{ "{\"log\": {\"version\": \"1.2\",\n \"entries\": [oops]}}\n",
		    ":2:14: a value of JSON is due here" },
		{ "Follow: tcp,raw\n5\n", ":2:1: hexadecimal digits in pairs" },
		{ "---\nevent: incoming HTTP request\nbody: \"\n", ":" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		auto_cleanup(analysis_free) struct analysis *analysis =
		    analyse_bytes(str_of(rows[i].bytes), &err);

		assert_null(analysis);
		if (!strstr(err.text, rows[i].words))
			fail_msg("\"%s\" is not in \"%s\"", rows[i].words, err.text);
	}
}

/* 64 levels are read, 65 are not. */
static void json_is_read_to_a_depth(void **state)
{
	(void)state;
	for (size_t depth = 60; depth < 70; depth++) {
		auto_buf text = BUF_NULL;
		struct error err = ERROR_NULL;
		auto_cleanup(analysis_free) struct analysis *analysis = NULL;

		/* The member stands on level 1. */
		buf_append_text(&text,
		    "{\"event\": \"x\", \"timestamp\": \"y\", \"deep\": ");
		for (size_t i = 1; i < depth; i++)
			buf_append_char(&text, '[');
		for (size_t i = 1; i < depth; i++)
			buf_append_char(&text, ']');
		buf_append_text(&text, "}\n");
		analysis = analyse_bytes(buf_str(&text), &err);
		assert_null(analysis);
		assert_int_equal(strstr(err.text, "over 64 levels") != NULL,
		    depth > 65);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_told_as_written),
		cmocka_unit_test(the_whole_says_what_its_sessions_say),
		cmocka_unit_test(what_is_left_out_accuses_nobody),
		cmocka_unit_test(what_is_shortened_accuses_nobody),
		cmocka_unit_test(a_session_that_failed_names_its_message),
		cmocka_unit_test(the_har_of_a_capture_accuses_of_no_more),
		cmocka_unit_test(a_har_that_is_read_back_is_the_same),
		cmocka_unit_test(other_files_are_refused_in_one_sentence),
		cmocka_unit_test(json_is_read_to_a_depth),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}

/* Which frames of a capture --write takes out: those of the session, of its lease, its
 * look-up and the call for it, and no others, also where a port is used again. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "capture/analysis/filter.h"
#include "capture/extract/extract.h"
#include "capture/file/capfile.h"
#include "tests/support/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char script[] =
    "host two 10.0.0.101\n"                              /* 1 */
    "lease url=http://10.0.0.11:7547/acs\n"              /* 2 */
    "lease client=two url=http://10.0.0.11:7547/acs\n"   /* 3 */
    "dns A acs.lab = 10.0.0.11\n"                        /* 4 */
    "session port=40000\n"                               /* 5 */
    "session from=two serial=SN2 port=40001\n"           /* 6 */
    "wait 5s\n"                                          /* 7 */
    "session port=40000 events=\"2 PERIODIC\"\n"         /* 8 */
    "dns A later.lab = 10.0.0.12\n"                      /* 9 */
    "udp cpe:5000 > acs:5001 \"none of our business\"\n" /* 10 */
    "call\n"                                             /* 11 */
    "session port=40000 events=\"2 PERIODIC\"\n";        /* 12 */

struct world {
	char folder[32];
	char in[48], out[48];
	struct script_map map;
};

static void begin(struct world *w)
{
	struct packets packets = PACKETS_NULL;
	struct error err = ERROR_NULL;

	*w = (struct world){ .folder = "/tmp/extract-XXXXXX" };
	assert_non_null(mkdtemp(w->folder));
	guard_path(w->folder);
	(void)snprintf(w->in, sizeof(w->in), "%s/in", w->folder);
	(void)snprintf(w->out, sizeof(w->out), "%s/out", w->folder);
	packets_pcap(&packets);
	if (script_run_text("script", str_of(script), &packets, &w->map, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(packets_save(&packets, w->in), 0);
	packets_free(&packets);
}

static void end(struct world *w)
{
	(void)unlink(w->in);
	(void)unlink(w->out);
	(void)rmdir(w->folder);
	script_map_free(&w->map);
}

static void extract(const struct world *w, const char *session)
{
	const struct analysis_options options = { .path = w->in };
	const struct extract_options where = { .path = w->in };
	struct analysis *analysis = NULL;
	struct filter filter = { 0 };
	struct error err = ERROR_NULL;

	assert_int_equal(analysis_run(&options, &analysis, &err), 0);
	assert_int_equal(filter_add(&filter, FILTER_SESSION, session, &err), 0);
	filter_apply(&filter, analysis, false);
	assert_int_equal(analysis->n_sessions, 1);
	if (extract_packets(analysis, &where, w->out, &err) < 0)
		fail_msg("%s", err.text);
	analysis_free(analysis);
}

/* The frames of the file, by their times: those of a script are all different. */
static size_t times_of(const char *path, clock_ns times[], size_t max)
{
	struct capfile *file = NULL;
	struct frame frame;
	size_t n = 0;

	assert_int_equal(capfile_open(path, NULL, NULL, &file, NULL), 0);
	while (capfile_next(file, &frame, NULL) > 0 && n < max)
		times[n++] = frame.time;
	capfile_close(file);
	return n;
}

/* "2 4 8": the lines of the script whose frames are all there; "-5": only some of them. */
static void list_lines(const struct world *w, struct buf *out)
{
	clock_ns all[512], taken[512];
	size_t n_all = times_of(w->in, all, 512), n = times_of(w->out, taken, 512);
	size_t explained = 0;

	for (size_t i = 0; i < w->map.len; i++) {
		const struct script_line *line = &w->map.lines[i];
		uint64_t there = 0;

		for (uint64_t frame = line->first; frame <= line->last; frame++) {
			assert_true(frame <= n_all);
			for (size_t k = 0; k < n; k++)
				there += taken[k] == all[frame - 1];
		}
		if (there == 0)
			continue;
		explained += there;
		buf_printf(out, "%s%s%u", out->len > 0 ? " " : "",
		    there == line->last - line->first + 1 ? "" : "-", line->line);
	}
	assert_int_equal(explained, n);
}

static void a_port_that_is_used_again_is_another_connection(void **state)
{
	static const struct {
		const char *session, *lines;
	} rows[] = {
		{ "1", "2 4 5" },
		{ "2", "3 6" },
		{ "3", "2 4 8" },
		{ "4", "2 4 9 11 12" },
	};
	struct world w;

	(void)state;
	begin(&w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf lines = BUF_NULL;

		extract(&w, rows[i].session);
		list_lines(&w, &lines);
		assert_string_equal(buf_cstr(&lines), rows[i].lines);
	}
	end(&w);
}

static void what_cannot_be_read_twice_is_refused(void **state)
{
	const struct extract_options where = { .path = "-" };
	const struct analysis empty = { .file = "-" };
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(extract_packets(&empty, &where, "/dev/null", &err), ERR_USAGE);
	assert_string_equal(err.text,
	    "standard input cannot be read twice: give --write a capture in a file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_that_is_used_again_is_another_connection),
		cmocka_unit_test(what_cannot_be_read_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lab/verbs/cmds.h"

#include "lab/term/cmd.h"
#include "lab/verbs/probe.h"
#include "lib/base/json.h"

#include <getopt.h>
#include <stdio.h>

static const char usage[] =
    "usage: cwmplab doctor [--json]\n"
    "\n"
    "Tries what labs need on this machine and says how to get what is missing. Exit status\n"
    "3 when no lab can run here.\n";

static const char *const result_names[] = {
	[PROBE_OK] = "ok",
	[PROBE_MISSING] = "missing",
	[PROBE_FATAL] = "fatal",
};

static void print_text(const struct probe *probes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct probe *probe = &probes[i];

		printf("%-8s %-16s %s\n", result_names[probe->result], probe->name,
		    probe->fact);
		if (probe->todo[0])
			printf("%25s needed by %s\n%25s do: %s\n", "", probe->needs, "",
			    probe->todo);
	}
}

static void print_json(const struct probe *probes, size_t n)
{
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 2);

	json_array_begin(&json, NULL);
	for (size_t i = 0; i < n; i++) {
		json_object_begin(&json, NULL);
		json_text(&json, "name", probes[i].name);
		json_text(&json, "needed_by", probes[i].needs);
		json_text(&json, "result", result_names[probes[i].result]);
		json_text(&json, "fact", probes[i].fact);
		if (probes[i].todo[0])
			json_text(&json, "do", probes[i].todo);
		json_object_end(&json);
	}
	json_array_end(&json);
	printf("%s\n", buf_cstr(&out));
}

int cmd_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct probe probes[PROBES_MAX];
	bool as_json = false;
	int c, status = EXIT_OK;
	size_t n;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return fputs(usage, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		if (c == '?')
			return EXIT_USAGE;
		as_json = true;
	}
	n = probe_all(probes);
	if (as_json)
		print_json(probes, n);
	else
		print_text(probes, n);
	for (size_t i = 0; i < n; i++) {
		if (probes[i].result == PROBE_FATAL)
			status = EXIT_MACHINE;
	}
	return status;
}

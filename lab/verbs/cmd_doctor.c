#include "lab/verbs/cmds.h"

#include "lab/kernel/probe.h"
#include "lab/term/cmd.h"
#include "lib/base/json.h"
#include "lib/program/table.h"

static const char *const result_names[] = {
	[PROBE_OK] = "ok",
	[PROBE_MISSING] = "missing",
	[PROBE_FATAL] = "fatal",
};

static const struct table_column columns[] = {
	{ .heading = "" },
	{ .heading = "" },
	{ .heading = "", .least = 14, .wraps = true },
};

static int print_text(const struct probe *probes, size_t n, int status)
{
	const struct screen screen = screen_detect();
	auto_buf out = BUF_NULL;
	struct table table;

	table_begin(&table, &out, &screen, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < n; i++) {
		const struct probe *probe = &probes[i];

		table_cell(&table, result_names[probe->result]);
		table_cell(&table, probe->name);
		table_cell(&table, probe->fact);
		if (!probe->todo[0])
			continue;
		table_cell(&table, "");
		table_cell(&table, "");
		table_cellf(&table, "needed by %s", probe->needs);
		table_cell(&table, "");
		table_cell(&table, "");
		table_cellf(&table, "do: %s", probe->todo);
	}
	table_end(&table);
	return cmd_print(&out, status);
}

static int print_json(const struct probe *probes, size_t n, int status)
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
	buf_append_char(&out, '\n');
	return cmd_print(&out, status);
}

static const struct option_row rows[] = {
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static int doctor_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const char *value;
	struct probe probes[PROBES_MAX];
	bool as_json = false;
	int status = EXIT_OK;
	size_t n;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		as_json = true;
	if (options.status >= 0)
		return options.status;
	n = probe_all(probes);
	for (size_t i = 0; i < n; i++) {
		if (probes[i].result == PROBE_FATAL)
			status = EXIT_MACHINE;
	}
	return as_json ? print_json(probes, n, status) : print_text(probes, n, status);
}

const struct verb doctor_verb = {
	.name = "doctor",
	.brief = "try what labs need on this machine",
	.run = doctor_run,
	.arguments = "[--json]",
	.about =
	    "Tries what labs need on this machine and says how to get what is missing. Exit status\n"
	    "3 when no lab can run here.\n",
	.rows = rows,
};

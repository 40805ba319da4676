#include "lab/load/load_outputs.h"

#include "lab/term/outfile.h"

#include <errno.h>
#include <string.h>

enum {
	OUTPUTS = 5,
	MODE = 0644
};

struct output {
	const char *option, *path;
};

static void list(const struct load_outputs *outputs, struct output list[OUTPUTS])
{
	list[0] = (struct output){ "--json", outputs->json };
	list[1] = (struct output){ "--csv", outputs->csv };
	list[2] = (struct output){ "--html", outputs->html };
	list[3] = (struct output){ "--hdr", outputs->hdr };
	list[4] = (struct output){ "--events", outputs->events };
}

static int check_alone(const struct output *all, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (all[i].path && strcmp(all[i].path, all[n].path) == 0)
			return error_set(err, ERR_USAGE, "%s and %s both write %s",
			    all[i].option, all[n].option,
			    strcmp(all[n].path, "-") == 0 ? "standard output"
							  : all[n].path);
	}
	return 0;
}

int load_outputs_check(const struct load_outputs *outputs, struct error *err)
{
	struct output all[OUTPUTS];

	list(outputs, all);
	for (size_t i = 0; i < OUTPUTS; i++) {
		if (!all[i].path)
			continue;
		if (check_alone(all, i, err) < 0)
			return ERR_USAGE;
		if (outfile_check(all[i].path, MODE, err) < 0)
			return error_prefix(err, "%s", all[i].option);
	}
	return 0;
}

bool load_outputs_take_stdout(const struct load_outputs *outputs)
{
	struct output all[OUTPUTS];

	list(outputs, all);
	for (size_t i = 0; i < OUTPUTS; i++) {
		if (all[i].path && strcmp(all[i].path, "-") == 0)
			return true;
	}
	return false;
}

int load_outputs_open_events(const struct load_outputs *outputs, FILE **ret,
    struct error *err)
{
	const char *path = outputs->events;

	*ret = NULL;
	if (!path)
		return 0;
	*ret = fopen(strcmp(path, "-") == 0 ? "/dev/stdout" : path, "we");
	return *ret ? 0
		    : error_set(err, error_of_path(errno), "--events: %s: %s", path,
			  strerror(errno));
}

typedef void put_fn(struct buf *out, const struct load_result *result);

static int put(const char *path, put_fn *write, const struct load_result *result,
    struct error *err)
{
	auto_buf text = BUF_NULL;

	if (!path)
		return 0;
	write(&text, result);
	return outfile_put(path, MODE, &text, err);
}

int load_outputs_put(const struct load_outputs *outputs,
    const struct load_result *result, const struct buf *log, struct error *err)
{
	struct error other = ERROR_NULL;
	int r = put(outputs->json, result_put_json, result, err);
	int next = put(outputs->csv, result_put_csv, result, r < 0 ? &other : err);

	r = r < 0 ? r : next;
	next = put(outputs->html, result_put_html, result, r < 0 ? &other : err);
	r = r < 0 ? r : next;
	next = outputs->hdr ? outfile_put(outputs->hdr, MODE, log, r < 0 ? &other : err)
			    : 0;
	return r < 0 ? r : next;
}

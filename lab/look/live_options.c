#include "lab/look/live_options.h"

#include "lab/look/look.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/conf/conf.h"

#include <errno.h>
#include <string.h>

static int take_interface(struct look *look, const char *value, struct error *err)
{
	struct live_options *live = &look->live;

	if (live->n_names == LIVE_PORTS_MAX)
		return error_set(err, ERR_USAGE, "-i: more than %d interfaces",
		    LIVE_PORTS_MAX);
	for (size_t i = 0; i < live->n_names; i++) {
		if (strcmp(live->names[i], value) == 0)
			return error_set(err, ERR_USAGE, "-i: %s is given twice",
			    value);
	}
	live->names[live->n_names++] = value;
	return 0;
}

static int take_filter(struct look *look, const char *value, struct error *err)
{
	(void)err;
	look->live.filter = value;
	return 0;
}

static int take_time(const char *option, const char *value, clock_ns *ret,
    struct error *err)
{
	if (conf_duration(str_of(value), ret) < 0 || *ret <= 0)
		return error_set(err, ERR_USAGE,
		    "--%s \"%s\": give a time with its unit: 30s, 5m, 1h", option,
		    value);
	return 0;
}

static int take_duration(struct look *look, const char *value, struct error *err)
{
	return take_time("duration", value, &look->live.duration, err);
}

static int take_number(const char *option, const char *value, uint64_t max,
    uint64_t *ret, struct error *err)
{
	if (str_to_u64(str_of(value), max, ret) < 0 || *ret == 0)
		return error_set(err, ERR_USAGE,
		    "--%s \"%s\": give a number from 1 to %llu", option, value,
		    (unsigned long long)max);
	return 0;
}

static int take_packets(struct look *look, const char *value, struct error *err)
{
	return take_number("packets", value, INT64_MAX, &look->live.packets, err);
}

/* "100MB", "1GiB", "65536". */
static int parse_size(struct str text, uint64_t *ret)
{
	static const struct {
		const char *unit;
		uint64_t bytes;
	} units[] = {
		{ "", 1 },
		{ "B", 1 },
		{ "kB", 1000 },
		{ "MB", 1000 * 1000 },
		{ "GB", 1000 * 1000 * 1000 },
		{ "KiB", 1 << 10 },
		{ "MiB", 1 << 20 },
		{ "GiB", 1 << 30 },
	};
	size_t digits = 0;
	uint64_t n;

	while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (str_to_u64(str_make(text.p, digits), INT64_MAX >> 30, &n) < 0)
		return ERR_MALFORMED;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_eq_nocase(str_from(text, digits), str_of(units[i].unit))) {
			*ret = n * units[i].bytes;
			return 0;
		}
	}
	return ERR_MALFORMED;
}

static int take_ring_size(struct look *look, const char *value, struct error *err)
{
	uint64_t *bytes = &look->live.ring.max_bytes;

	if (parse_size(str_of(value), bytes) < 0 || *bytes < RING_BYTES_MIN)
		return error_set(err, ERR_USAGE,
		    "--ring-size \"%s\": give a size with its unit (100MB), 64KiB at "
		    "least",
		    value);
	return 0;
}

static int take_ring_time(struct look *look, const char *value, struct error *err)
{
	return take_time("ring-time", value, &look->live.ring.max_time, err);
}

static int take_ring_files(struct look *look, const char *value, struct error *err)
{
	return take_number("ring-files", value, RING_FILES_MAX, &look->live.ring.files,
	    err);
}

enum {
	BOTH = LOOK_DECODE | LOOK_CHECK,
	ALL = BOTH | LOOK_BROWSE,
};

const struct look_option live_option_rows[] = {
	{ OPTION('i', "interface", "IF",
	      "capture there: IF, any, LAB/NODE, LAB/SWITCH:PORT; repeatable"),
	    ALL, take_interface },
	{ OPTION(0, "filter", "EXPR",
	      "of -i: only such packets, as pcap-filter(7) says"),
	    ALL, take_filter },
	{ OPTION(0, "duration", "TIME", "of -i: stop after that time (30s, 5m)"), ALL,
	    take_duration },
	{ OPTION(0, "packets", "N", "of -i: stop after that many packets"), ALL,
	    take_packets },
	{ OPTION(0, "ring-size", "SIZE",
	      "of -i -w FILE: write FILE-00001... of that size (100MB) each"),
	    BOTH, take_ring_size },
	{ OPTION(0, "ring-time", "TIME", "the same by time (1h)"), BOTH,
	    take_ring_time },
	{ OPTION(0, "ring-files", "N", "keep that many of them, remove the oldest"),
	    BOTH, take_ring_files },
	{ { NULL }, 0, NULL },
};

int live_options_check(const struct live_options *options, const char *file,
    const char *write, struct error *err)
{
	bool is_live = options->n_names > 0;
	bool is_ring = options->ring.max_bytes > 0 || options->ring.max_time > 0;

	if (is_live && file)
		return error_set(err, ERR_USAGE,
		    "-i and %s: give an interface or a file, not both", file);
	if (!is_live && (options->filter || options->duration > 0 ||
			    options->packets > 0 || is_ring))
		return error_set(err, ERR_USAGE,
		    "--filter, --duration, --packets and --ring-... belong to a capture: "
		    "-i INTERFACE");
	if (is_ring && !write)
		return error_set(err, ERR_USAGE,
		    "--ring-size and --ring-time write files: name them by -w FILE");
	if (options->ring.files > 0 && !is_ring)
		return error_set(err, ERR_USAGE,
		    "--ring-files needs --ring-size or --ring-time");
	return 0;
}

int live_options_name(struct live_options *options, struct error *err)
{
	auto_buf title = BUF_NULL;

	for (size_t i = 0; i < options->n_names; i++)
		shown_printf(&title, "%s%s", i ? ", " : "", options->names[i]);
	options->title = str_dup(buf_str(&title));
	return options->title ? 0 : error_set(err, -ENOMEM, "out of memory");
}

bool live_options_is_file(const struct live_options *options)
{
	return options->n_names == 0 ||
	       (options->path && options->ring.max_bytes == 0 &&
		   options->ring.max_time == 0);
}

void live_options_write_json(const struct live_options *options, struct json *json)
{
	json_object_begin(json, "live");
	json_array_begin(json, "interfaces");
	for (size_t i = 0; i < options->n_names; i++)
		json_text(json, NULL, options->names[i]);
	json_array_end(json);
	json_array_begin(json, "ports");
	for (size_t i = 0; i < options->n_names; i++) {
		json_object_begin(json, NULL);
		json_text(json, "interface", options->names[i]);
		json_uint(json, "link_down", options->fates[i].downs);
		json_text(json, "ended", options->fates[i].why);
		json_object_end(json);
	}
	json_array_end(json);
	json_uint(json, "packets", options->counts.packets);
	json_uint(json, "dropped_by_kernel", options->counts.dropped_by_kernel);
	json_uint(json, "dropped_here", options->counts.dropped_here);
	json_text(json, "written", options->path);
	json_object_end(json);
}

void live_options_free(struct live_options *options)
{
	for (size_t i = 0; i < options->n_names; i++) {
		free(options->fates[i].why);
		options->fates[i].why = NULL;
	}
	free(options->path);
	free(options->title);
	options->path = options->title = NULL;
}

/* Any bytes as the file of a load test, as a result of one, and as a threshold. A file that is
 * read has a schedule whose starts never go back; a result that is read is written as one that
 * reads to the same; a threshold that is read is told, and reads again. */
#include "lib/load/load_file.h"
#include "lib/load/report/compare.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void walk(const struct arrival_plan *plan)
{
	struct arrival arrival;
	clock_ns before = 0, at;

	arrival_begin(&arrival, plan);
	for (int i = 0; i < 100 && arrival_peek(&arrival, &at); i++) {
		if (at < before)
			__builtin_trap();
		if (i == 50)
			arrival_scale(&arrival, at, 1.5);
		before = i == 50 ? 0 : at;
		arrival_take(&arrival);
	}
}

static void try_file(struct conf_doc *doc)
{
	struct load_file file;

	if (load_file_read(&file, doc, doc->root, false, NULL) < 0)
		return;
	if (file.cpes == 0 || file.cpes > LOAD_CPES_MAX || file.n_mixes == 0 ||
	    file.shard < 1 || file.shard > file.shards)
		__builtin_trap();
	if (file.has_arrival)
		walk(&file.arrival);
}

static void try_result(struct conf_doc *doc)
{
	struct load_result result, again;
	struct conf_doc *written = NULL;
	auto_buf once = BUF_NULL, twice = BUF_NULL;
	struct compare compare;

	if (result_read(&result, doc, NULL) < 0)
		return;
	result_put_json(&once, &result);
	if (conf_parse("again.json", buf_str(&once), &written, NULL) < 0 ||
	    result_read(&again, written, NULL) < 0)
		__builtin_trap();
	result_put_json(&twice, &again);
	if (!str_eq(buf_str(&once), buf_str(&twice)))
		__builtin_trap();
	compare = compare_make(&result, &again);
	buf_reset(&twice);
	compare_put_json(&twice, &compare, "a", "b");
	conf_free(written);
}

static void try_threshold(struct str text)
{
	struct threshold_input input = { .took_us = 1000000 };
	struct threshold threshold, again;
	struct threshold_result result;
	auto_buf told = BUF_NULL;

	if (threshold_parse(&threshold, text, NULL) < 0)
		return;
	if (threshold_parse(&again, str_of(threshold.text), NULL) < 0 ||
	    again.value != threshold.value || again.metric != threshold.metric)
		__builtin_trap();
	input.tally = calloc(1, sizeof(*input.tally));
	if (!input.tally)
		return;
	result = threshold_judge(&threshold, &input);
	threshold_tell(&told, &result);
	free((void *)(uintptr_t)input.tally);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct conf_doc *doc = NULL;

	if (len > 1 << 16)
		return 0;
	try_threshold(str_make(bytes, len));
	if (conf_parse("fuzz", str_make(bytes, len), &doc, NULL) < 0)
		return 0;
	try_file(doc);
	try_result(doc);
	conf_free(doc);
	return 0;
}

/* Any bytes as a CSV export of a device: what can be imported is a model file that reads back,
 * whose leaves are a CSV export that can be imported again and gives the same leaves. */
#include "lab/model/draft_write.h"
#include "lab/model/import.h"
#include "lib/base/buf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The leaves of the model that the CSV makes, as CSV. False: it makes none. */
static bool import(struct str bytes, struct buf *ret)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct dump dump = { .len = 0 };
	struct draft *made = NULL, *read = NULL;
	struct draft_leaves leaves;
	struct dump_notes notes;
	const struct dump_options options = { .name = STR("fuzz"),
		.keeps_secrets = true };
	auto_buf yaml = BUF_NULL;
	size_t odd;
	bool is_model =
	    import_csv(&dump, "fuzz.csv", bytes, &mistakes, &odd, NULL) == 0 &&
	    dump_to_draft(&dump, &options, &made, &notes, NULL) == 0;

	dump_free(&dump);
	if (is_model) {
		draft_write(&yaml, made);
		if (draft_parse("fuzz.yaml", buf_str(&yaml), &mistakes, &read, NULL) <
			0 ||
		    draft_expand(read, &leaves, NULL) < 0)
			__builtin_trap();
		draft_write_csv(ret, &leaves);
	}
	conf_mistakes_free(&mistakes);
	draft_free(made);
	draft_free(read);
	return is_model;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	auto_buf once = BUF_NULL, twice = BUF_NULL;

	if (len > 1 << 16 || !import(str_make(bytes, len), &once))
		return 0;
	if (!import(buf_str(&once), &twice) || !str_eq(buf_str(&once), buf_str(&twice)))
		__builtin_trap();
	return 0;
}

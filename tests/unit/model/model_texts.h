/* What the tests of lab/model share: texts in, texts out. */
#pragma once

#include "tests/unit/unit.h"

#include "lab/model/draft_write.h"
#include "lab/model/import.h"
#include "lib/base/buf.h"

#include <stdlib.h>

/* A line for each mistake. */
static inline void put_mistakes(struct buf *out, struct conf_mistakes *mistakes)
{
	for (size_t i = 0; i < mistakes->len; i++)
		buf_printf(out, "%s\n", mistakes->items[i].text);
	conf_mistakes_free(mistakes);
}

/* The model of a CSV export, which the caller frees; null with the mistakes in out. */
static inline struct draft *draft_of_csv(struct str csv, bool keeps_secrets,
    struct dump_notes *notes, struct buf *out)
{
	const struct dump_options options = { .name = STR("lab"),
		.keeps_secrets = keeps_secrets };
	struct conf_mistakes mistakes = { .len = 0 };
	struct dump dump = { .len = 0 };
	struct error err = ERROR_NULL;
	struct draft *draft = NULL;
	size_t odd;
	int r = import_csv(&dump, "a.csv", csv, &mistakes, &odd, &err);

	if (r == 0)
		r = dump_to_draft(&dump, &options, &draft, notes, &err);
	if (r < 0 && mistakes.len == 0)
		buf_printf(out, "%s\n", err.text);
	put_mistakes(out, &mistakes);
	dump_free(&dump);
	return draft;
}

/* The model of a file's text, which the caller frees; null with the mistakes in out. */
static inline struct draft *draft_of_yaml(struct str yaml, struct buf *out)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	struct draft *draft = NULL;

	if (draft_parse("a.yaml", yaml, &mistakes, &draft, &err) < 0 &&
	    mistakes.len == 0)
		buf_printf(out, "%s\n", err.text);
	put_mistakes(out, &mistakes);
	return draft;
}

/* All leaves of it as CSV. */
static inline void put_csv(struct buf *out, struct draft *draft)
{
	struct draft_leaves leaves;
	struct error err = ERROR_NULL;

	if (draft_expand(draft, &leaves, &err) < 0)
		buf_printf(out, "%s\n", err.text);
	else
		draft_write_csv(out, &leaves);
}

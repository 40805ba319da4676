/* Any bytes as a data model of the Broadband Forum: what is one is chosen whole and written as
 * a model file, which reads back, and has no deviation from it but in its values. */
#include "lab/model/deviation.h"
#include "lab/model/draft_write.h"
#include "lib/base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(struct bbf *bbf, struct draft *draft)
{
	struct bbf *const models[] = { bbf };
	const struct deviation_options options = { .models = models, .n_models = 1 };
	struct deviations found;

	if (deviations_find(draft, &options, &found, NULL) == 0)
		deviations_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct draft *made = NULL, *read = NULL;
	struct bbf *bbf = NULL;
	auto_buf yaml = BUF_NULL;

	if (bbf_parse("fuzz.xml", str_make(bytes, len), &mistakes, &bbf, NULL) == 0) {
		for (size_t i = 0; i < bbf->n_objects; i++)
			(void)bbf_select_subtree(bbf, bbf->objects[i].path);
		for (size_t i = 0; i < bbf->n_profiles; i++)
			(void)bbf_select_profile(bbf, bbf->profiles[i].name);
		made = draft_new();
	}
	if (made) {
		made->name = STR("fuzz");
		made->root = STR("Device");
		if (bbf_to_draft(bbf, made) == 0)
			draft_write(&yaml, made);
		if (draft_parse("fuzz.yaml", buf_str(&yaml), &mistakes, &read, NULL) ==
		    0)
			check(bbf, read);
	}
	draft_free(made);
	draft_free(read);
	bbf_free(bbf);
	conf_mistakes_free(&mistakes);
	return 0;
}

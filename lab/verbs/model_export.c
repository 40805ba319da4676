/* model export: a model's leaves as CSV, or its file laid out anew. */
#include "lab/verbs/cmd_model.h"

#include "lab/model/draft_write.h"
#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/program/say.h"
#include "lib/program/verb.h"

enum format {
	FORMAT_CSV,
	FORMAT_YAML,
	FORMATS
};

int model_read(const char *file, struct conf_mistakes *mistakes, struct draft **ret,
    struct error *err)
{
	struct model *model = NULL;
	int r = model_load_all(file, mistakes, &model, err);

	model_free(model);
	return r < 0 ? r : draft_load(file, mistakes, ret, err);
}

static int write_model(struct draft *draft, enum format format, struct buf *out,
    struct error *err)
{
	struct draft_leaves leaves;
	int r;

	if (format == FORMAT_YAML) {
		draft_rewrite(out, draft);
		return 0;
	}
	r = draft_expand(draft, &leaves, err);
	if (r == 0)
		draft_write_csv(out, &leaves);
	return r;
}

int model_export(const struct model_options *options)
{
	static const char *const formats[FORMATS] = { "csv", "yaml" };
	auto_cleanup(draft_free) struct draft *draft = NULL;
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;
	size_t format;
	int r;

	if (option_choose(options->to, "format", formats, FORMATS, &format, &err) < 0) {
		say(stderr, "cwmplab: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (options->n_files > 1) {
		say(stderr, "cwmplab: %s: one model at a time\n", options->files[1]);
		return EXIT_USAGE;
	}
	r = model_read(options->files[0], &mistakes, &draft, &err);
	if (r == 0)
		r = write_model(draft, (enum format)format, &out, &err);
	if (r < 0)
		return model_fail(options->files[0], &mistakes, &err);
	conf_mistakes_free(&mistakes);
	return model_put(options->output, &out);
}

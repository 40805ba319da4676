/* model check: models held against data models of the Broadband Forum. */
#include "lab/verbs/cmd_model.h"

#include "lab/model/deviation.h"
#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"
#include "lib/program/verb.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	DOCUMENTS_MAX = 32
};

struct documents {
	struct bbf *items[DOCUMENTS_MAX];
	size_t len;
	struct conf_mistakes mistakes;
	struct error err;
};

/* ---- documents ---------------------------------------------------------------------------------------- */

static int load(struct documents *documents, const char *path)
{
	int r;

	if (documents->len == DOCUMENTS_MAX)
		return error_set(&documents->err, ERR_USAGE,
		    "%s: more than %d data models", path, DOCUMENTS_MAX);
	r = bbf_load(path, &documents->mistakes, &documents->items[documents->len],
	    &documents->err);
	documents->len += r == 0;
	return r;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_xml(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".xml"));
}

static int load_folder(struct documents *documents, const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_xml, by_name), r = 0;

	if (n < 0)
		return error_set(&documents->err, error_of_path(errno), "%s: %s",
		    folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		auto_buf path = BUF_NULL;

		buf_printf(&path, "%s/%s", folder, entries[i]->d_name);
		if (r == 0)
			r = load(documents, buf_cstr(&path));
		free(entries[i]);
	}
	free(entries);
	if (n == 0)
		return error_set(&documents->err, ERR_USAGE,
		    "%s: no file in it ends in .xml", folder);
	return r;
}

static int load_path(struct documents *documents, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode)
		   ? load_folder(documents, path)
		   : load(documents, path);
}

static int load_all(struct documents *documents, const struct model_options *options)
{
	const char *folder = getenv("CWMPLAB_BBF");
	int r = 0;

	for (size_t i = 0; i < options->against.len && r == 0; i++)
		r = load_path(documents, options->against.items[i]);
	if (options->against.len > 0)
		return r;
	if (folder && folder[0])
		return load_path(documents, folder);
	return error_set(&documents->err, ERR_USAGE,
	    "against which data model? --against PATH, or CWMPLAB_BBF, names XML of the "
	    "Broadband Forum (github.com/BroadbandForum/cwmp-data-models) or a folder of "
	    "it");
}

static void documents_free(struct documents *documents)
{
	for (size_t i = 0; i < documents->len; i++)
		bbf_free(documents->items[i]);
	conf_mistakes_free(&documents->mistakes);
}

/* ---- output --------------------------------------------------------------------------------------------- */

static void put_text(struct buf *out, const char *file, const struct deviations *found)
{
	for (size_t i = 0; i < found->len; i++) {
		const struct deviation *one = &found->items[i];

		if (one->line > 0)
			shown_printf(out, "%s:%u:%u: ", file, one->line, one->column);
		else
			shown_printf(out, "%s: ", file);
		shown_printf(out, "%s: %.*s %s\n", deviation_name(one->kind),
		    STR_ARG(one->path), one->text);
	}
	if (found->len > 0)
		shown_printf(out, "FAILED  %s: %zu deviation%s", file, found->len,
		    found->len == 1 ? "" : "s");
	else
		shown_printf(out, "ok  %s: no deviation", file);
	buf_printf(out, "; %zu parameters in %zu objects judged", found->n_params,
	    found->n_objects);
	if (found->n_vendor > 0)
		buf_printf(out, ", %zu of vendors not", found->n_vendor);
	buf_append_char(out, '\n');
}

static void put_json(struct json *json, const char *file,
    const struct deviations *found)
{
	json_object_begin(json, NULL);
	json_text(json, "file", file);
	json_bool(json, "ok", found->len == 0);
	json_uint(json, "objects", found->n_objects);
	json_uint(json, "parameters", found->n_params);
	json_uint(json, "vendor", found->n_vendor);
	json_array_begin(json, "deviations");
	for (size_t i = 0; i < found->len; i++) {
		const struct deviation *one = &found->items[i];

		json_object_begin(json, NULL);
		json_text(json, "kind", deviation_name(one->kind));
		json_uint(json, "line", one->line);
		json_uint(json, "column", one->column);
		json_str(json, "path", one->path);
		json_text(json, "text", one->text);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}

/* ---- the work ---------------------------------------------------------------------------------------------- */

struct output {
	struct buf out;
	struct json json;
	bool as_json;
};

/* Returns the exit status; what is wrong with the file is told at once. */
static int check_one(const char *file, const struct deviation_options *wanted,
    struct output *output)
{
	auto_cleanup(draft_free) struct draft *draft = NULL;
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	struct deviations found;
	int r = model_read(file, &mistakes, &draft, &err), status;

	if (r == 0)
		r = deviations_find(draft, wanted, &found, &err);
	if (r < 0)
		return model_fail(file, &mistakes, &err);
	conf_mistakes_free(&mistakes);
	if (output->as_json)
		put_json(&output->json, file, &found);
	else
		put_text(&output->out, file, &found);
	status = found.len > 0 ? EXIT_FAILED : EXIT_OK;
	deviations_free(&found);
	return status;
}

static int check_all(const struct model_options *options,
    const struct documents *documents)
{
	const struct deviation_options wanted = {
		.models = documents->items,
		.n_models = documents->len,
		.profiles = options->profiles.items,
		.n_profiles = options->profiles.len,
	};
	struct output output = { BUF_NULL, { 0 }, options->as_json };
	int status = EXIT_OK;

	output.json = json_writer(&output.out, 1);
	if (output.as_json)
		json_array_begin(&output.json, NULL);
	for (size_t i = 0; i < options->n_files; i++) {
		int one = check_one(options->files[i], &wanted, &output);

		status = MAX(status, one);
	}
	if (output.as_json) {
		json_array_end(&output.json);
		buf_append_char(&output.out, '\n');
	}
	if (output.out.len > 0 || output.out.error) {
		int put = model_put(options->output, &output.out);

		status = MAX(status, put);
	}
	buf_free(&output.out);
	return status;
}

int model_check(const struct model_options *options)
{
	struct documents documents = { .err = ERROR_NULL };
	int r = load_all(&documents, options);
	int status = r < 0
			 ? model_fail("data model", &documents.mistakes, &documents.err)
			 : check_all(options, &documents);

	documents_free(&documents);
	return status;
}

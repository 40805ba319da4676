/* model import: files that say what a device is, as a model. */
#include "lab/verbs/cmd_model.h"

#include "lab/model/bbf.h"
#include "lab/model/draft_write.h"
#include "lab/model/import.h"
#include "lab/term/cmd.h"
#include "lab/term/outfile.h"
#include "lib/base/buf.h"
#include "lib/program/say.h"
#include "lib/program/verb.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <string.h>

struct importing {
	const struct model_options *options;
	struct conf_mistakes mistakes;
	struct error err;
	struct draft *draft;
	struct bbf *documents[IMPORT_FILES_MAX]; /* the draft borrows from them */
	size_t n_documents;
	struct buf told; /* what there is to say of the import */
};

/* ---- shared with export and check ------------------------------------------------------------------ */

int model_fail(const char *file, struct conf_mistakes *mistakes,
    const struct error *err)
{
	int status = cmd_status(err->code);

	if (err->code != ERR_CONFIG || mistakes->len == 0)
		return cmd_fail(err);
	for (size_t i = 0; i < mistakes->len; i++) {
		say_text(stderr, str_of(mistakes->items[i].text));
		say(stderr, "\n");
	}
	if (mistakes->left_out > 0)
		say(stderr, "%s: and %zu more mistakes\n", file, mistakes->left_out);
	conf_mistakes_free(mistakes);
	return status;
}

static int put_file(const char *path, const struct buf *bytes, struct error *err)
{
	struct outfile out;
	int r;

	if (bytes->error)
		return error_set(err, bytes->error, "%s: no memory for all of it",
		    path);
	r = outfile_open(&out, path, 0666, err);
	if (r == 0)
		r = outfile_write(&out, buf_str(bytes), err);
	if (r == 0 && outfile_temporary(&out) && fsync(out.fd) < 0)
		r = error_set(err, error_of_path(errno), "%s: %s", path,
		    strerror(errno));
	if (r == 0)
		r = outfile_commit(&out, err);
	outfile_abort(&out);
	return r;
}

/* What goes into a pipe is the file as it is; a terminal is given what it may be given. */
int model_put(const char *path, const struct buf *bytes)
{
	struct error err = ERROR_NULL;

	if (path && strcmp(path, "-") != 0)
		return put_file(path, bytes, &err) < 0 ? cmd_fail(&err) : EXIT_OK;
	if (bytes->error || isatty(STDOUT_FILENO))
		return cmd_print(bytes, EXIT_OK);
	(void)say_bytes(stdout, buf_str(bytes));
	return EXIT_OK;
}

/* ---- what is told ------------------------------------------------------------------------------------ */

static void put_number(struct buf *out, size_t n, const char *what)
{
	buf_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void put_note(struct buf *out, size_t n, const char *what, const char *words)
{
	if (n == 0)
		return;
	buf_append_text(out, "    ");
	put_number(out, n, what);
	buf_printf(out, " %s\n", words);
}

static void put_notes(struct buf *out, const struct dump_notes *notes, size_t odd)
{
	put_number(out, notes->n_leaves + notes->n_added + notes->n_filled,
	    "parameter");
	buf_append_text(out, " of ");
	put_number(out, notes->n_params + notes->n_added, "template");
	buf_append_text(out, " in ");
	put_number(out, notes->n_objects, "object");
	buf_append_text(out, ", ");
	put_number(out, notes->n_instances, "instance");
	buf_append_char(out, '\n');
	put_note(out, notes->n_secrets, "value",
	    "of passwords and keys dropped (--keep-secrets keeps them)");
	put_note(out, notes->n_kept_secrets, "value",
	    "of passwords and keys kept: mind who gets the file");
	put_note(out, notes->n_added, "parameter", "added that every Inform needs");
	put_note(out, odd, "type", "not known: read as string");
	put_note(out, notes->n_retyped, "parameter",
	    "made strings: their values are not of their type");
	put_note(out, notes->n_counts, "parameter",
	    "made unsignedInt and read-only: they count the instances of a table");
	put_note(out, notes->n_filled, "parameter",
	    "added that only other instances of their tables have");
}

/* ---- dumps ------------------------------------------------------------------------------------------- */

/* "hp5920" of "dumps/hp5920.csv". */
static struct str base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);
	const char *dot = name.len > 0 ? memrchr(name.p, '.', name.len) : NULL;

	if (dot && dot > name.p)
		name.len = (size_t)(dot - name.p);
	name.len = MIN(name.len, (size_t)64);
	return name.len > 0 && !str_is(name, "-") ? name : STR("imported");
}

static int make_draft(struct importing *importing, struct dump *dump, const char *about,
    size_t odd)
{
	const struct model_options *options = importing->options;
	const struct dump_options wanted = {
		.name = options->name ? str_of(options->name)
				      : base_name(options->files[0]),
		.about = str_of(about),
		.keeps_secrets = options->keeps_secrets,
	};
	struct dump_notes notes;
	int r =
	    dump_to_draft(dump, &wanted, &importing->draft, &notes, &importing->err);

	if (r < 0)
		return error_prefix(&importing->err, "%s", options->files[0]);
	put_notes(&importing->told, &notes, odd);
	return 0;
}

static int from_csv(struct importing *importing, struct str bytes)
{
	struct dump dump = { .len = 0 };
	size_t odd = 0;
	int r = import_csv(&dump, importing->options->files[0], bytes,
	    &importing->mistakes, &odd, &importing->err);

	if (r == 0)
		r = make_draft(importing, &dump, "imported from a CSV export", odd);
	dump_free(&dump);
	return r;
}

static int from_capture(struct importing *importing)
{
	const struct model_options *options = importing->options;
	struct dump dump = { .len = 0 };
	struct import_capture capture;
	int r = import_capture(&dump, options->files[0], options->keylog,
	    options->serial, &capture, &importing->err);

	if (r == 0)
		r = make_draft(importing, &dump, "imported from a capture", 0);
	dump_free(&dump);
	return r;
}

/* ---- data models --------------------------------------------------------------------------------------- */

static int load_document(struct importing *importing, const char *path)
{
	int r = bbf_load(path, &importing->mistakes,
	    &importing->documents[importing->n_documents], &importing->err);

	importing->n_documents += r == 0;
	return r;
}

static int choose(struct importing *importing, const char *what, const char *name,
    int (*select)(struct bbf *bbf, struct str name))
{
	bool is_found = false;

	for (size_t i = 0; i < importing->n_documents; i++)
		is_found |= select(importing->documents[i], str_of(name)) == 0;
	if (is_found)
		return 0;
	if (importing->n_documents == 1)
		return error_set(&importing->err, ERR_USAGE, "%s has no %s \"%s\"",
		    importing->documents[0]->file, what, name);
	return error_set(&importing->err, ERR_USAGE, "none of the files has %s \"%s\"",
	    what, name);
}

static int choose_all(struct importing *importing)
{
	const struct model_options *options = importing->options;
	int r = 0;

	if (options->profiles.len + options->subtrees.len == 0)
		return error_set(&importing->err, ERR_USAGE,
		    "%s: what of it? --profile NAME or --subtree OBJECT chooses",
		    options->files[0]);
	for (size_t i = 0; i < options->profiles.len && r == 0; i++)
		r = choose(importing, "profile", options->profiles.items[i],
		    bbf_select_profile);
	for (size_t i = 0; i < options->subtrees.len && r == 0; i++)
		r = choose(importing, "object or parameter", options->subtrees.items[i],
		    bbf_select_subtree);
	return r;
}

/* The root of the documents that are no services', else that of --root. */
static struct str root_of(const struct importing *importing)
{
	for (size_t i = 0; i < importing->n_documents; i++) {
		const struct bbf *bbf = importing->documents[i];
		struct str rest;

		if (!bbf->is_service)
			return str_cut(bbf->model, ':', &rest);
	}
	return str_of(importing->options->root);
}

static int add_documents(struct importing *importing)
{
	struct draft *draft = importing->draft;
	size_t n_params = 0;
	int r = 0;

	for (size_t i = 0; i < importing->n_documents && r == 0; i++)
		r = bbf_to_draft(importing->documents[i], draft);
	if (r == 0)
		r = dump_add_needed(draft);
	if (r < 0)
		return error_set(&importing->err, r, "no memory for the model");
	for (size_t i = 0; i < draft->n_objects; i++)
		n_params += draft->objects[i].n_params;
	put_number(&importing->told, n_params, "parameter");
	buf_append_text(&importing->told, " in ");
	put_number(&importing->told, draft->n_objects, "object");
	buf_append_char(&importing->told, '\n');
	put_note(&importing->told, (size_t)r, "parameter",
	    "added that every Inform needs");
	return 0;
}

static int from_xml(struct importing *importing)
{
	const struct model_options *options = importing->options;
	int r = 0, worst = 0;

	for (size_t i = 0; i < options->n_files; i++) {
		r = load_document(importing, options->files[i]);
		worst = r < 0 ? r : worst;
		if (r < 0 && r != ERR_CONFIG)
			return r;
	}
	r = worst < 0 ? worst : choose_all(importing);
	if (r < 0)
		return r;
	importing->draft = draft_new();
	if (!importing->draft)
		return error_set(&importing->err, -ENOMEM, "no memory for the model");
	importing->draft->root = root_of(importing);
	importing->draft->name =
	    options->name ? str_of(options->name) : base_name(options->files[0]);
	importing->draft->about = importing->documents[0]->model;
	return add_documents(importing);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static int find_kind(struct importing *importing, struct str bytes,
    enum import_kind *ret)
{
	const char *names[IMPORT_UNKNOWN];
	size_t at;

	*ret = import_recognise(bytes);
	if (!importing->options->from)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		names[i] = import_kind_name((enum import_kind)i);
	if (option_choose(importing->options->from, "kind of file", names,
		ARRAY_LEN(names), &at, &importing->err) < 0)
		return ERR_USAGE;
	*ret = (enum import_kind)at;
	return 0;
}

/* Captures can be larger than any file of text: their first bytes say what they are. */
static int read_start(struct importing *importing, struct buf *bytes)
{
	const char *path = importing->options->files[0];
	bool is_capture =
	    importing->options->from &&
	    strcmp(importing->options->from, import_kind_name(IMPORT_CAPTURE)) == 0;
	int r;

	if (is_capture)
		return 0;
	r = whole_file_read(path, IMPORT_BYTES_MAX, bytes, &importing->err);
	if (r == ERR_USAGE && bytes->len > IMPORT_BYTES_MAX)
		return 0;
	return r;
}

static int import(struct importing *importing)
{
	const struct model_options *options = importing->options;
	auto_buf bytes = BUF_NULL;
	enum import_kind kind = IMPORT_UNKNOWN;
	int r = read_start(importing, &bytes);

	if (r == 0)
		r = find_kind(importing, buf_str(&bytes), &kind);
	if (r < 0)
		return r;
	if (kind != IMPORT_XML && options->n_files > 1)
		return error_set(&importing->err, ERR_USAGE,
		    "%s: only of XML there may be several files", options->files[1]);
	if (kind != IMPORT_CAPTURE && bytes.len > IMPORT_BYTES_MAX)
		return error_set(&importing->err, ERR_USAGE, "%s: more than %d MiB",
		    options->files[0], IMPORT_BYTES_MAX >> 20);
	switch (kind) {
	case IMPORT_CSV:
		return from_csv(importing, buf_str(&bytes));
	case IMPORT_XML:
		return from_xml(importing);
	case IMPORT_CAPTURE:
	case IMPORT_UNKNOWN:
		break;
	}
	return from_capture(importing);
}

/* Whether a CPE could be of the model. */
static int try_model(struct importing *importing, const struct buf *out)
{
	const char *output = importing->options->output;
	struct model *model = NULL;
	int r = out->error == ERR_LIMIT
		    ? error_set(&importing->err, ERR_USAGE,
			  "the model has more than %d MiB", CONF_BYTES_MAX >> 20)
		    : model_parse_all(output ? output : "the model", buf_str(out),
			  &importing->mistakes, &model, &importing->err);

	model_free(model);
	return r;
}

static int finish(struct importing *importing)
{
	const char *output = importing->options->output;
	auto_buf out = BUF_MAX(CONF_BYTES_MAX);
	int status;

	draft_write(&out, importing->draft);
	if (try_model(importing, &out) < 0)
		return model_fail(output ? output : "the model", &importing->mistakes,
		    &importing->err);
	status = model_put(output, &out);
	if (status != EXIT_OK)
		return status;
	say(output ? stdout : stderr, "ok  %s: ", output ? output : "standard output");
	say_text(output ? stdout : stderr, buf_str(&importing->told));
	return status;
}

int model_import(const struct model_options *options)
{
	struct importing importing = { .options = options, .err = ERROR_NULL };
	int r = import(&importing);
	int status =
	    r < 0 ? model_fail(options->files[0], &importing.mistakes, &importing.err)
		  : finish(&importing);

	draft_free(importing.draft);
	for (size_t i = 0; i < importing.n_documents; i++)
		bbf_free(importing.documents[i]);
	buf_free(&importing.told);
	conf_mistakes_free(&importing.mistakes);
	return status;
}

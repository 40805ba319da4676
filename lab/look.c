#include "lab/look.h"

#include "lab/cmd.h"
#include "lab/share.h"
#include "lib/base/json.h"

#include <getopt.h>
#include <stdio.h>

/* A path, or the name of a sequence that comes with the program. */
static int add_sequence(struct look *look, const char *name, struct error *err)
{
	auto_buf relative = BUF_NULL;
	auto_free char *shared = NULL;
	const char *path = name;

	if (look->n_sequences == SEQUENCES_MAX)
		return error_set(err, ERR_USAGE, "more than %d sequences",
		    SEQUENCES_MAX);
	if (!strchr(name, '/') && !strstr(name, ".yaml")) {
		buf_printf(&relative, "capture/sequences/%s.yaml", name);
		shared = share_path(buf_cstr(&relative));
		if (!shared)
			return error_set(err, ERR_USAGE,
			    "no sequence is named \"%s\": give a name of capture/sequences, "
			    "or a path",
			    name);
		path = shared;
	}
	return sequence_load(path, &look->sequences[look->n_sequences++], err);
}

void look_free(struct look *look)
{
	for (size_t i = 0; i < look->n_sequences; i++)
		sequence_free(look->sequences[i]);
}

int look_options(int argc, char **argv, const char *usage, struct look *look)
{
	static const struct option options[] = {
		{ "read", required_argument, NULL, 'r' },
		{ "sequence", required_argument, NULL, 's' },
		{ "keylog", required_argument, NULL, 'k' },
		{ "json", no_argument, NULL, 'j' },
		{ "show-secrets", no_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct error err = ERROR_NULL;
	int option;

	while ((option = getopt_long(argc, argv, "r:h", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			look->options.path = optarg;
			break;
		case 's':
			if (add_sequence(look, optarg, &err) < 0) {
				(void)fprintf(stderr, "%s\n", err.text);
				return EXIT_USAGE + 1;
			}
			break;
		case 'k':
			look->options.keylog = optarg;
			break;
		case 'j':
			look->as_json = true;
			break;
		case 'S':
			look->options.show_secrets = true;
			break;
		default:
			(void)fputs(usage, option == 'h' ? stdout : stderr);
			return (option == 'h' ? EXIT_OK : EXIT_USAGE) + 1;
		}
	}
	if (optind + 1 == argc && !look->options.path)
		look->options.path = argv[optind++];
	if (optind == argc && look->options.path)
		return 0;
	(void)fputs(usage, stderr);
	return EXIT_USAGE + 1;
}

int look_print(const struct buf *text)
{
	bool is_written = fwrite(text->data, 1, text->len, stdout) == text->len &&
			  fflush(stdout) == 0;

	if (text->error || !is_written) {
		(void)fprintf(stderr, "standard output: cannot be written\n");
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

void look_put_json(const struct analysis *analysis, struct buf *out)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	json_text(&json, "file", analysis->file);
	json_bool(&json, "ok", analysis->ok);
	analysis_write_counts(&analysis->counts, &json);
	analysis_write_json(analysis, &json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

void look_put_limits(const struct analysis *analysis, struct buf *out)
{
	const struct analysis_counts *counts = &analysis->counts;
	uint64_t blind = counts->tls_sessions - counts->tls_decrypted;

	if (blind > 0)
		buf_printf(out,
		    "%s: %llu TLS sessions, secrets for %llu (--keylog FILE)\n",
		    analysis->file, (unsigned long long)counts->tls_sessions,
		    (unsigned long long)counts->tls_decrypted);
	if (counts->began_before > 0)
		buf_printf(out, "%s: %llu connections begin before the capture\n",
		    analysis->file, (unsigned long long)counts->began_before);
	if (counts->gaps > 0)
		buf_printf(out, "%s: %llu gaps in TCP streams\n", analysis->file,
		    (unsigned long long)counts->gaps);
	if (counts->is_truncated)
		buf_printf(out, "%s: the file ends inside a record\n", analysis->file);
}

int look_run(struct look *look, struct analysis **ret)
{
	struct error err = ERROR_NULL;

	look->options.sequences = (const struct sequence *const *)look->sequences;
	look->options.n_sequences = look->n_sequences;
	if (analysis_run(&look->options, ret, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

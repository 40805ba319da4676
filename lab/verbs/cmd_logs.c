#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/term/cmd.h"
#include "lib/program/say.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <string.h>

static int print_log(const char *path, const char *name, bool with_name,
    struct error *err)
{
	auto_file file = fopen(path, "re");
	auto_free char *line = NULL;
	size_t room = 0;

	if (!file)
		return error_set(err, errno == ENOENT ? ERR_USAGE : -errno, "%s: %s",
		    path, error_name(-errno));
	while (getline(&line, &room, file) > 0) {
		if (with_name)
			say(stdout, "%-12s | ", name);
		say(stdout, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
	return 0;
}

static int only_logs(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".log") == 0;
}

static int print_all(const char *folder, struct error *err)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, only_logs, alphasort);

	if (n < 0)
		return error_set(err, -errno, "%s: %s", folder, error_name(-errno));
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX + sizeof(entries[i]->d_name)];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		*strrchr(entries[i]->d_name, '.') = '\0';
		(void)print_log(path, entries[i]->d_name, true, err);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int logs(const char *lab, const char *node, struct error *err)
{
	auto_fd fd = -1;
	char path[PATH_MAX];
	json_t *status;
	const char *out;
	pid_t pid;

	if (labsock_connect(lab, &fd, &pid, err) < 0 ||
	    labsock_ask(fd, "status", NULL, &status, NULL, err) < 0)
		return err->code;
	out = json_string_value(json_object_get(status, "out"));
	(void)snprintf(path, sizeof(path), "%s/logs%s%s%s", out ? out : ".",
	    node ? "/" : "", node ? node : "", node ? ".log" : "");
	json_decref(status);
	return node ? print_log(path, node, false, err) : print_all(path, err);
}

static int logs_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct error err = ERROR_NULL;
	const char *node, *value;

	options_begin(&options, verb, argc, argv);
	(void)options_next(&options, &value);
	if (options.status >= 0)
		return options.status;
	node = options.n_words == 2 ? options.words[1] : NULL;
	if (logs(options.words[0], node, &err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}

const struct verb logs_verb = {
	.name = "logs",
	.brief = "show what the programs of a lab wrote",
	.run = logs_run,
	.arguments = "LAB [NODE]",
	.about =
	    "Prints what the programs of a lab wrote, each line after the name of its node. Of a lab\n"
	    "that has ended, look into logs/ in its folder of results.\n",
	.min_words = 1,
	.max_words = 2,
};

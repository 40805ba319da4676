#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/play/place.h"
#include "lab/term/cmd.h"
#include "lib/program/say.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LOGS_MAX = 4096,
	LOOK_MS = 100 /* between looks whether there is more to follow */
};

struct log {
	char *name;       /* owned: of the node */
	FILE *file;       /* owned */
	const char *only; /* lines about this CPE alone; null: all */
};

struct logs {
	struct log items[LOGS_MAX];
	size_t n;
	bool has_names; /* before each line */
};

static void logs_free(struct logs *logs)
{
	for (size_t i = 0; i < logs->n; i++) {
		free(logs->items[i].name);
		(void)fclose(logs->items[i].file);
	}
	logs->n = 0;
}

/* "...Z info cpe: cpe-2: moved" is about cpe-2. */
static bool is_about(const char *line, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = line; (at = strstr(at, name)); at += len) {
		if (at > line && at[-1] == ' ' && at[len] == ':')
			return true;
	}
	return false;
}

/* What has come to it in whole lines. A line that is still written comes the next time, unless
 * nobody follows it. */
static void print_more(const struct logs *logs, struct log *log, bool is_followed)
{
	auto_free char *line = NULL;
	size_t room = 0;
	ssize_t len;

	clearerr(log->file);
	while ((len = getline(&line, &room, log->file)) > 0) {
		if (is_followed && line[len - 1] != '\n') {
			(void)fseek(log->file, -(long)len, SEEK_CUR);
			return;
		}
		if (log->only && !is_about(line, log->only))
			continue;
		if (logs->has_names)
			say(stdout, "%-12s | ", log->name);
		say(stdout, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
}

static void print_all(struct logs *logs, bool is_followed)
{
	for (size_t i = 0; i < logs->n; i++)
		print_more(logs, &logs->items[i], is_followed);
}

static int add(struct logs *logs, const char *folder, const char *name,
    const char *only, struct error *err)
{
	struct log *log = &logs->items[logs->n];
	char path[PATH_MAX];

	if (logs->n == LOGS_MAX)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/%s.log", folder, name);
	log->file = fopen(path, "re");
	if (!log->file)
		return error_set(err, errno == ENOENT ? ERR_USAGE : -errno, "%s: %s",
		    path, error_name(-errno));
	log->name = strdup(name);
	if (!log->name) {
		(void)fclose(log->file);
		return error_set(err, -ENOMEM, "no memory for a name");
	}
	log->only = only;
	logs->n++;
	return 0;
}

static int only_logs(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".log") == 0;
}

static int add_all(struct logs *logs, const char *folder, struct error *err)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, only_logs, alphasort);

	if (n < 0)
		return error_set(err, -errno, "%s: %s", folder, error_name(-errno));
	for (int i = 0; i < n; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		(void)add(logs, folder, entries[i]->d_name, NULL, err);
		free(entries[i]);
	}
	free(entries);
	logs->has_names = true;
	return 0;
}

/* That of the program of a node, which CPEs share. */
static int add_node(struct logs *logs, const struct place *place, const char *folder,
    struct error *err)
{
	const char *log;
	json_t *node;
	int r;

	if (strcmp(place->node, "recorder") == 0)
		return add(logs, folder, place->node, NULL, err);
	r = place_node(place, place->node, &node, err);
	if (r < 0)
		return r;
	log = json_string_value(json_object_get(node, "log"));
	if (!log)
		r = error_set(err, ERR_USAGE, "%s runs no program", place->node);
	else
		r = add(logs, folder, log,
		    strcmp(log, place->node) == 0 ? NULL : place->node, err);
	json_decref(node);
	return r;
}

/* All lines that have come are written. */
static void on_interrupt(int number)
{
	(void)number;
	_exit(EXIT_OK);
}

/* Until the lab ends. */
static void follow(struct logs *logs, int fd)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	struct pollfd lab = { .fd = fd, .events = POLLIN };

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	while (poll(&lab, 1, LOOK_MS) == 0) {
		print_all(logs, true);
		if (fflush(stdout) != 0)
			return;
	}
}

static int open_logs(struct logs *logs, const struct place *place, struct error *err)
{
	char folder[PATH_MAX];
	json_t *status;
	const char *out;
	int r = labsock_ask(place->fd, "status", NULL, &status, NULL, err);

	if (r < 0)
		return r;
	out = json_string_value(json_object_get(status, "out"));
	(void)snprintf(folder, sizeof(folder), "%s/logs", out ? out : ".");
	json_decref(status);
	return place->node[0] ? add_node(logs, place, folder, err)
			      : add_all(logs, folder, err);
}

static const struct option_row rows[] = {
	OPTION('f', "follow", NULL, "go on with what they write, until the lab ends"),
	{ NULL },
};

static int logs_run(const struct verb *verb, int argc, char **argv)
{
	static struct logs logs;
	struct option_reader options;
	struct place place = { .fd = -1 };
	struct error err = ERROR_NULL;
	const char *value;
	bool is_followed = false;
	int r;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		is_followed = true;
	if (options.status >= 0)
		return options.status;
	r = place_open(&place, options.words[0],
	    options.n_words == 2 ? options.words[1] : "", &err);
	if (r == 0)
		r = open_logs(&logs, &place, &err);
	if (r == 0)
		print_all(&logs, is_followed);
	if (r == 0 && is_followed)
		follow(&logs, place.fd);
	if (r == 0)
		print_all(&logs, false);
	logs_free(&logs);
	place_close(&place);
	return r < 0 ? cmd_fail(&err) : EXIT_OK;
}

const struct verb logs_verb = {
	.name = "logs",
	.brief = "show what the programs of a lab wrote",
	.run = logs_run,
	.arguments = "LAB [NODE] [--follow]",
	.about =
	    "Prints what the programs of a lab wrote, each line after the name of its node; of NODE\n"
	    "alone, and of a CPE that shares its program with others the lines about it. Of a lab that\n"
	    "has ended, look into logs/ in its folder of results.\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 2,
};

#include "tests/support/labrun.h"

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "tests/support/background.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	LABRUN_WORDS_MAX = 6,
	LABRUN_NODES_MAX = 16,
	LABRUN_NAME_MAX = 80
};

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
	exit(1);
}

const char *labrun_program(void)
{
	const char *path = getenv("CWMPLAB");

	return path ? path : "build/cwmplab";
}

const char *labrun_source(void)
{
	const char *path = getenv("CWMPLAB_SOURCE");

	return path ? path : ".";
}

/* From another folder a relative path, which a link would keep as it is, leads elsewhere. */
static void whole_path(const char *path, char *out)
{
	if (!realpath(path, out))
		fail("find", path);
}

static void become_ordinary(void)
{
	const struct passwd *nobody = getpwnam("nobody");

	if (geteuid() != 0)
		return;
	if (!nobody || setgroups(0, NULL) < 0 || setgid(nobody->pw_gid) < 0 ||
	    setuid(nobody->pw_uid) < 0)
		fail("cannot become", "nobody");
}

static bool has_namespaces(void)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID) < 0);
	(void)waitpid(pid, &status, 0);
	return status == 0;
}

void labrun_setup(void)
{
	become_ordinary();
	if (access(labrun_program(), X_OK) < 0)
		fail("cannot run", labrun_program());
	if (!has_namespaces()) {
		printf("skipped: no user namespaces for an ordinary user here\n");
		exit(77);
	}
}

static void read_file(const char *path, struct buf *out)
{
	auto_file file = fopen(path, "rb");

	if (!file)
		fail("open", path);
	for (;;) {
		uint8_t *room = buf_reserve(out, 4096);
		size_t n = room ? fread(room, 1, 4096, file) : 0;

		if (n == 0)
			return;
		out->len += n;
	}
}

static void write_file(const char *path, struct str text)
{
	auto_file file = fopen(path, "wb");

	if (!file || fwrite(text.p, 1, text.len, file) != text.len)
		fail("write", path);
}

static void replace_all(struct buf *text, const struct change *change)
{
	struct str rest = buf_str(text);
	struct buf edited = BUF_NULL;
	size_t at, n = 0;

	for (; str_find(rest, str_of(change->from), &at); n++) {
		buf_append(&edited, rest.p, at);
		buf_append_text(&edited, change->to);
		rest = str_from(rest, at + strlen(change->from));
	}
	if (n == 0) {
		fprintf(stderr, "\"%s\" is not in the topology\n", change->from);
		exit(1);
	}
	buf_append_str(&edited, rest);
	buf_free(text);
	*text = edited;
}

/* The value of a key, wherever it stands, becomes another one. */
static void set_value(struct buf *text, const char *key, const char *value)
{
	struct str rest = buf_str(text);
	struct buf edited = BUF_NULL;
	size_t at;

	while (str_find(rest, str_of(key), &at)) {
		at += strlen(key);
		buf_append(&edited, rest.p, at);
		buf_append_text(&edited, value);
		rest = str_from(rest, at);
		while (rest.len > 0 && !strchr(" ,}\n", rest.p[0]))
			rest = str_from(rest, 1);
	}
	buf_append_str(&edited, rest);
	buf_free(text);
	*text = edited;
}

/* Less than the test waits, so that a lab that hangs is reported by the program itself. */
static void set_within(struct buf *text)
{
	char value[32];

	(void)snprintf(value, sizeof(value), "%ds", patience_ms() / 1000 * 9 / 10);
	set_value(text, "within: ", value);
}

static void copy_topology(const char *from, const char *to, const char *name,
    const struct change *changes)
{
	auto_buf text = BUF_NULL;

	read_file(from, &text);
	for (; changes && changes->from; changes++)
		replace_all(&text, changes);
	set_value(&text, "\nname: ", name);
	set_within(&text);
	write_file(to, buf_str(&text));
}

/* A folder, which labs only read, becomes a link to it. */
static void copy_file(const char *from, const char *to)
{
	auto_buf text = BUF_NULL;
	char whole[PATH_MAX];
	struct stat st;

	if (stat(from, &st) == 0 && S_ISDIR(st.st_mode)) {
		whole_path(from, whole);
		if (symlink(whole, to) < 0)
			fail("link", to);
		return;
	}
	read_file(from, &text);
	write_file(to, buf_str(&text));
}

void labrun_prepare(struct labrun *run, const char *name, const struct change *changes)
{
	char folder[4096], from[8192], to[8192];
	struct dirent *entry;
	DIR *dir;

	memset(run, 0, sizeof(*run));
	run->status = -1;
	/* While a lab is up its name is taken for all of this user on the machine. */
	(void)snprintf(run->name, sizeof(run->name), "%.40s-%d", name, (int)getpid());
	(void)snprintf(run->folder, sizeof(run->folder), "/tmp/cwmplab-test.XXXXXX");
	if (!mkdtemp(run->folder))
		fail("mkdtemp", run->folder);
	if (!getenv("CWMPLAB_KEEP"))
		holding_add(HOLDING_FOLDER, run->folder);
	(void)snprintf(folder, sizeof(folder), "%s/topologies/%s", labrun_source(),
	    name);
	dir = opendir(folder);
	if (!dir)
		fail("open", folder);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(from, sizeof(from), "%s/%s", folder, entry->d_name);
		(void)snprintf(to, sizeof(to), "%s/%s", run->folder, entry->d_name);
		if (strcmp(entry->d_name, "topology.yaml") == 0)
			copy_topology(from, to, run->name, changes);
		else
			copy_file(from, to);
	}
	(void)closedir(dir);
}

static const char **run_argv(const char **argv)
{
	const char *const words[] = { labrun_program(), "run", "topology.yaml", "--out",
		"out", NULL };

	memcpy(argv, words, sizeof(words));
	return argv;
}

static void read_report(struct labrun *run)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/out/report.json", run->folder);
	run->report = json_load_file(path, 0, NULL);
}

void labrun_go(struct labrun *run)
{
	struct process_result result = PROCESS_RESULT_NULL;
	const char *argv[LABRUN_WORDS_MAX];

	process_run(run_argv(argv), run->folder, &result);
	run->status = result.status;
	run->output = result.out;
	read_report(run);
}

/* Whether name is new among the n names; then it is one of them. */
static bool is_new(char names[][LABRUN_NAME_MAX], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return false;
	}
	(void)snprintf(names[n], LABRUN_NAME_MAX, "%s", name);
	return true;
}

/* How many nodes have told an event with these words in it, as far as most of them. */
static size_t count_nodes(const struct labrun *run, const char *words, size_t most)
{
	char path[128], names[LABRUN_NODES_MAX][LABRUN_NAME_MAX];
	auto_buf events = BUF_NULL;
	struct str rest, line;
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "%s/out/events.jsonl", run->folder);
	if (access(path, R_OK) < 0)
		return 0;
	read_file(path, &events);
	for (rest = buf_str(&events); rest.len > 0 && n < most;) {
		json_t *event;

		line = str_cut(rest, '\n', &rest);
		if (!str_find(line, str_of(words), NULL))
			continue;
		event = json_loadb(line.p, line.len, 0, NULL);
		n += event && is_new(names, n, labrun_text(event, "node"));
		json_decref(event);
	}
	return n;
}

void labrun_go_until(struct labrun *run, const char *words, size_t n)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	struct background program = BACKGROUND_NULL;
	const char *argv[LABRUN_WORDS_MAX];

	n = MIN(n, (size_t)LABRUN_NODES_MAX);
	background_start(&program, run_argv(argv), run->folder);
	while (count_nodes(run, words, n) < n && clock_monotonic() < end &&
	       background_lives(&program))
		;
	run->status = background_end(&program, SIGINT);
	buf_append_str(&run->output, buf_str(&program.text));
	background_free(&program);
	read_report(run);
}

void labrun_free(struct labrun *run)
{
	const char *argv[] = { "rm", "-rf", run->folder, NULL };
	struct process_result result = PROCESS_RESULT_NULL;

	if (!getenv("CWMPLAB_KEEP"))
		process_run(argv, NULL, &result);
	holding_end(HOLDING_FOLDER, run->folder);
	buf_free(&result.out);
	buf_free(&run->output);
	json_decref(run->report);
	run->report = NULL;
}

json_t *labrun_first_failure(const struct labrun *run, size_t cpe)
{
	const json_t *sequence =
	    json_array_get(json_object_get(run->report, "sequences"), cpe);
	const json_t *steps = json_object_get(sequence, "steps");
	json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
	{
		if (!json_is_true(json_object_get(step, "ok")))
			return step;
	}
	return NULL;
}

const char *labrun_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

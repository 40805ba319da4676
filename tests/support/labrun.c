#include "tests/support/labrun.h"

#include "lib/base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

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

static void copy_file(const char *from, const char *to, const struct change *changes)
{
	auto_buf text = BUF_NULL;

	read_file(from, &text);
	for (; changes && changes->from; changes++)
		replace_all(&text, changes);
	write_file(to, buf_str(&text));
}

void labrun_prepare(struct labrun *run, const char *name, const struct change *changes)
{
	char folder[4096], from[8192], to[8192];
	struct dirent *entry;
	DIR *dir;

	memset(run, 0, sizeof(*run));
	run->status = -1;
	(void)snprintf(run->folder, sizeof(run->folder), "/tmp/cwmplab-test.XXXXXX");
	if (!mkdtemp(run->folder))
		fail("mkdtemp", run->folder);
	(void)snprintf(folder, sizeof(folder), "%s/topologies/%s", labrun_source(),
	    name);
	dir = opendir(folder);
	if (!dir)
		fail("open", folder);
	while ((entry = readdir(dir))) {
		bool is_topology = strcmp(entry->d_name, "topology.yaml") == 0;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(from, sizeof(from), "%s/%s", folder, entry->d_name);
		(void)snprintf(to, sizeof(to), "%s/%s", run->folder, entry->d_name);
		copy_file(from, to, is_topology ? changes : NULL);
	}
	(void)closedir(dir);
}

void labrun_go(struct labrun *run, int deadline_ms)
{
	const char *argv[] = { labrun_program(), "run", "topology.yaml", "--out", "out",
		NULL };
	struct process_result result = PROCESS_RESULT_NULL;
	char path[128];

	process_run(argv, run->folder, deadline_ms, &result);
	run->status = result.status;
	run->output = result.out;
	(void)snprintf(path, sizeof(path), "%s/out/report.json", run->folder);
	run->report = json_load_file(path, 0, NULL);
}

void labrun_free(struct labrun *run)
{
	const char *argv[] = { "rm", "-rf", run->folder, NULL };
	struct process_result result = PROCESS_RESULT_NULL;

	if (!getenv("CWMPLAB_KEEP"))
		process_run(argv, NULL, 20000, &result);
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

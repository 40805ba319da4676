#include "tests/attack/stage.h"

#include "lib/base/cleanup.h"
#include "tests/support/background.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"
#include "tests/support/process.h"
#include "tests/support/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	TICK_MS = 10,
	LOG_TAIL_BYTES = 2000,
	ROW_TRIES = 3
};

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void tick(void)
{
	(void)poll(NULL, 0, TICK_MS);
}

/* ---- the table ----------------------------------------------------------------------- */

bool stage_is_measured(void)
{
	return !IS_SANITIZED;
}

clock_ns stage_limit(int seconds)
{
	if (!stage_is_measured())
		return patience_ms() * NS_PER_MS;
	return seconds * patience_factor() * NS_PER_S;
}

void stage_open(struct stage *stage, int argc, char **argv)
{
	auto_buf path = BUF_NULL;

	*stage = (struct stage){ .argc = argc - 1, .argv = argv + 1 };
	sandbox_enter();
	/* An ordinary user's PATH may lack the folders of ip. */
	buf_printf(&path, "%s:/usr/sbin:/sbin",
	    getenv("PATH") ? getenv("PATH") : "/bin");
	(void)setenv("PATH", buf_cstr(&path), 1);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(stage->folder, sizeof(stage->folder),
	    "/tmp/cwmplab-test.XXXXXX");
	if (!mkdtemp(stage->folder))
		die("mkdtemp");
	if (!getenv("CWMPLAB_KEEP"))
		holding_add(HOLDING_FOLDER, stage->folder);
	printf("%-52s %9s  %6s  %s\n", "attack", "good CPE", "memory", "verdict");
	(void)fflush(stdout);
}

int stage_close(struct stage *stage)
{
	const char *argv[] = { "rm", "-rf", stage->folder, NULL };
	struct process_result result = PROCESS_RESULT_NULL;

	if (!getenv("CWMPLAB_KEEP"))
		process_run(argv, NULL, &result);
	holding_end(HOLDING_FOLDER, stage->folder);
	buf_free(&result.out);
	printf("%u attacks, %u not withstood%s\n", stage->n_rows, stage->n_bad,
	    stage_is_measured() ? "" : "; times and memory were not judged");
	return stage->n_bad > 0 || stage->n_rows == 0;
}

bool stage_wants(const struct stage *stage, const char *attack)
{
	for (int i = 0; i < stage->argc; i++) {
		if (strstr(attack, stage->argv[i]))
			return true;
	}
	return stage->argc == 0;
}

void row_fail(struct row *row, const char *fmt, ...)
{
	va_list args;

	if (row->trouble[0] && !row->is_late)
		return;
	row->is_late = false;
	va_start(args, fmt);
	(void)vsnprintf(row->trouble, sizeof(row->trouble), fmt, args);
	va_end(args);
}

void row_fail_late(struct row *row, clock_ns took)
{
	if (row->trouble[0])
		return;
	row_fail(row, "a good CPE took %.1f s", (double)took / (double)NS_PER_S);
	row->is_late = true;
}

bool row_again(struct row *row)
{
	if (!row->is_late || row->tries + 1 >= ROW_TRIES)
		return false;
	*row =
	    (struct row){ .attack = row->attack, .took = -1, .tries = row->tries + 1 };
	return true;
}

void stage_tell(struct stage *stage, struct row *row)
{
	char took[32] = "-", memory[32] = "-";

	if (row->took >= 0)
		(void)snprintf(took, sizeof(took), "%.2f s",
		    (double)row->took / (double)NS_PER_S);
	if (row->memory_mb > 0)
		(void)snprintf(memory, sizeof(memory), "%u MB", row->memory_mb);
	stage->n_rows++;
	stage->n_bad += row->trouble[0] != '\0';
	printf("%-52s %9s  %6s  %s%s\n", row->attack, took, memory,
	    row->trouble[0] ? "FAILED: " : "ok", row->trouble);
	(void)fflush(stdout);
}

/* ---- who is attacked ----------------------------------------------------------------- */

static const char *group_text(pid_t group, char text[16])
{
	(void)snprintf(text, 16, "%d", (int)group);
	return text;
}

static void set_descriptors(unsigned n)
{
	const struct rlimit limit = { n, n };

	if (n > 0 && setrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("RLIMIT_NOFILE");
}

void victim_start(struct victim *victim, const struct stage *stage, const char *name,
    const char *const *argv, struct victim_limits limits)
{
	char group[16];
	int log, ends[2] = { -1, -1 };

	*victim = (struct victim){ .name = name, .unread = -1 };
	(void)snprintf(victim->log, sizeof(victim->log), "%s/%s.log", stage->folder,
	    name);
	log = open(victim->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
	    0600);
	if (log < 0 || (limits.is_unread && pipe2(ends, O_CLOEXEC) < 0))
		die(victim->log);
	(void)fflush(NULL);
	victim->pid = fork();
	if (victim->pid < 0)
		die("fork");
	if (victim->pid == 0) {
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		(void)dup2(limits.is_unread ? ends[1] : log, STDOUT_FILENO);
		(void)dup2(log, STDERR_FILENO);
		set_descriptors(limits.descriptors);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	(void)setpgid(victim->pid, victim->pid);
	holding_add(HOLDING_PROCESS, group_text(victim->pid, group));
	(void)close(log);
	if (limits.is_unread)
		(void)close(ends[1]);
	victim->unread = ends[0];
}

/* Appends the file's last max bytes. */
static void read_tail(const char *path, off_t max, struct buf *out)
{
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat stat;
	ssize_t n = 1;

	if (fd < 0)
		return;
	if (fstat(fd, &stat) == 0 && stat.st_size > max)
		(void)lseek(fd, -max, SEEK_END);
	while (n > 0) {
		uint8_t *room = buf_reserve(out, 65536);

		n = room ? read(fd, room, 65536) : 0;
		if (n > 0)
			out->len += (size_t)n;
	}
}

void victim_read_log(const struct victim *victim, struct buf *out)
{
	read_tail(victim->log, 32 << 20, out);
}

bool stage_lives(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

bool victim_shows(const struct victim *victim, const char *words)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	for (;;) {
		bool is_last = !stage_lives(victim->pid) || clock_monotonic() > end;
		auto_buf text = BUF_NULL;

		victim_read_log(victim, &text);
		if (str_find(buf_str(&text), str_of(words), NULL))
			return true;
		if (is_last)
			return false;
		tick();
	}
}

/* The number behind a word in a file of /proc; 0 where there is none. */
static unsigned long number_behind(pid_t pid, const char *file, const char *word)
{
	auto_buf text = BUF_NULL;
	char path[64];
	size_t at;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	read_tail(path, 1 << 20, &text);
	if (!str_find(buf_str(&text), str_of(word), &at))
		return 0;
	return strtoul(buf_cstr(&text) + at + strlen(word), NULL, 10);
}

clock_ns victim_processor_time(const struct victim *victim)
{
	/* Nanoseconds on a processor (sched_debug is not needed for it). */
	return (clock_ns)number_behind(victim->pid, "schedstat", "");
}

static void look_at_log(const struct victim *victim, struct row *row)
{
	struct stat stat_;

	if (stat(victim->log, &stat_) == 0 && stat_.st_size > STAGE_LOG_BYTES)
		row_fail(row, "%s said %lld MB", victim->name,
		    (long long)(stat_.st_size >> 20));
}

static void look_at_memory(const char *name, pid_t pid, struct row *row)
{
	unsigned long kb = number_behind(pid, "status", "VmHWM:");
	unsigned mb = (unsigned)((kb + 1023) / 1024);

	if (!stage_is_measured())
		return;
	if (kb == 0)
		row_fail(row, "%s: its memory is not known", name);
	if (mb > row->memory_mb)
		row->memory_mb = mb;
	if (mb > STAGE_MEMORY_MB)
		row_fail(row, "%s held %u MB", name, mb);
}

static int status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int status_max(int status)
{
	return status == VICTIM_CHECKED ? 2 : status == VICTIM_ATTACKED ? 1 : status;
}

static void show_log(const struct victim *victim)
{
	auto_buf text = BUF_NULL;

	read_tail(victim->log, LOG_TAIL_BYTES, &text);
	(void)fprintf(stderr, "---- the last words of %s:\n%.*s\n----\n", victim->name,
	    (int)text.len, (const char *)text.data);
}

/* Whether it has had the time to end: on the clock, and of a processor, which a crowded machine
 * may keep from it. */
static bool had_time(const struct victim *victim, clock_ns asked, clock_ns worked)
{
	clock_ns since = clock_monotonic() - asked;
	clock_ns limit = stage_limit(STAGE_END_S);

	return since > limit && (since > limit * STAGE_STARVED ||
				    victim_processor_time(victim) - worked > limit);
}

void victim_end(struct victim *victim, int signal, int status, struct row *row)
{
	clock_ns asked = clock_monotonic(), worked = victim_processor_time(victim);
	char group[16];
	int got;

	look_at_memory(victim->name, victim->pid, row);
	if (!stage_lives(victim->pid))
		row_fail(row, "%s has ended", victim->name);
	(void)kill(victim->pid, signal);
	while (stage_lives(victim->pid) && !had_time(victim, asked, worked))
		tick();
	if (stage_lives(victim->pid)) {
		row_fail(row, "%s does not end", victim->name);
		(void)kill(-victim->pid, SIGKILL);
	}
	got = status_of(victim->pid);
	if (got > status_max(status)) {
		row_fail(row, "%s ended with %d", victim->name, got);
		show_log(victim);
	}
	look_at_log(victim, row);
	holding_end(HOLDING_PROCESS, group_text(victim->pid, group));
	if (victim->unread >= 0)
		(void)close(victim->unread);
	victim->pid = 0;
}

/* ---- good CPEs ----------------------------------------------------------------------- */

/* The first whole line with words in it; a null view: there is none yet. */
static struct str line_with(const struct buf *text, const char *words)
{
	struct str rest = buf_str(text), line;
	size_t end;

	while (str_find(rest, STR("\n"), &end)) {
		line = str_make(rest.p, end);
		if (str_find(line, str_of(words), NULL))
			return line;
		rest = str_from(rest, end + 1);
	}
	return STR_NULL;
}

bool good_cpe(struct row *row, const char *const *argv, clock_ns limit,
    struct buf *told)
{
	clock_ns start = clock_monotonic(), took = 0;
	struct background cpe = BACKGROUND_NULL;
	struct str end = STR_NULL;
	bool is_good;

	background_start(&cpe, argv, NULL);
	/* Some longer than allowed, so that the table says how long it took. */
	while (!end.p && took < 2 * limit && background_lives(&cpe)) {
		end = line_with(&cpe.text, "\"session-end\"");
		took = clock_monotonic() - start;
	}
	is_good = end.p && str_find(end, STR("\"ok\":true"), NULL);
	if (took > row->took)
		row->took = took;
	if (!end.p && !background_lives(&cpe))
		row_fail(row, "a good CPE had no session, and ended after %.1f s",
		    (double)took / (double)NS_PER_S);
	else if (!end.p)
		row_fail_late(row, took);
	else if (!is_good)
		row_fail(row, "a good CPE failed: %.*s", (int)MIN(end.len, (size_t)200),
		    end.p);
	else if (took > limit)
		row_fail_late(row, took);
	look_at_memory("a good CPE", cpe.pid, row);
	if (told)
		buf_append_str(told, buf_str(&cpe.text));
	(void)background_end(&cpe, SIGTERM);
	background_free(&cpe);
	return is_good && took <= limit;
}

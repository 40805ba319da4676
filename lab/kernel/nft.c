#include "lab/kernel/nft.h"

#include "lab/kernel/namespace.h"
#include "lab/kernel/sandbox.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	WORDS_MAX = 4096, /* of what nft complains of; the rest is read and dropped */
	NOT_STARTED = 126
};

static int failed(struct error *err, const char *what)
{
	return error_set(err, -errno, "%s: %s", what, error_name(-errno));
}

/* The rules as a file that nobody else sees. */
static int write_rules(const char *rules, int *ret_fd, struct error *err)
{
	size_t len = strlen(rules), done = 0;
	int fd = memfd_create("rules", MFD_CLOEXEC);

	if (fd < 0)
		return failed(err, "memfd");
	while (done < len) {
		ssize_t n = write(fd, rules + done, len - done);

		if (n < 0) {
			(void)failed(err, "memfd");
			(void)close(fd);
			return err->code;
		}
		done += (size_t)n;
	}
	(void)lseek(fd, 0, SEEK_SET);
	*ret_fd = fd;
	return 0;
}

static _Noreturn void become(const char *path, bool checks, int rules, int words)
{
	const char *const argv[] = { "nft", checks ? "-cf" : "-f", "-", NULL };
	const char *why;
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(rules, 0) == 0 && dup2(words, 1) == 1 && dup2(words, 2) == 2)
		(void)execv(path, (char *const *)(uintptr_t)argv);
	why = error_name(-errno);
	(void)!write(words, why, strlen(why));
	_exit(NOT_STARTED);
}

static void read_words(int fd, struct buf *words)
{
	char bytes[512];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && words->len < WORDS_MAX)
			buf_append(words, bytes, (size_t)n);
	}
}

/* Its first line, without what nft puts before it ("/dev/stdin:4:3-9: Error: "). */
static struct str first_line(const struct buf *words)
{
	struct str rest, line = str_cut(buf_str(words), '\n', &rest);
	size_t at;

	return str_find(line, STR("Error: "), &at) ? str_from(line, at + 7) : line;
}

static int judge(int status, const struct buf *words, struct error *err)
{
	struct str line = first_line(words);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
		return error_set(err, ERR_MACHINE, "\"nft\" cannot be started: %.*s",
		    STR_ARG(line));
	if (WIFSIGNALED(status))
		return error_set(err, ERR_MACHINE, "\"nft\" was ended by signal %d",
		    WTERMSIG(status));
	return error_set(err, ERR_MACHINE,
	    "nft: %.*s: this kernel cannot do it (it needs nf_tables with nat, conntrack "
	    "and its time-outs: as root: modprobe -a nft_chain_nat nft_nat nft_ct "
	    "nft_numgen)",
	    STR_ARG(line));
}

/* exec says of a folder of PATH that may not be looked into what it says of a program. */
static int find_nft(char path[PATH_MAX], struct error *err)
{
	if (search_path_find("nft", path, PATH_MAX))
		return 0;
	return error_set(err, ERR_MACHINE,
	    "there is no program \"nft\" here: as root: apt-get install nftables");
}

/* What a process that is to become nft takes along, and where its words come out. */
struct errand {
	char path[PATH_MAX];
	int rules, ends[2]; /* -1: none */
};

static int prepare(struct errand *errand, const char *rules, struct error *err)
{
	*errand = (struct errand){ .rules = -1, .ends = { -1, -1 } };
	if (find_nft(errand->path, err) < 0 ||
	    write_rules(rules, &errand->rules, err) < 0)
		return err->code;
	return pipe2(errand->ends, O_CLOEXEC) < 0 ? failed(err, "pipe") : 0;
}

static void errand_closep(const struct errand *errand)
{
	cleanup_closep(&errand->rules);
	cleanup_closep(&errand->ends[0]);
	cleanup_closep(&errand->ends[1]);
}

/* Its status, once it has said all. */
static int await(struct errand *errand, pid_t pid, struct buf *said)
{
	int status = 0;

	(void)close(steal_fd(&errand->ends[1]));
	read_words(errand->ends[0], said);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int nft_load(const char *rules, struct error *err)
{
	auto_cleanup(errand_close) struct errand errand;
	auto_buf said = BUF_NULL;
	pid_t pid;

	if (prepare(&errand, rules, err) < 0)
		return err->code;
	pid = fork();
	if (pid == 0)
		become(errand.path, false, errand.rules, errand.ends[1]);
	if (pid < 0)
		return failed(err, "no process for nft");
	return judge(await(&errand, pid, &said), &said, err);
}

/* ---- tried beforehand ------------------------------------------------------------------ */

static unsigned take_number(struct str *rest)
{
	size_t n = 0;
	uint64_t value = 0;

	while (n < rest->len && rest->p[n] >= '0' && rest->p[n] <= '9')
		n++;
	if (str_to_u64(str_make(rest->p, n), UINT32_MAX, &value) < 0)
		return 0;
	*rest = str_from(*rest, MIN(n + 1, rest->len));
	return (unsigned)value;
}

/* "/dev/stdin:4:3-9: Error: syntax error": what follows repeats the rule. */
static void take_mistake(const struct buf *words, struct nft_mistake *ret)
{
	static const char place[] = "/dev/stdin:";
	struct str rest = buf_str(words), line = first_line(words);

	*ret = (struct nft_mistake){ .line = 0 };
	(void)snprintf(ret->text, sizeof(ret->text), "%.*s", STR_ARG(line));
	if (!str_starts(rest, str_of(place)))
		return;
	rest = str_from(rest, strlen(place));
	ret->line = take_number(&rest);
	ret->column = take_number(&rest);
}

/* In the process 1 of the sandbox: it becomes nft. */
static _Noreturn void check_inside(const char *path, int rules, int words, uid_t uid,
    gid_t gid)
{
	struct error err = ERROR_NULL;
	auto_fd ns = -1;

	if (sandbox_settle(uid, gid, &err) < 0 || namespace_create(&ns, &err) < 0) {
		(void)!write(words, err.text, strlen(err.text));
		_exit(NOT_STARTED);
	}
	become(path, true, rules, words);
}

int nft_check(const char *rules, struct nft_mistake *ret, struct error *err)
{
	auto_cleanup(errand_close) struct errand errand;
	auto_buf said = BUF_NULL;
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int status;
	pid_t pid;

	if (prepare(&errand, rules, err) < 0 || sandbox_fork(&pid, err) < 0)
		return err->code;
	if (pid == 0)
		check_inside(errand.path, errand.rules, errand.ends[1], uid, gid);
	status = await(&errand, pid, &said);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1) {
		take_mistake(&said, ret);
		return 1;
	}
	return judge(status, &said, err);
}

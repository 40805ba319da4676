#include "lab/kernel/nft.h"

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
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

static _Noreturn void become(const char *path, int rules, int words)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
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

int nft_load(const char *rules, struct error *err)
{
	auto_fd file = -1, words = -1;
	auto_buf said = BUF_NULL;
	char path[PATH_MAX];
	int ends[2], status = 0;
	pid_t pid;

	/* exec says of a folder of PATH that may not be looked into what it says of a program. */
	if (!search_path_find("nft", path, sizeof(path)))
		return error_set(err, ERR_MACHINE,
		    "there is no program \"nft\" here: as root: apt-get install "
		    "nftables");
	if (write_rules(rules, &file, err) < 0)
		return err->code;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return failed(err, "pipe");
	words = ends[0];
	pid = fork();
	if (pid == 0)
		become(path, file, ends[1]);
	(void)close(ends[1]);
	if (pid < 0)
		return failed(err, "no process for nft");
	read_words(words, &said);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return judge(status, &said, err);
}

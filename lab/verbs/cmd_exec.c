#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/kernel/namespace.h"
#include "lab/kernel/one_user.h"
#include "lab/supervisor/supervisor.h"
#include "lab/term/cmd.h"
#include "lib/program/say.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static int enter(int fd, int kind, const char *what, struct error *err)
{
	if (setns(fd, kind) < 0)
		return error_set(err, -errno, "entering the lab's %s namespace: %s",
		    what, error_name(-errno));
	return 0;
}

/* The user namespace first: it gives the right to enter the others. */
static int enter_all(const int *fds, struct error *err)
{
	char cwd[PATH_MAX];
	bool has_cwd = getcwd(cwd, sizeof(cwd)) != NULL;

	if (!namespace_is_own(fds[SUPERVISOR_FD_USER], "/proc/self/ns/user") &&
	    enter(fds[SUPERVISOR_FD_USER], CLONE_NEWUSER, "user", err) < 0)
		return err->code;
	if (enter(fds[SUPERVISOR_FD_NET], CLONE_NEWNET, "network", err) < 0 ||
	    enter(fds[SUPERVISOR_FD_PID], CLONE_NEWPID, "PID", err) < 0 ||
	    enter(fds[SUPERVISOR_FD_MOUNT], CLONE_NEWNS, "mount", err) < 0)
		return err->code;
	if (has_cwd)
		(void)!chdir(cwd);
	return 0;
}

/* The exit status of a child, as a shell tells it. */
static int wait_for(pid_t pid)
{
	int status = 0;

	if (pid < 0) {
		say(stderr, "cwmplab: fork: %s\n", error_name(-errno));
		return EXIT_MACHINE;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The second fork() is what enters the PID namespace. */
static int run_inside(const int *fds, char **argv)
{
	struct error err = ERROR_NULL;
	pid_t pid;

	if (enter_all(fds, &err) < 0)
		return cmd_fail(&err);
	pid = fork();
	if (pid == 0) {
		(void)signal(SIGINT, SIG_DFL);
		(void)signal(SIGQUIT, SIG_DFL);
		(void)signal(SIGXFSZ, SIG_DFL);
		if (one_user_stay(&err) < 0)
			_exit(cmd_fail(&err));
		(void)execvp(argv[0], argv);
		say(stderr, "cwmplab: %s: %s\n", argv[0], error_name(-errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	return wait_for(pid);
}

/* A child enters the namespaces, so that this process stays outside and returns its exit
 * status. Ctrl-C is for the command, so this process ignores it. */
static int run(const int *fds, char **argv)
{
	pid_t pid;

	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	pid = fork();
	if (pid == 0)
		_exit(run_inside(fds, argv));
	return wait_for(pid);
}

/* A shell, which asks with the names of lab and node where it is typed to. Files of its user
 * would set another prompt. */
static char **shell_of(const char *lab, const char *node)
{
	static char bash[] = "bash", sh[] = "sh", norc[] = "--norc",
		    profile[] = "--noprofile";
	static char *words[4];
	char path[PATH_MAX];
	auto_buf prompt = BUF_NULL;
	bool has_bash = search_path_find(bash, path, sizeof(path));

	buf_printf(&prompt, "%s/%s:%s ", lab, node, has_bash ? "\\w#" : "#");
	(void)setenv("PS1", buf_cstr(&prompt), 1);
	words[0] = has_bash ? bash : sh;
	words[1] = has_bash ? norc : NULL;
	words[2] = has_bash ? profile : NULL;
	return words;
}

static int exec_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct error err = ERROR_NULL;
	const char *value;
	char **command;
	int fds[CHANNEL_FDS_MAX];
	auto_fd fd = -1;
	json_t *answer;
	pid_t pid;

	options_begin(&options, verb, argc, argv);
	(void)options_next(&options, &value);
	if (options.status >= 0)
		return options.status;
	/* "LAB NODE -- CMD" is how other programs of this kind are called. */
	command = options.words + 2;
	if (*command && strcmp(*command, "--") == 0)
		command++;
	if (!*command)
		command = shell_of(options.words[0], options.words[1]);
	if (labsock_connect(options.words[0], &fd, &pid, &err) < 0 ||
	    labsock_ask(fd, "enter", options.words[1], &answer, fds, &err) < 0)
		return cmd_fail(&err);
	json_decref(answer);
	return run(fds, command);
}

const struct verb exec_verb = {
	.name = "exec",
	.brief = "run a command inside a node",
	.run = exec_run,
	.arguments = "LAB NODE [CMD [ARGUMENT...]]",
	.about =
	    "Runs CMD inside the network of NODE, as root of the lab, and returns its exit status;\n"
	    "without CMD a shell. Names of the lab resolve there; /run/tls has the lab's CA. What\n"
	    "follows NODE is CMD's; \"--\" before CMD is allowed.\n",
	.min_words = 2,
	.max_words = WORDS_ANY,
	.stops_at_word = true,
};

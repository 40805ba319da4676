#include "lab/verbs/extcap_install.h"

#include "lab/term/folders.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/program/say.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

static const char personal[] = "Personal Extcap path:", global[] = "Extcap path:";

static int own_path(char path[PATH_MAX], struct error *err)
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n < 0)
		return error_set(err, -errno, "/proc/self/exe: %s", error_name(-errno));
	path[n] = '\0';
	return 0;
}

static int write_wrapper(const char *folder, const char *program, struct error *err)
{
	auto_buf path = BUF_NULL;
	auto_buf text = BUF_NULL;
	auto_fd fd = -1;

	buf_printf(&path, "%s/cwmplab", folder);
	buf_append_text(&text,
	    "#!/bin/sh\n# Ports of cwmplab's labs for Wireshark.\nexec ");
	shell_append(&text, program);
	buf_append_text(&text, " extcap \"$@\"\n");
	fd = open(buf_cstr(&path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (fd < 0 || write(fd, text.data, text.len) != (ssize_t)text.len ||
	    fchmod(fd, 0755) < 0)
		return error_set(err, error_of_path(errno), "%s: %s", buf_cstr(&path),
		    error_name(-errno));
	say(stdout, "%s: Wireshark and tshark list the ports of running labs now\n",
	    buf_cstr(&path));
	return 0;
}

/* The folder that "tshark -G folders" prints behind the label; the caller frees it. Null
 * when there is no tshark, or no such label. */
static char *folder_of(const char *label)
{
	FILE *pipe = popen("tshark -G folders 2>/dev/null", "re");
	char *folder = NULL;
	char line[PATH_MAX];

	while (pipe && fgets(line, sizeof(line), pipe)) {
		struct str text = str_of(line);

		if (!folder && str_starts(text, str_of(label)))
			folder = str_dup(str_trim(str_from(text, strlen(label))));
	}
	if (pipe)
		(void)pclose(pipe);
	return folder;
}

/* Of $HOME, or of the user: an empty environment has none. */
static const char *home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user = home ? NULL : getpwuid(getuid());

	return home ? home : user ? user->pw_dir : ".";
}

/* An older Wireshark has no folder for one user, but reads WIRESHARK_EXTCAP_DIR. */
static int print_line(const char *program)
{
	auto_free char *mine = folder_of(personal);
	auto_free char *all = folder_of(global);
	auto_buf line = BUF_NULL;
	auto_buf folder = BUF_NULL;

	if (mine)
		buf_append_text(&folder, mine);
	else
		buf_printf(&folder, "%s/.local/lib/wireshark/extcap", home_folder());
	shell_append(&line, program);
	buf_append_text(&line, " extcap --install ");
	shell_append(&line, buf_cstr(&folder));
	say(stdout, "%s\n", buf_cstr(&line));
	if (!mine && all)
		say(stdout,
		    "# this Wireshark reads %s alone: as root install it there,\n"
		    "# or export WIRESHARK_EXTCAP_DIR='%s'\n",
		    all, buf_cstr(&folder));
	return 0;
}

int extcap_install(const char *folder, struct error *err)
{
	char program[PATH_MAX];
	int r = own_path(program, err);

	if (r < 0)
		return r;
	if (!folder)
		return print_line(program);
	r = folders_make(folder, err);
	return r < 0 ? r : write_wrapper(folder, program, err);
}

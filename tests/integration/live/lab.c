#include "tests/integration/live/lab.h"

#include "tests/support/labrun.h"

#include <poll.h>
#include <stdio.h>

static void die(const struct lab *lab, const char *what)
{
	fprintf(stderr, "%s: exit %d: %.*s\n", what, lab->said.status,
	    (int)lab->said.out.len, (const char *)lab->said.out.data);
	exit(1);
}

int lab_tell(struct lab *lab, const char *const *words)
{
	const char *argv[LAB_WORDS_MAX] = { labrun_program() };

	for (size_t n = 1; *words && n + 1 < LAB_WORDS_MAX; n++)
		argv[n] = *words++;
	buf_free(&lab->said.out);
	process_run(argv, lab->folder, LAB_DEADLINE_MS, &lab->said);
	return lab->said.status;
}

void lab_up(struct lab *lab)
{
	char name[48];
	const struct change changes[] = { { "name: figure-2", name }, { NULL, NULL } };
	struct labrun run;

	*lab = (struct lab){ .said = PROCESS_RESULT_NULL };
	/* Several copies of this test may run on one machine. */
	(void)snprintf(lab->name, sizeof(lab->name), "live-%d", (int)getpid());
	(void)snprintf(name, sizeof(name), "name: %s", lab->name);
	labrun_prepare(&run, "figure-2", changes);
	(void)snprintf(lab->folder, sizeof(lab->folder), "%s", run.folder);
	if (LAB_TELL(lab, "up", "topology.yaml", "--out", "out", "--capture") != 0)
		die(lab, "up");
	/* Its own CPEs go their way before anything is captured. */
	for (int i = 0; i < 200; i++) {
		if (LAB_TELL(lab, "inspect", lab->name, "acs2") == 0 &&
		    strstr(buf_cstr(&lab->said.out), "\"sessions\": 3"))
			return;
		(void)poll(NULL, 0, 100);
	}
	die(lab, "three sessions at acs2");
}

void lab_session(struct lab *lab, const char *keys)
{
	char keylog[96];

	(void)snprintf(keylog, sizeof(keylog), "%s/%s", lab->folder, keys);
	if (LAB_TELL(lab, "exec", lab->name, "cpe-1", "--", labrun_program(), "cpe",
		"--acs-url", "https://acs2.lab:7548/cwmp", "--ca", "/run/tls/ca.pem",
		"--keylog", keylog, "--once") != 0)
		die(lab, "exec");
}

void lab_free(struct lab *lab)
{
	const char *argv[] = { "rm", "-rf", lab->folder, NULL };

	(void)LAB_TELL(lab, "down", lab->name);
	buf_free(&lab->said.out);
	process_run(argv, NULL, LAB_DEADLINE_MS, &lab->said);
	buf_free(&lab->said.out);
}

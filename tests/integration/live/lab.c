#include "tests/integration/live/lab.h"

#include "lib/base/clock.h"
#include "tests/support/holding.h"
#include "tests/support/labrun.h"
#include "tests/support/patience.h"

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
	process_run(argv, lab->folder, &lab->said);
	return lab->said.status;
}

/* Its own CPEs go their way before anything is captured. */
static void wait_for_sessions(struct lab *lab)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (LAB_TELL(lab, "inspect", lab->name, "acs2", "--json") != 0 ||
	       !strstr(buf_cstr(&lab->said.out), "\"sessions\": 3")) {
		if (clock_monotonic() > end)
			die(lab, "three sessions at acs2");
		(void)poll(NULL, 0, 50);
	}
}

void lab_up(struct lab *lab)
{
	struct labrun run;

	*lab = (struct lab){ .said = PROCESS_RESULT_NULL };
	labrun_prepare(&run, "figure-2", NULL);
	(void)snprintf(lab->name, sizeof(lab->name), "%s", run.name);
	(void)snprintf(lab->folder, sizeof(lab->folder), "%s", run.folder);
	holding_add(HOLDING_LAB, lab->name);
	if (LAB_TELL(lab, "up", "topology.yaml", "--out", "out", "--capture") != 0)
		die(lab, "up");
	wait_for_sessions(lab);
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
	holding_end(HOLDING_LAB, lab->name);
	buf_free(&lab->said.out);
	process_run(argv, NULL, &lab->said);
	holding_end(HOLDING_FOLDER, lab->folder);
	buf_free(&lab->said.out);
}

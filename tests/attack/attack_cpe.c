/* Attacks on CPEs: an ACS gives one of them a wrong answer. It must say what was wrong, come
 * again when the retry table says so and then succeed, while the others of its process go
 * their way. */
#include "tests/attack/wrong_acs.h"

#include "tests/support/holding.h"
#include "tests/support/labrun.h"
#include "tests/support/sandbox.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum {
	GOOD = 3,          /* CPEs beside the victim */
	AT_ONCE = 4,       /* rows that run side by side */
	MIN_WAIT_MS = 200, /* m of the retry table */
	SLACK_S = 1,       /* of a timer */
	CLOSING_S = 4,     /* that a connection may outlive its session */
	ROWS_MAX = 512
};

struct trial { /* shared with the process that runs it */
	struct row row;
	char name[80];
	const struct wrong_answer *answer;
	enum wrong_at at;
	pid_t pid; /* 0: it does not run */
};

/* ---- what the CPEs told -------------------------------------------------------------- */

struct session {             /* of one CPE */
	clock_ns start, end; /* wall clock */
	json_int_t retry_count;
	bool is_over, is_good;
	char layer[16], why[300];
};

struct life { /* of one CPE, as it told it */
	char name[16];
	struct session sessions[4];
	size_t n;
	clock_ns
	    retry_at; /* when it was planned, after the first session; 0: it was not */
	json_int_t retry_count, wait_ms, from_ms, to_ms;
};

static json_int_t number_of(const json_t *event, const char *key)
{
	return json_integer_value(json_object_get(event, key));
}

static void take_event(struct life *life, const json_t *event)
{
	const char *what = labrun_text(event, "event");
	struct session *session = life->n > 0 ? &life->sessions[life->n - 1] : NULL;

	if (strcmp(what, "session-start") == 0 && life->n < ARRAY_LEN(life->sessions)) {
		life->sessions[life->n++] = (struct session){
			.start = number_of(event, "time"),
			.retry_count = number_of(event, "retry_count"),
		};
	} else if (strcmp(what, "session-end") == 0 && session && !session->is_over) {
		session->is_over = true;
		session->end = number_of(event, "time");
		session->is_good = json_is_true(json_object_get(event, "ok"));
		(void)snprintf(session->layer, sizeof(session->layer), "%s",
		    labrun_text(event, "layer"));
		(void)snprintf(session->why, sizeof(session->why), "%s",
		    labrun_text(event, "why"));
	} else if (strcmp(what, "retry") == 0 && life->retry_at == 0) {
		life->retry_at = number_of(event, "time");
		life->retry_count = number_of(event, "retry_count");
		life->wait_ms = number_of(event, "wait_ms");
		life->from_ms = number_of(event, "from_ms");
		life->to_ms = number_of(event, "to_ms");
	}
}

/* The lives of the victim and of the good ones, out of the log of their process. */
static void read_lives(const struct victim *cpes, struct life lives[1 + GOOD])
{
	auto_buf text = BUF_NULL;
	struct str rest, line;

	for (int i = 0; i <= GOOD; i++) {
		lives[i] = (struct life){ .n = 0 };
		if (i == 0)
			(void)snprintf(lives[i].name, sizeof(lives[i].name), "victim");
		else
			(void)snprintf(lives[i].name, sizeof(lives[i].name), "good-%d",
			    i);
	}
	victim_read_log(cpes, &text);
	for (rest = buf_str(&text); rest.len > 0;) {
		json_t *event;

		line = str_cut(rest, '\n', &rest);
		event = json_loadb(line.p, line.len, 0, NULL);
		for (int i = 0; event && i <= GOOD; i++) {
			if (strcmp(labrun_text(event, "node"), lives[i].name) == 0)
				take_event(&lives[i], event);
		}
		json_decref(event);
	}
}

/* Whether all of them have had a session that succeeded. */
static bool are_through(const struct life lives[1 + GOOD])
{
	for (int i = 0; i <= GOOD; i++) {
		const struct life *life = &lives[i];

		if (life->n == 0 || !life->sessions[life->n - 1].is_good)
			return false;
	}
	return true;
}

/* ---- the verdict --------------------------------------------------------------------- */

static long long in_ms(clock_ns time)
{
	return (long long)(time / NS_PER_MS);
}

static void judge_good_ones(struct trial *trial, const struct wrong_acs *acs,
    const struct life lives[1 + GOOD])
{
	struct row *row = &trial->row;

	for (int i = 1; i <= GOOD; i++) {
		const struct session *session = &lives[i].sessions[0];
		clock_ns took = session->end - MAX(session->start, acs->wrong_at);

		if (!session->is_good)
			row_fail(row, "%s: %s: %s", lives[i].name, session->layer,
			    session->is_over ? session->why : "no end");
		else if (took > row->took)
			row->took = took;
	}
	if (row->took > stage_limit(STAGE_SESSION_S))
		row_fail_late(row, row->took);
}

/* The wait is drawn once the connection is closed, which an ACS may delay. */
static void judge_retry(struct row *row, const struct wrong_acs *acs,
    const struct life *victim)
{
	const struct session *first = &victim->sessions[0], *second = first + 1;
	clock_ns closing = victim->retry_at - first->end;
	clock_ns waited = second->start - victim->retry_at;
	clock_ns told = victim->wait_ms * NS_PER_MS;

	if (!victim->retry_at || victim->retry_count != 1 ||
	    victim->from_ms != MIN_WAIT_MS || victim->to_ms != 2 * MIN_WAIT_MS ||
	    victim->wait_ms < victim->from_ms || victim->wait_ms > victim->to_ms)
		row_fail(row, "no retry by the table");
	else if (victim->n != 2 || !second->is_good)
		row_fail(row, "no second session that succeeds");
	else if (second->retry_count != 1 || acs->retry_count != 1)
		row_fail(row, "the second Inform says RetryCount %u", acs->retry_count);
	else if (closing > stage_limit(CLOSING_S))
		row_fail(row, "its connection was open for %lld ms more",
		    in_ms(closing));
	else if (waited < told || waited > told + stage_limit(SLACK_S))
		row_fail(row, "retry after %lld ms, told were %lld", in_ms(waited),
		    in_ms(told));
}

/* Whether one of the words, which "|" stands between, is in text. */
static bool says_one_of(const char *text, const char *words)
{
	struct str rest = str_of(words);

	do {
		struct str word = str_cut(rest, '|', &rest);

		if (str_find(str_of(text), word, NULL))
			return true;
	} while (rest.len > 0);
	return false;
}

static void judge_victim(struct trial *trial, const struct wrong_acs *acs,
    const struct life *victim)
{
	const struct wrong_answer *answer = trial->answer;
	const struct session *first = &victim->sessions[0];
	struct row *row = &trial->row;
	int seconds = answer->seconds ? answer->seconds : WRONG_SESSION_S;

	if (!acs->wrong_at)
		row_fail(row, "it never got the answer");
	else if (!first->is_over)
		row_fail(row, "its session does not end");
	else if (first->end - first->start > stage_limit(seconds))
		row_fail(row, "its session lasted %lld ms",
		    in_ms(first->end - first->start));
	else if (first->is_good != !answer->layer)
		row_fail(row, "its session %s: %s: %s",
		    first->is_good ? "succeeded" : "failed", first->layer, first->why);
	else if (answer->layer && (strcmp(first->layer, answer->layer) != 0 ||
				      !says_one_of(first->why, answer->why)))
		row_fail(row, "it says: %s: %s", first->layer, first->why);
	else if (answer->layer)
		judge_retry(row, acs, victim);
	if (getenv("ATTACK_WHY"))
		printf("WHY\t%s\t%s\t%s\t%lld ms\n", trial->name, first->layer,
		    first->why, in_ms(first->end - first->start));
}

/* ---- one row, in a process and a network of its own ------------------------------------ */

static void write_config(const struct stage *stage, const struct certificates *pki,
    const char *path)
{
	FILE *file = fopen(path, "w");

	(void)stage;
	if (!file) {
		perror(path);
		exit(1);
	}
	fprintf(file,
	    "model: %s/topologies/models/hp5920.yaml\n"
	    "acs: {url: \"http://127.0.0.1:%d/cwmp\", username: cpe, password: s3cret}\n"
	    "trust: %s\n"
	    "wait-timeout: %ds\n"
	    "retry: {min-wait: %dms, multiplier: 2000}\n"
	    "cpes:\n"
	    "  - {name: victim, address: 127.1.0.1, serial: V1}\n"
	    "  - {name: good, count: %d, address: 127.1.0.2, serial: G1}\n",
	    labrun_source(), WRONG_PORT, pki->ca, WRONG_WAIT_S, MIN_WAIT_MS, GOOD);
	(void)fclose(file);
}

static void run(struct trial *trial, const struct stage *stage,
    const struct certificates *pki, const char *config)
{
	const char *argv[] = { labrun_program(), "cpe", "--config", config, NULL };
	int seconds = trial->answer->seconds ? trial->answer->seconds : WRONG_SESSION_S;
	clock_ns end = clock_monotonic() + stage_limit(seconds + 5);
	struct life lives[1 + GOOD];
	struct wrong_acs acs;
	struct victim cpes;
	char name[32];

	sandbox_change_network();
	(void)snprintf(name, sizeof(name), "cpes-%d", (int)getpid());
	wrong_acs_open(&acs, trial->answer, trial->at, pki);
	victim_start(&cpes, stage, name, argv, (struct victim_limits){ 0 });
	wrong_acs_serve(&acs);
	do {
		(void)poll(NULL, 0, 10);
		read_lives(&cpes, lives);
	} while (
	    !are_through(lives) && clock_monotonic() < end && stage_lives(cpes.pid));
	victim_end(&cpes, SIGTERM, VICTIM_ATTACKED, &trial->row);
	judge_victim(trial, &acs, &lives[0]);
	judge_good_ones(trial, &acs, lives);
}

static void start(struct trial *trial, const struct stage *stage,
    const struct certificates *pki, const char *config)
{
	char group[16];
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(1);
	}
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(trial, stage, pki, config);
		(void)fflush(NULL);
		_exit(0);
	}
	(void)setpgid(pid, pid);
	trial->pid = pid; /* not in the child, which shares it */
	(void)snprintf(group, sizeof(group), "%d", (int)pid);
	holding_add(HOLDING_PROCESS, group);
}

/* Whether the row is to be tried again. */
static bool finish(struct trial *trial, struct stage *stage, int status)
{
	char group[16];

	(void)snprintf(group, sizeof(group), "%d", (int)trial->pid);
	holding_end(HOLDING_PROCESS, group);
	if (status != 0)
		row_fail(&trial->row, "the test itself ended with %d", status);
	else if (row_again(&trial->row))
		return true;
	stage_tell(stage, &trial->row);
	return false;
}

/* ---- all rows ------------------------------------------------------------------------ */

static const char *stage_name(enum wrong_at at)
{
	switch (at) {
	case AT_ACCEPT:
		return "connection";
	case AT_TLS:
		return "TLS";
	case AT_INFORM:
		return "Inform";
	case AT_EMPTY:
		return "empty POST";
	case AT_ANSWER:
		return "answer";
	case AT_EACH:
		break;
	}
	return "?";
}

static size_t list_trials(const struct stage *stage, struct trial *trials)
{
	size_t n = 0;

	for (size_t i = 0; i < n_wrong_answers; i++) {
		for (unsigned at = AT_ACCEPT; at <= AT_ANSWER; at <<= 1) {
			struct trial *trial = &trials[n];

			if (!(wrong_answers[i].at & at))
				continue;
			*trial = (struct trial){ .answer = &wrong_answers[i],
				.at = (enum wrong_at)at };
			(void)snprintf(trial->name, sizeof(trial->name), "%s: %s",
			    stage_name(trial->at), wrong_answers[i].name);
			trial->row = (struct row){ .attack = trial->name, .took = -1 };
			if (stage_wants(stage, trial->name) && n + 1 < ROWS_MAX)
				n++;
		}
	}
	return n;
}

static void run_all(struct stage *stage, const struct certificates *pki,
    const char *config, struct trial *trials, size_t n)
{
	size_t next = 0, running = 0;

	while (next < n || running > 0) {
		int status;
		pid_t pid;

		while (next < n && running < AT_ONCE) {
			start(&trials[next++], stage, pki, config);
			running++;
		}
		pid = waitpid(-1, &status, 0);
		for (size_t i = 0; i < next; i++) {
			if (trials[i].pid != pid)
				continue;
			if (finish(&trials[i], stage, status)) {
				start(&trials[i], stage, pki, config);
			} else {
				trials[i].pid = 0;
				running--;
			}
		}
	}
}

int main(int argc, char **argv)
{
	struct certificates pki;
	struct trial *trials;
	struct stage stage;
	char config[128];

	stage_open(&stage, argc, argv);
	certificates_make(&pki, &stage);
	(void)snprintf(config, sizeof(config), "%s/cpes.yaml", stage.folder);
	write_config(&stage, &pki, config);
	trials = mmap(NULL, ROWS_MAX * sizeof(*trials), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (trials == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	run_all(&stage, &pki, config, trials, list_trials(&stage, trials));
	return stage_close(&stage);
}

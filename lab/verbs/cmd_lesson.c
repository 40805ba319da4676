/* lesson: what each action does stands in lab/course. */
#include "lab/verbs/cmds.h"

#include "lab/course/act.h"
#include "lab/term/cmd.h"
#include "lib/conf/conf.h"
#include "lib/program/say.h"

#include <string.h>

enum {
	ROW_LESSON,
	ROW_STUDENT,
	ROW_CLASS,
	ROW_LAB,
	ROW_WAIT,
	ROW_FORMAT,
	ROW_SEED,
	ROW_OUT,
	ROW_TRUST,
	ROW_JSON,
	N_ROWS
};

static const struct option_row rows[N_ROWS + 1] = {
	[ROW_LESSON] =
	    OPTION(0, "lesson", "LESSON", "another one than the last that was started"),
	[ROW_STUDENT] = OPTION(0, "student", "NAME",
	    "who takes it, as the class knows you (as before; your login)"),
	[ROW_CLASS] = OPTION(0, "class", "PATH",
	    "the file of your class, or the socket of its board (as before); none: no class"),
	[ROW_LAB] = OPTION(0, "lab", "NAME", "of its lab (lesson-N)"),
	[ROW_WAIT] = OPTION_HEADED("of check and test:", "wait", "TIME",
	    "how long to look again until something is reached (1s; of test 120s)"),
	[ROW_FORMAT] = OPTION_HEADED("of report:", "format", "text|csv|html|json",
	    "a table (default), a line a goal, a page, JSON"),
	[ROW_SEED] = OPTION_HEADED("of test:", "seed", "NAME",
	    "the student whose values are drawn (ada); may be repeated"),
	[ROW_OUT] = OPTION_HEADED("of serve:", "out", "DIR",
	    "where results of the class are kept (in $XDG_STATE_HOME/cwmplab/classes)"),
	[ROW_TRUST] = OPTION_HEADED("of start, solve and test:", "trust", NULL,
	    "run the scripts of a folder that did not come with the program"),
	[ROW_JSON] = OPTION_HEADED("of all but test:", "json", NULL, "as JSON"),
};

enum {
	OF_ANY = 1u << ROW_LESSON | 1u << ROW_STUDENT | 1u << ROW_CLASS |
		 1u << ROW_LAB | 1u << ROW_JSON
};

static const struct action {
	const char *name;
	size_t min_words, max_words; /* behind it */
	unsigned rows;               /* that it takes */
	lesson_act_fn *run;
} actions[] = {
	{ "list", 0, 0, OF_ANY, act_list },
	{ "start", 0, 1, OF_ANY | 1u << ROW_TRUST, act_start },
	{ "task", 0, 0, OF_ANY, act_task },
	{ "check", 0, 0, OF_ANY | 1u << ROW_WAIT, act_check },
	{ "watch", 0, 0, OF_ANY, act_watch },
	{ "quiz", 0, WORDS_ANY, OF_ANY, act_quiz },
	{ "hint", 0, 1, OF_ANY, act_hint },
	{ "solve", 0, 0, (OF_ANY & ~(1u << ROW_JSON)) | 1u << ROW_TRUST, act_solve },
	{ "reset", 0, 0, OF_ANY & ~(1u << ROW_JSON), act_reset },
	{ "report", 0, WORDS_ANY, OF_ANY | 1u << ROW_FORMAT, act_report },
	{ "serve", 1, 1, 1u << ROW_CLASS | 1u << ROW_OUT | 1u << ROW_JSON, act_serve },
	{ "test", 0, WORDS_ANY, 1u << ROW_SEED | 1u << ROW_WAIT | 1u << ROW_TRUST,
	    act_test },
};

static int take_seed(struct lesson_call *call, const char *value, struct error *err)
{
	if (call->n_seeds == LESSON_SEEDS_MAX)
		return error_set(err, ERR_USAGE, "more than %d times --seed",
		    LESSON_SEEDS_MAX);
	call->seeds[call->n_seeds++] = value;
	return 0;
}

static int take_format(struct lesson_call *call, const char *value, struct error *err)
{
	static const char *const names[] = { "text", "csv", "html", "json" };
	size_t i = 0;
	int r = option_choose(value, "format", names, ARRAY_LEN(names), &i, err);

	call->format = (enum report_format)i;
	return r;
}

static int take(struct lesson_call *call, size_t row, const char *value,
    struct error *err)
{
	const char **const texts[] = { [ROW_LESSON] = &call->want.lesson,
		[ROW_STUDENT] = &call->want.student,
		[ROW_CLASS] = &call->want.class_path,
		[ROW_LAB] = &call->want.lab };

	if (row < ARRAY_LEN(texts))
		*texts[row] = value;
	else if (row == ROW_SEED)
		return take_seed(call, value, err);
	else if (row == ROW_FORMAT)
		return take_format(call, value, err);
	else if (row == ROW_OUT)
		call->out = value;
	else if (row == ROW_TRUST)
		call->is_trusted = true;
	else if (row == ROW_JSON)
		call->as_json = true;
	else if (conf_duration(str_of(value), &call->wait) < 0 || call->wait < 0)
		return error_set(err, ERR_USAGE,
		    "--wait \"%s\": give a time such as 5s", value);
	return 0;
}

static int find_action(const char *word, const struct action **ret, struct error *err)
{
	const char *names[ARRAY_LEN(actions)];
	size_t i = 0;
	int r;

	for (size_t k = 0; k < ARRAY_LEN(actions); k++)
		names[k] = actions[k].name;
	r = option_choose(word, "action of lesson", names, ARRAY_LEN(actions), &i, err);
	*ret = &actions[i];
	return r;
}

static int check_call(const struct lesson_call *call, const struct action *action,
    unsigned given, struct error *err)
{
	int r = option_check_taken(rows, given, action->rows, action->name, err);

	if (r < 0)
		return r;
	if (call->n_words < action->min_words)
		return error_set(err, ERR_USAGE, "%s needs the path of a socket",
		    action->name);
	if (call->n_words > action->max_words)
		return error_set(err, ERR_USAGE, "%s takes no \"%s\"", action->name,
		    call->words[action->max_words]);
	return 0;
}

static int act(const struct lesson_call *call, const char *word, unsigned given)
{
	const struct action *action = NULL;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL, told = BUF_NULL;
	int r = find_action(word, &action, &err);

	if (r == 0)
		r = check_call(call, action, given, &err);
	if (r == 0)
		r = action->run(call, &out, &told, &err);
	say_text(stderr, buf_str(&told));
	if (r >= 0)
		return cmd_print(&out, r);
	if (out.len > 0)
		(void)cmd_print(&out, r);
	/* Mistakes of files have said all there is to say. */
	if (told.len > 0 && r == ERR_CONFIG)
		return EXIT_USAGE;
	/* An edited result is no success of anybody. */
	return r == ERR_AUTH ? (void)cmd_fail(&err), EXIT_FAILED : cmd_fail(&err);
}

static int lesson_run(const struct verb *verb, int argc, char **argv)
{
	struct lesson_call call = { .wait = -1 };
	struct option_reader reader;
	const struct option_row *row;
	struct error err = ERROR_NULL;
	unsigned given = 0;
	const char *value;

	options_begin(&reader, verb, argc, argv);
	while ((row = options_next(&reader, &value))) {
		if (take(&call, (size_t)(row - rows), value, &err) < 0)
			return cmd_fail(&err);
		given |= 1u << (row - rows);
	}
	if (reader.status >= 0)
		return reader.status;
	call.words = reader.words + 1;
	call.n_words = reader.n_words - 1;
	return act(&call, reader.words[0], given);
}

const struct verb lesson_verb = {
	.name = "lesson",
	.brief = "learn CWMP in a lab of your own, which grades itself",
	.run = lesson_run,
	.arguments =
	    "list|start|task|check|watch|quiz|hint|solve|reset|report|serve|test [LESSON...] [OPTION...]\n"
	    "start [LESSON] [--student NAME] [--class PATH] [--lab NAME] [--trust]\n"
	    "check [--wait TIME]\n"
	    "quiz [QUESTION [ANSWER...]]\n"
	    "hint [GOAL]\n"
	    "report [PATH...] [--class PATH] [--format FORMAT]\n"
	    "serve SOCKET --class PATH [--out DIR]\n"
	    "test [LESSON...] [--seed NAME...] [--wait TIME] [--trust]",
	.about =
	    "LESSON is a number, as list has it, or a folder of your own. There is something to read in\n"
	    "a recording, to do in a lab and to mend. start builds the lab, records it and shows the\n"
	    "task, also of one that was begun and stopped; check says which goals are reached, by the\n"
	    "frame or the reading that proves it, and shows the first that is not; watch does so\n"
	    "whenever something changes. quiz asks the questions and takes answers; hint gives the next\n"
	    "hint to the goal that is next, or to GOAL, which costs points; solve does it for you,\n"
	    "without points; reset begins anew.\n"
	    "\n"
	    "Addresses, names, serial numbers, passwords and what is broken differ from student to\n"
	    "student: they are drawn by your name and the secret of your class. Both are as with the\n"
	    "lesson before, where you do not say them. Progress is kept, and signed, in\n"
	    "$XDG_STATE_HOME/cwmplab/lessons (~/.local/state). Scripts of a folder that did not come\n"
	    "with the program run as you: start asks first, or wants --trust.\n"
	    "\n"
	    "report verifies results (progress.json), of files or of all below a folder, and lists them:\n"
	    "what was edited is not graded, and an answer that was another student's is told.\n"
	    "\n"
	    "serve shows who of a class is at which goal, and for how long, where students have accounts\n"
	    "on the teacher's machine. Each gets values by the name of the account, and none the file of\n"
	    "the class; results come as they are reached, and are kept for report.\n"
	    "\n"
	    "test is for authors: for each lesson, by each seed, check fails at first, each typical\n"
	    "wrong answer fails with its hint, and the solution passes.\n",
	.notes =
	    "exit status: 0 it is done, and every goal is reached; 1 a goal is not, an answer is wrong,\n"
	    "a test failed, or progress was edited; 2 bad usage, a mistake in a file, or it cannot be\n"
	    "judged: the lab is down, or its recording is cut off; 3 this machine cannot do it\n",
	.rows = rows,
	.min_words = 1,
	.max_words = WORDS_ANY,
};

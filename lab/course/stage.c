#include "lab/course/stage.h"

#include "capture/analysis/analysis.h"
#include "lab/channel/labsock.h"
#include "lab/course/spawn.h"
#include "lab/run/topology_file.h"
#include "lab/term/outfile.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CUT_LOOKS = 20, /* at a capture whose last frame is being written */
	CUT_MS = 20,
	READY_MS = 100 /* between looks whether a lab is ready */
};

/* ---- programs ------------------------------------------------------------------------- */

int stage_check_needs(const struct pupil *pupil, struct error *err)
{
	const struct conf_strings *needs = &pupil->folder.lesson->needs;
	char path[PATH_MAX];

	for (size_t i = 0; i < needs->len; i++) {
		if (!search_path_find(needs->items[i], path, sizeof(path)))
			return error_set(err, ERR_MACHINE,
			    "this lesson needs the program \"%s\": \"sudo apt install %s\" "
			    "on Debian",
			    needs->items[i], needs->items[i]);
	}
	return 0;
}

/* ---- files ---------------------------------------------------------------------------- */

/* What is the lesson's, and not the lab's: a student who reads lesson.yaml has read the
 * solution. */
static bool is_of_lesson(const char *name)
{
	return strcmp(name, "lesson.yaml") == 0 || strcmp(name, "task.md") == 0 ||
	       strcmp(name, "README.md") == 0;
}

int stage_write(struct pupil *pupil, struct error *err)
{
	for (size_t i = 0; i < pupil->folder.n_files; i++) {
		const struct folder_file *file = &pupil->folder.files[i];
		auto_free char *path = NULL;
		auto_buf text = BUF_NULL;
		int r;

		if (is_of_lesson(file->name))
			continue;
		if (asprintf(&path, "%s/%s", pupil->lab_folder, file->name) < 0) {
			path = NULL;
			return error_set(err, -ENOMEM, "out of memory");
		}
		if (access(path, F_OK) == 0)
			continue;
		values_fill(&pupil->values, buf_str(&file->text), &text);
		r = outfile_put(path, 0644, &text, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- topology ------------------------------------------------------------------------- */

static int check_node(struct pupil *pupil, const struct topology *topology,
    const struct conf_node *at, const char *key, struct error *err)
{
	const struct conf_node *node = conf_get(at, key);
	const char *name = node ? values_text(&pupil->values, node->text.p) : NULL;
	char serial[SERIAL_TEXT_MAX];
	uint64_t i;

	if (!name || topology_instance(topology, str_of(name), &i))
		return 0;
	/* Serial numbers of a load are in its profile, or in one that a student runs. */
	if (strcmp(key, "cpe") == 0 && str_ends(str_of(name), STR("*")))
		return 0;
	for (size_t n = 0; n < topology->n_nodes && strcmp(key, "cpe") == 0; n++) {
		const struct node *cpe = &topology->nodes[n];

		for (i = 1; node_is_cpe(cpe) && i <= cpe->cpe.count; i++) {
			if (strcmp(node_serial(cpe, i, serial), name) == 0)
				return 0;
		}
	}
	return conf_fail(pupil->folder.lesson->doc, node, NULL, err,
	    "topology.yaml has no node \"%s\"", name);
}

static int check_place(struct pupil *pupil, const struct topology *topology,
    const struct conf_node *at, struct error *err)
{
	static const char *const keys[] = { "cpe", "acs", "node" };
	int worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		int r = check_node(pupil, topology, at, keys[i], err);

		worst = r < 0 ? r : worst;
	}
	return worst;
}

/* The document takes mistakes again for this. */
static int check_nodes(struct pupil *pupil, const struct topology *topology,
    struct conf_mistakes *mistakes, struct error *err)
{
	const struct lesson *lesson = pupil->folder.lesson;
	const struct conf_node *ready = conf_get(lesson->doc->root, "ready");
	int worst = 0, r;

	lesson->doc->mistakes = mistakes;
	for (size_t i = 0; i < lesson->ready.len; i++) {
		r = check_place(pupil, topology, ready->items[i], err);
		worst = r < 0 ? r : worst;
	}
	for (size_t i = 0; i < lesson->goals.len; i++) {
		const struct lesson_goal *goal = lesson_goal(lesson, i);
		const struct conf_node *const places[] = { goal->sight_at,
			goal->frame_at, goal->reading_at };

		for (size_t k = 0; k < ARRAY_LEN(places); k++) {
			r = check_place(pupil, topology, places[k], err);
			worst = r < 0 ? r : worst;
		}
	}
	lesson->doc->mistakes = NULL;
	return worst;
}

static void tell(const struct conf_mistakes *mistakes, struct buf *told)
{
	for (size_t i = 0; i < mistakes->len; i++) {
		shown_append_lines(told, str_of(mistakes->items[i].text));
		buf_append_char(told, '\n');
	}
}

int stage_topology(struct pupil *pupil, struct buf *told, struct topology **ret,
    struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct topology *topology = NULL;
	int r = topology_file_load(pupil->lab_folder, &mistakes, &topology, err);

	if (r == 0 && strcmp(topology->name, pupil->lab) != 0)
		r = conf_fail(topology->doc, conf_get(topology->doc->root, "name"),
		    "\"name: {{lab}}\" is what a lesson has", err,
		    "the lab is called \"%s\", not \"%s\"", topology->name, pupil->lab);
	if (r == 0)
		r = check_nodes(pupil, topology, &mistakes, err);
	tell(&mistakes, told);
	conf_mistakes_free(&mistakes);
	if (r < 0)
		topology_free(topology);
	else
		*ret = topology;
	return r;
}

/* ---- up and down ---------------------------------------------------------------------- */

bool stage_is_up(const struct pupil *pupil)
{
	return labsock_owner(pupil->lab) > 0;
}

static int call(const char *const *words, clock_ns longest, struct error *err)
{
	const struct spawn spawn = { .words = words,
		.is_own = true,
		.longest = longest };
	auto_buf said = BUF_NULL;
	int status = spawn_run(&spawn, &said, err);

	if (status == 0)
		return 0;
	if (status > 0)
		(void)error_set_lines(err,
		    status == EXIT_USAGE ? ERR_USAGE : ERR_MACHINE, buf_cstr(&said));
	return err->code;
}

/* ---- scripts -------------------------------------------------------------------------- */

/* Scripts say "cwmplab", wherever this program is. */
int stage_script(struct pupil *pupil, const char *script, struct buf *out,
    struct error *err)
{
	auto_buf text = BUF_NULL, program = BUF_NULL;
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *words[] = { "sh", "-c", NULL, NULL };
	const char *environment[] = { NULL, NULL };
	struct spawn spawn = { .words = words,
		.folder = pupil->lab_folder,
		.environment = environment,
		.longest = STAGE_SCRIPT_S * NS_PER_S };

	if (n < 0)
		return error_set(err, -errno, "/proc/self/exe: %s", error_name(-errno));
	buf_printf(&program, "CWMPLAB=%.*s", (int)n, path);
	buf_append_text(&text, "cwmplab() { \"$CWMPLAB\" \"$@\"; }\n");
	values_fill(&pupil->values, str_of(script), &text);
	words[2] = buf_cstr(&text);
	environment[0] = buf_cstr(&program);
	return spawn_run(&spawn, out, err);
}

/* ---- what is to be seen --------------------------------------------------------------- */

static int run_in_node(void *user, const char *node, const char *const *words,
    struct buf *out, struct error *err)
{
	const struct pupil *pupil = user;
	const char *all[24] = { "cwmplab", "exec", pupil->lab, node };
	struct spawn spawn = { .words = all,
		.is_own = true,
		.longest = STAGE_COMMAND_S * NS_PER_S };

	for (size_t i = 0; words && words[i] && i + 5 < ARRAY_LEN(all); i++)
		all[i + 4] = words[i];
	if (!stage_is_up(pupil))
		return error_set(err, ERR_USAGE, "the lab \"%s\" is not up",
		    pupil->lab);
	return spawn_run(&spawn, out, err);
}

static int analyse(const struct pupil *pupil, struct stage_facts *facts,
    struct error *err)
{
	const struct analysis_options options = { .path = pupil->recording,
		.keep_bodies = true };
	int r = 0;

	for (size_t i = 0; i < CUT_LOOKS; i++) {
		r = analysis_run(&options, &facts->analysis, err);
		if (r < 0) {
			facts->analysis = NULL;
			break;
		}
		if (!facts->analysis->counts.is_truncated || i + 1 == CUT_LOOKS)
			break;
		analysis_free(steal_ptr(&facts->analysis));
		(void)poll(NULL, 0, CUT_MS);
	}
	return r;
}

static void explain(const struct pupil *pupil, struct stage_facts *facts)
{
	const struct analysis *analysis = facts->analysis;

	if (!stage_is_up(pupil))
		(void)shown_snprintf(facts->why, sizeof(facts->why),
		    "the lab \"%s\" is not up: \"cwmplab lesson start\" starts it",
		    pupil->lab);
	else if (analysis && analysis->counts.is_truncated)
		(void)shown_snprintf(facts->why, sizeof(facts->why),
		    "the recording is cut off at byte %llu",
		    (unsigned long long)analysis->counts.truncated_at);
	else if (analysis && analysis->counts.damage)
		(void)shown_snprintf(facts->why, sizeof(facts->why),
		    "the recording is damaged: %s", analysis->counts.damage);
	else if (analysis && analysis->counts.dropped > 0)
		(void)shown_snprintf(facts->why, sizeof(facts->why),
		    "the recording has lost %llu packets",
		    (unsigned long long)analysis->counts.dropped);
	if (facts->why[0])
		facts->facts.not_judged = facts->why;
}

int stage_look(struct pupil *pupil, struct stage_facts *ret, struct error *err)
{
	auto_buf told = BUF_NULL;
	struct error why = ERROR_NULL;
	int r;

	*ret = (struct stage_facts){ .facts = { .run = run_in_node, .user = pupil } };
	r = stage_topology(pupil, &told, &ret->topology, err);
	if (r < 0)
		return r;
	ret->facts.topology = ret->topology;
	if (analyse(pupil, ret, &why) < 0)
		(void)shown_snprintf(ret->why, sizeof(ret->why), "%s", why.text);
	ret->facts.analysis = ret->analysis;
	explain(pupil, ret);
	return 0;
}

void stage_facts_free(struct stage_facts *facts)
{
	analysis_free(facts->analysis);
	topology_free(facts->topology);
}

/* ---- the lab itself ------------------------------------------------------------------ */

int stage_down(const struct pupil *pupil, struct error *err)
{
	const char *const words[] = { "cwmplab", "down", pupil->lab, NULL };

	return stage_is_up(pupil) ? call(words, STAGE_UP_S * NS_PER_S, err) : 0;
}

static int wait_ready(struct pupil *pupil, struct error *err)
{
	clock_ns end = clock_monotonic() + STAGE_READY_S * NS_PER_S;
	bool is_ready = pupil->folder.lesson->ready.len == 0;

	while (!is_ready) {
		struct stage_facts facts;
		struct goal_result result = { .state = GOAL_OPEN };
		int r = stage_look(pupil, &facts, err);

		if (r == 0)
			is_ready = judge_ready(&facts.facts, &pupil->values, &result);
		stage_facts_free(&facts);
		if (r < 0)
			return r;
		if (!is_ready && clock_monotonic() > end)
			return error_set(err, ERR_MACHINE,
			    "the lab \"%s\" is up, but what its recording must show at first "
			    "is not there: %s",
			    pupil->lab, result.text);
		if (!is_ready)
			(void)poll(NULL, 0, READY_MS);
	}
	return 0;
}

static int prepare(struct pupil *pupil, struct error *err)
{
	const char *script = pupil->folder.lesson->prepare;
	auto_buf said = BUF_NULL;
	int status = script ? stage_script(pupil, script, &said, err) : 0;

	if (status > 0)
		return error_set(err, ERR_MACHINE,
		    "what prepares the lab ended with status %d: %s", status,
		    buf_cstr(&said));
	return status;
}

int stage_up(struct pupil *pupil, struct error *err)
{
	struct error ignored = ERROR_NULL;
	const char *const words[] = { "cwmplab", "up", pupil->lab_folder, "--capture",
		"--out", pupil->out_folder, NULL };
	int r;

	if (stage_is_up(pupil))
		return 0;
	/* Frames of an earlier recording are not of this one. */
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		pupil->progress.goals[i].frame = 0;
	r = call(words, STAGE_UP_S * NS_PER_S, err);
	if (r < 0)
		return r;
	r = prepare(pupil, err);
	if (r == 0)
		r = wait_ready(pupil, err);
	/* Half a lab would be taken for a whole one by the next start. */
	if (r < 0)
		(void)stage_down(pupil, &ignored);
	return r;
}

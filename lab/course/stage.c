#include "lab/course/stage.h"

#include "capture/analysis/analysis.h"
#include "lab/expect/spawn.h"
#include "lab/run/topology_file.h"
#include "lab/term/outfile.h"
#include "lib/base/shown.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CUT_LOOKS = 20, /* at a capture whose last frame is being written */
	CUT_MS = 20
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
		if (str_ends(str_of(file->name), STR(".sh")))
			values_fill_shell(&pupil->values, buf_str(&file->text), &text);
		else
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

int stage_make(struct pupil *pupil, struct buf *told, struct error *err)
{
	struct topology *topology = NULL;
	int r = stage_write(pupil, err);

	if (r == 0)
		r = stage_topology(pupil, told, &topology, err);
	if (r == 0 && strcmp(topology->name, pupil->lab) != 0)
		r = error_set(err, ERR_USAGE,
		    "the files in %s make the lab \"%s\", not \"%s\": leave --lab away, or "
		    "begin anew by \"cwmplab lesson reset\"",
		    pupil->lab_folder, topology->name, pupil->lab);
	topology_free(topology);
	return r;
}

/* ---- scripts -------------------------------------------------------------------------- */

/* Scripts say "cwmplab", wherever this program is. */
int stage_script(struct pupil *pupil, const char *script, bool ends_on_signal,
    struct buf *out, struct error *err)
{
	auto_buf text = BUF_NULL, program = BUF_NULL;
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *words[] = { "sh", "-c", NULL, NULL };
	const char *environment[] = { NULL, NULL };
	struct spawn spawn = { .words = words,
		.folder = pupil->lab_folder,
		.environment = environment,
		.longest = STAGE_SCRIPT_S * NS_PER_S,
		.ends_on_signal = ends_on_signal };

	if (n < 0)
		return error_set(err, -errno, "/proc/self/exe: %s", error_name(-errno));
	buf_printf(&program, "CWMPLAB=%.*s", (int)n, path);
	buf_append_text(&text, "cwmplab() { \"$CWMPLAB\" \"$@\"; }\n");
	values_fill_shell(&pupil->values, str_of(script), &text);
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
	return stage_is_up(pupil) ? spawn_run(&spawn, out, err)
				  : stage_fail_down(pupil, err);
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
	struct error err = ERROR_NULL;

	if (stage_check_recording(pupil, &err) < 0)
		(void)shown_snprintf(facts->why, sizeof(facts->why), "%s", err.text);
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

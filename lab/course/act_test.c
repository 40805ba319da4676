/* "cwmplab lesson test": which lessons, by which seeds. */
#include "lab/course/act.h"

#include "lab/course/trial.h"
#include "lab/course/trust.h"
#include "lib/program/exit_status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	TRIALS_MAX = 1024,
	PATIENCE_S =
	    120 /* until a goal is reached that must be; only what hangs meets it */
};

struct list {
	const struct lesson_call *call;
	struct trial *items; /* owned, and so is what they name */
	size_t n;
};

/* One lesson, with each seed. Mistakes of its files are told before anything runs. */
static int add(void *user, const char *word, struct error *err)
{
	static const char *const usual[] = { "ada" };
	struct list *list = user;
	const char *const *seeds = list->call->n_seeds ? list->call->seeds : usual;
	size_t n = list->call->n_seeds ? list->call->n_seeds : ARRAY_LEN(usual);

	for (size_t i = 0; i < n; i++) {
		if (!student_name_is_good(str_of(seeds[i])))
			return error_set(err, ERR_USAGE,
			    "--seed \"%s\": letters, digits, \".\", \"_\", \"-\" and \"@\"",
			    seeds[i]);
		if (list->n == TRIALS_MAX)
			return error_set(err, ERR_USAGE, "more than %d tests",
			    TRIALS_MAX);
		list->items[list->n] = (struct trial){ strdup(word), seeds[i], list->n,
			list->call->wait < 0 ? PATIENCE_S * NS_PER_S
					     : list->call->wait };
		if (!list->items[list->n].lesson)
			return error_set(err, -ENOMEM, "out of memory");
		list->n++;
	}
	return 0;
}

static int check_folders(const struct list *list, struct buf *told, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct folder folder;
		int r;

		if (i > 0 &&
		    strcmp(list->items[i].lesson, list->items[i - 1].lesson) == 0)
			continue;
		r = folder_open(&folder, list->items[i].lesson, told, err);
		if (r == 0)
			r = trust_check(&folder, list->call->is_trusted, err);
		folder_close(&folder);
		worst = r < 0 ? r : worst;
	}
	return worst;
}

int act_test(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct list list = { .call = call,
		.items = calloc(TRIALS_MAX, sizeof(*list.items)) };
	int r = list.items ? 0 : error_set(err, -ENOMEM, "out of memory");

	for (size_t i = 0; r == 0 && i < call->n_words; i++)
		r = add(&list, call->words[i], err);
	if (r == 0 && call->n_words == 0)
		r = folder_each(add, &list, err);
	if (r == 0)
		r = check_folders(&list, told, err);
	if (r == 0)
		r = trial_run_all(list.items, list.n, out, err);
	for (size_t i = 0; i < list.n; i++)
		free((char *)(uintptr_t)list.items[i].lesson);
	free(list.items);
	return r;
}

/* agents/common/crowd: scenes of connections A to D. A row is what happens; then "late" and
 * "victim" are asked for, and who they are is compared. Times are seconds. */
#include "tests/unit/unit.h"

#include "agents/common/crowd.h"
#include "lib/base/str.h"
#include "lib/base/text.h"

enum {
	MEMBERS = 4,
	STEPS_MAX = 12
};

/* "A joins", "A head", "A body", "A answer", "A unread", "A between", "A leaving", "A gone";
 * "at N": the clock shows N; "late X", "victim X": X is it, "-" for nobody. */
static const struct scene {
	const char *name;
	const char *steps[STEPS_MAX];
} scenes[] = {
	{ "an empty crowd", { "late -", "victim -" } },
	{ "a head has 30 s, from the start",
	    { "A joins", "at 29", "late -", "at 30", "late A" } },
	{ "and from its first byte",
	    { "A joins", "A answer", "at 10", "A between", "at 15", "A head", "at 44",
		"late -", "at 45", "late A" } },
	{ "bytes of a head give no time",
	    { "A joins", "at 20", "A head", "at 30", "late A" } },
	{ "a body has 60 s more",
	    { "A joins", "at 20", "A body", "at 79", "late -", "at 80", "late A" } },
	{ "so has a peer that does not read",
	    { "A joins", "A answer", "A unread", "at 59", "late -", "at 60",
		"late A" } },
	{ "the owner has 300 s",
	    { "A joins", "at 1", "A answer", "at 300", "late -", "at 301", "late A" } },
	{ "one that leaves is never late",
	    { "A joins", "A leaving", "at 99999", "late -", "victim A" } },
	{ "the first to be late need not be the first that came",
	    { "A joins", "B joins", "A body", "at 30", "late B", "B gone", "late -",
		"at 60", "late A" } },
	{ "who waits longest gives way",
	    { "A joins", "B joins", "C joins", "victim A", "A gone", "victim B" } },
	{ "a byte now and then does not save it",
	    { "A joins", "B joins", "at 5", "A body", "victim A", "B body",
		"victim A" } },
	{ "strangers before those who said something",
	    { "A joins", "B joins", "A answer", "victim B", "A between", "victim B",
		"B gone", "victim A" } },
	{ "an answer makes it young again",
	    { "A joins", "B joins", "A answer", "B answer", "B between", "A between",
		"victim B", "B head", "victim B" } },
	{ "an answer by the head does not",
	    { "A joins", "B joins", "A body", "A between", "A head", "victim A" } },
	{ "who leaves before who stays",
	    { "A joins", "B joins", "B leaving", "victim B", "B gone", "victim A" } },
	{ "who does not read comes last",
	    { "A joins", "A answer", "A unread", "victim A", "B joins", "B answer",
		"B between", "victim B" } },
	{ "whom the owner serves does not give way",
	    { "A joins", "A answer", "victim -", "A gone", "A gone", "victim -" } },
};

static const struct {
	const char *verb;
	enum crowd_phase phase;
} phases[] = {
	{ "head", CROWD_HEAD },
	{ "body", CROWD_BODY },
	{ "answer", CROWD_ANSWER },
	{ "unread", CROWD_UNREAD },
	{ "between", CROWD_BETWEEN },
	{ "leaving", CROWD_LEAVING },
};

struct play {
	struct crowd crowd;
	struct crowd_member members[MEMBERS];
	clock_ns now;
};

static bool is_member(const struct play *play, const struct crowd_member *member,
    struct str name)
{
	if (str_is(name, "-"))
		return !member;
	return member == &play->members[name.p[0] - 'A'];
}

static bool act(struct play *play, struct str who, struct str verb)
{
	struct crowd_member *member = &play->members[who.p[0] - 'A'];

	if (str_is(verb, "joins"))
		crowd_join(&play->crowd, member, play->now);
	else if (str_is(verb, "gone"))
		crowd_leave(&play->crowd, member);
	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		if (str_is(verb, phases[i].verb))
			crowd_enter(&play->crowd, member, phases[i].phase, play->now);
	}
	return true;
}

static bool step(struct play *play, const char *text)
{
	struct str arg;
	struct str verb = str_cut(str_of(text), ' ', &arg);
	uint64_t seconds;

	if (str_is(verb, "late"))
		return is_member(play, crowd_late(&play->crowd, play->now), arg);
	if (str_is(verb, "victim"))
		return is_member(play, crowd_victim(&play->crowd), arg);
	if (!str_is(verb, "at"))
		return act(play, verb, arg);
	assert_int_equal(str_to_u64(arg, 100000, &seconds), 0);
	play->now = (clock_ns)seconds * NS_PER_S;
	return true;
}

static void crowds_go_as_the_header_says(void **state)
{
	static const clock_ns limits[CROWD_PHASES] = { 30 * NS_PER_S, 60 * NS_PER_S,
		300 * NS_PER_S, 60 * NS_PER_S, 300 * NS_PER_S, INT64_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		struct play play = { .now = 0 };

		crowd_init(&play.crowd, limits);
		for (size_t k = 0; k < STEPS_MAX && scenes[i].steps[k]; k++) {
			if (!step(&play, scenes[i].steps[k]))
				fail_msg("%s: step %zu: not %s", scenes[i].name, k + 1,
				    scenes[i].steps[k]);
		}
	}
}

static void members_are_counted(void **state)
{
	static const clock_ns limits[CROWD_PHASES] = { 1, 1, 1, 1, 1, 1 };
	struct crowd_member a, b;
	struct crowd crowd;

	(void)state;
	crowd_init(&crowd, limits);
	crowd_join(&crowd, &a, 0);
	crowd_join(&crowd, &b, 0);
	crowd_enter(&crowd, &a, CROWD_LEAVING, 0);
	assert_int_equal(crowd.len, 2);
	crowd_leave(&crowd, &a);
	crowd_leave(&crowd, &a);
	crowd_enter(&crowd, &a, CROWD_BETWEEN, 0);
	assert_int_equal(crowd.len, 1);
	assert_ptr_equal(crowd_victim(&crowd), &b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crowds_go_as_the_header_says),
		cmocka_unit_test(members_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

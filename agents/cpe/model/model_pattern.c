/* Recursive descent to a program for a Thompson machine, and the machine. */
#include "agents/cpe/model/model_pattern.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum step_kind {
	STEP_BYTE,  /* one byte of the set */
	STEP_FORK,  /* goes on at x and at y */
	STEP_JUMP,  /* at x */
	STEP_MATCH, /* the end */
};

struct set {
	uint32_t bits[8];
};

struct step {
	uint8_t kind; /* enum step_kind */
	uint16_t x, y;
	struct set set;
};

struct model_pattern {
	struct step *steps;
	size_t n_steps;
};

struct maker {
	struct str text;
	size_t at;
	unsigned depth;
	struct step steps[MODEL_PATTERN_STEPS_MAX];
	size_t n;
	struct error *err;
	int failure;
};

/* ---- sets --------------------------------------------------------------------------- */

static void set_add(struct set *set, uint8_t c)
{
	set->bits[c / 32] |= UINT32_C(1) << c % 32;
}

static bool set_has(const struct set *set, uint8_t c)
{
	return set->bits[c / 32] >> c % 32 & 1;
}

static void set_add_range(struct set *set, uint8_t first, uint8_t last)
{
	for (unsigned c = first; c <= last; c++)
		set_add(set, (uint8_t)c);
}

static void set_negate(struct set *set)
{
	for (size_t i = 0; i < ARRAY_LEN(set->bits); i++)
		set->bits[i] = ~set->bits[i];
}

static void set_join(struct set *set, const struct set *other)
{
	for (size_t i = 0; i < ARRAY_LEN(set->bits); i++)
		set->bits[i] |= other->bits[i];
}

/* What a backslash and c stand for. */
static struct set escape_set(char c)
{
	struct set set = { { 0 } };

	switch (c) {
	case 'd':
	case 'D':
		set_add_range(&set, '0', '9');
		break;
	case 's':
	case 'S':
		for (const char *blank = " \t\n\r"; *blank; blank++)
			set_add(&set, (uint8_t)*blank);
		break;
	case 'w':
	case 'W':
		set_add_range(&set, '0', '9');
		set_add_range(&set, 'a', 'z');
		set_add_range(&set, 'A', 'Z');
		set_add_range(&set, 0x80, 0xff);
		break;
	case 'n':
		set_add(&set, '\n');
		break;
	case 'r':
		set_add(&set, '\r');
		break;
	case 't':
		set_add(&set, '\t');
		break;
	default:
		set_add(&set, (uint8_t)c);
	}
	if (c == 'D' || c == 'S' || c == 'W')
		set_negate(&set);
	return set;
}

/* ---- making ------------------------------------------------------------------------- */

static void fail(struct maker *maker, int code, const char *what)
{
	if (maker->failure == 0)
		maker->failure = error_set_at(maker->err, code, maker->at,
		    "character %zu: %s", maker->at + 1, what);
	if (maker->failure == 0)
		maker->failure = code;
}

static bool has_more(const struct maker *maker)
{
	return maker->failure == 0 && maker->at < maker->text.len;
}

static bool is_next(const struct maker *maker, char c)
{
	return has_more(maker) && maker->text.p[maker->at] == c;
}

static bool take(struct maker *maker, char c)
{
	if (!is_next(maker, c))
		return false;
	maker->at++;
	return true;
}

static size_t emit(struct maker *maker, struct step step)
{
	if (maker->n == ARRAY_LEN(maker->steps)) {
		fail(maker, ERR_LIMIT, "the pattern is too long");
		return 0;
	}
	maker->steps[maker->n] = step;
	return maker->n++;
}

/* Makes room for one step at `at`: what follows moves, with its targets. */
static void insert(struct maker *maker, size_t at, struct step step)
{
	if (emit(maker, step) == 0 && maker->failure != 0)
		return;
	memmove(&maker->steps[at + 1], &maker->steps[at],
	    (maker->n - 1 - at) * sizeof(maker->steps[0]));
	maker->steps[at] = step;
	for (size_t i = at + 1; i < maker->n; i++) {
		maker->steps[i].x = (uint16_t)(maker->steps[i].x + 1);
		maker->steps[i].y = (uint16_t)(maker->steps[i].y + 1);
	}
}

/* Appends a copy of the steps [from, to), which jump among themselves and to their end. */
static void copy(struct maker *maker, size_t from, size_t to)
{
	uint16_t by = (uint16_t)(maker->n - from);

	for (size_t i = from; i < to && maker->failure == 0; i++) {
		struct step step = maker->steps[i];

		step.x = (uint16_t)(step.x + by);
		step.y = (uint16_t)(step.y + by);
		(void)emit(maker, step);
	}
}

static void make_choice(struct maker *maker);

static uint8_t class_char(struct maker *maker, struct set *ret_set, bool *ret_is_set)
{
	char c = maker->text.p[maker->at++];

	*ret_is_set = false;
	if (c != '\\')
		return (uint8_t)c;
	if (!has_more(maker)) {
		fail(maker, ERR_MALFORMED, "a backslash at the end");
		return 0;
	}
	c = maker->text.p[maker->at++];
	*ret_set = escape_set(c);
	*ret_is_set = strchr("dDsSwW", c) != NULL;
	return (uint8_t)(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
}

static void make_class(struct maker *maker)
{
	struct step step = { .kind = STEP_BYTE };
	bool is_negated = take(maker, '^'), is_set;

	if (is_next(maker, ']'))
		fail(maker, ERR_MALFORMED, "a class of nothing");
	while (has_more(maker) && !is_next(maker, ']')) {
		struct set set;
		uint8_t first = class_char(maker, &set, &is_set), last = first;

		if (is_set) {
			set_join(&step.set, &set);
			continue;
		}
		if (is_next(maker, '-') && maker->at + 1 < maker->text.len &&
		    maker->text.p[maker->at + 1] != ']') {
			maker->at++;
			last = class_char(maker, &set, &is_set);
		}
		if (is_set || last < first)
			fail(maker, ERR_MALFORMED,
			    "a range that ends before it begins");
		else
			set_add_range(&step.set, first, last);
	}
	if (!take(maker, ']'))
		fail(maker, ERR_MALFORMED, "a class without its \"]\"");
	if (is_negated)
		set_negate(&step.set);
	(void)emit(maker, step);
}

static void make_atom(struct maker *maker)
{
	struct step step = { .kind = STEP_BYTE };
	char c = maker->text.p[maker->at++];

	if (c == '(') {
		if (++maker->depth > MODEL_PATTERN_DEPTH_MAX)
			fail(maker, ERR_LIMIT, "too many groups in groups");
		make_choice(maker);
		maker->depth--;
		if (!take(maker, ')'))
			fail(maker, ERR_MALFORMED, "a group without its \")\"");
		return;
	}
	if (c == '[') {
		make_class(maker);
		return;
	}
	if (strchr("?*+{}]", c)) {
		maker->at--;
		fail(maker, ERR_MALFORMED,
		    "a quantifier or bracket that follows nothing");
		return;
	}
	if (c == '.') {
		set_add(&step.set, '\n');
		set_add(&step.set, '\r');
		set_negate(&step.set);
	} else if (c == '\\') {
		if (has_more(maker))
			step.set = escape_set(maker->text.p[maker->at++]);
		else
			fail(maker, ERR_MALFORMED, "a backslash at the end");
	} else {
		set_add(&step.set, (uint8_t)c);
	}
	(void)emit(maker, step);
}

/* ---- quantifiers -------------------------------------------------------------------- */

struct repeat {
	unsigned min, max; /* max 0: any number */
};

static bool take_number(struct maker *maker, unsigned *ret)
{
	size_t from = maker->at;
	uint64_t n = 0;

	while (has_more(maker) && maker->text.p[maker->at] >= '0' &&
	       maker->text.p[maker->at] <= '9')
		maker->at++;
	if (maker->at == from)
		return false;
	if (str_to_u64(str_make(maker->text.p + from, maker->at - from),
		MODEL_PATTERN_REPEAT_MAX, &n) < 0)
		fail(maker, ERR_LIMIT, "a quantifier over 1000");
	*ret = (unsigned)n;
	return true;
}

/* False where no quantifier stands. */
static bool take_repeat(struct maker *maker, struct repeat *ret)
{
	*ret = (struct repeat){ 0, 0 };
	if (take(maker, '*'))
		return true;
	if (take(maker, '+')) {
		ret->min = 1;
		return true;
	}
	if (take(maker, '?')) {
		ret->max = 1;
		return true;
	}
	if (!take(maker, '{'))
		return false;
	if (!take_number(maker, &ret->min))
		fail(maker, ERR_MALFORMED, "a number is wanted in braces");
	ret->max = ret->min;
	if (take(maker, ',') && !take_number(maker, &ret->max))
		ret->max = 0;
	else if (ret->max == 0 || ret->max < ret->min)
		fail(maker, ERR_MALFORMED, "a quantifier of nothing");
	if (!take(maker, '}'))
		fail(maker, ERR_MALFORMED, "a quantifier without its \"}\"");
	return true;
}

/* The steps from `from` on as one that may be left out. */
static void make_optional(struct maker *maker, size_t from)
{
	insert(maker, from, (struct step){ .kind = STEP_FORK });
	maker->steps[from].x = (uint16_t)(from + 1);
	maker->steps[from].y = (uint16_t)maker->n;
}

/* As one that comes any number of times. */
static void make_star(struct maker *maker, size_t from)
{
	insert(maker, from, (struct step){ .kind = STEP_FORK });
	(void)emit(maker, (struct step){ .kind = STEP_JUMP, .x = (uint16_t)from });
	maker->steps[from].x = (uint16_t)(from + 1);
	maker->steps[from].y = (uint16_t)maker->n;
}

/* An atom is copied as often as it comes; what is optional is optional by itself. */
static void repeat(struct maker *maker, size_t from, struct repeat times)
{
	size_t size = maker->n - from, at = from;

	if (times.min == 0 && times.max == 0) {
		make_star(maker, from);
		return;
	}
	if (times.min == 0)
		make_optional(maker, from);
	for (unsigned i = 1; i < MAX(times.min, times.max) && maker->failure == 0;
	     i++) {
		size_t first = times.min == 0 ? from + 1 : from;

		at = maker->n;
		copy(maker, first, first + size);
		if (i >= times.min && maker->failure == 0)
			make_optional(maker, at);
	}
	if (times.max > 0 || maker->failure != 0)
		return;
	at = maker->n;
	copy(maker, from, from + size);
	if (maker->failure == 0)
		make_star(maker, at);
}

static void make_branch(struct maker *maker)
{
	while (has_more(maker) && !is_next(maker, '|') && !is_next(maker, ')')) {
		size_t from = maker->n;
		struct repeat times;

		make_atom(maker);
		if (has_more(maker) && take_repeat(maker, &times) &&
		    maker->failure == 0)
			repeat(maker, from, times);
	}
	if (is_next(maker, ')') && maker->depth == 0)
		fail(maker, ERR_MALFORMED, "a \")\" without its group");
}

/* One branch or another; each but the last ends with a jump past all of them. */
static void make_choice(struct maker *maker)
{
	size_t from = maker->n, jump;

	make_branch(maker);
	if (!take(maker, '|'))
		return;
	insert(maker, from, (struct step){ .kind = STEP_FORK });
	jump = emit(maker, (struct step){ .kind = STEP_JUMP });
	if (maker->failure != 0)
		return;
	maker->steps[from].x = (uint16_t)(from + 1);
	maker->steps[from].y = (uint16_t)maker->n;
	make_choice(maker);
	maker->steps[jump].x = (uint16_t)maker->n;
}

static const struct {
	const char *name, *text;
} named[] = {
	{ "mac", "([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5})?" },
#define BYTE "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#define IPV4 BYTE "(\\." BYTE "){3}"
	{ "ipv4", "(" IPV4 ")?" },
#define H16 "[0-9A-Fa-f]{1,4}"
#define IPV6                                                              \
	"(" H16 "(:" H16 "){7}|(" H16 "(:" H16 "){0,6})?::(" H16 "(:" H16 \
	"){0,6})?|(" H16 "(:" H16 "){0,5})?::(" H16 ":){0,5}" IPV4 ")"
	{ "ipv6", "(" IPV6 ")?" },
	{ "ip", "(" IPV4 "|" IPV6 ")?" },
	{ "uuid", "([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})?" },
	{ "hex", "[0-9A-Fa-f]*" },
};

int model_pattern_make(struct str text, struct arena *arena,
    const struct model_pattern **ret, struct error *err)
{
	struct model_pattern *pattern = arena_alloc(arena, sizeof(*pattern));
	auto_free struct maker *maker = calloc(1, sizeof(*maker));

	if (!pattern || !maker)
		return error_set(err, -ENOMEM, "no memory for a pattern");
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (str_is(text, named[i].name))
			text = str_of(named[i].text);
	}
	maker->text = text;
	maker->err = err;
	make_choice(maker);
	(void)emit(maker, (struct step){ .kind = STEP_MATCH });
	if (maker->failure != 0)
		return maker->failure;
	pattern->n_steps = maker->n;
	pattern->steps = arena_array(arena, maker->n, sizeof(*pattern->steps));
	if (!pattern->steps)
		return error_set(err, -ENOMEM, "no memory for a pattern");
	memcpy(pattern->steps, maker->steps, maker->n * sizeof(*pattern->steps));
	*ret = pattern;
	return 0;
}

/* ---- matching ----------------------------------------------------------------------- */

struct threads { /* steps that wait for the next byte, each once */
	uint16_t items[MODEL_PATTERN_STEPS_MAX];
	size_t n;
};

/* Adds the steps that take a byte, or match, which can be reached from `at` without one. */
static void add(const struct model_pattern *pattern, struct threads *threads,
    uint8_t *seen, uint16_t at)
{
	uint16_t stack[MODEL_PATTERN_STEPS_MAX];
	size_t n = 0;

	if (!seen[at])
		stack[n++] = at;
	seen[at] = 1;
	while (n > 0) {
		const struct step *step = &pattern->steps[stack[--n]];
		uint16_t next[2] = { step->x, step->y };
		size_t n_next = step->kind == STEP_FORK ? 2 : 1;

		if (step->kind == STEP_BYTE || step->kind == STEP_MATCH) {
			threads->items[threads->n++] =
			    (uint16_t)(step - pattern->steps);
			continue;
		}
		for (size_t i = 0; i < n_next; i++) {
			if (!seen[next[i]])
				stack[n++] = next[i];
			seen[next[i]] = 1;
		}
	}
}

bool model_pattern_matches(const struct model_pattern *pattern, struct str text)
{
	struct threads threads[2];
	uint8_t seen[MODEL_PATTERN_STEPS_MAX];
	struct threads *now = &threads[0], *next = &threads[1];

	memset(seen, 0, pattern->n_steps);
	now->n = 0;
	add(pattern, now, seen, 0);
	for (size_t i = 0; i < text.len && now->n > 0; i++) {
		struct threads *before = now;

		memset(seen, 0, pattern->n_steps);
		next->n = 0;
		for (size_t k = 0; k < now->n; k++) {
			const struct step *step = &pattern->steps[now->items[k]];

			if (step->kind == STEP_BYTE &&
			    set_has(&step->set, (uint8_t)text.p[i]))
				add(pattern, next, seen, (uint16_t)(now->items[k] + 1));
		}
		now = next;
		next = before;
	}
	for (size_t k = 0; k < now->n; k++) {
		if (pattern->steps[now->items[k]].kind == STEP_MATCH)
			return true;
	}
	return false;
}

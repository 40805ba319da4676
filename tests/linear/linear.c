/* linear PROGRAM FOLDER [NAME]: nothing that a peer sends costs more than its length. Each
 * input (inputs.h) is made at three sizes and given to the program; the table shows what
 * that costs, and the exponent of the size that fits the three costs. It fails where one is
 * over EXPONENT_MAX. With NAME: that input alone. */
#include "lib/base/compiler.h"
#include "tests/linear/cost.h"
#include "tests/linear/inputs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	SIZES = 3,
	FACTOR = 3, /* from one size to the next */
	TRIES = 12,
	ARGS_MAX = 8,
	PATH_ROOM = 512,
};

static const double exponent_max = 1.15;

static const struct row {
	const char *input;
	size_t n;                   /* the smallest size */
	const char *args[ARGS_MAX]; /* "FILE": the input, "NOTHING": an empty capture */
} rows[] = {
	{ "attributes of a tag", 30000, { "check", "FILE" } },
	{ "namespaces of a tag", 30000, { "check", "FILE" } },
	{ "long tags", 200, { "check", "FILE" } },
	{ "nested namespaces", 7000, { "check", "FILE" } },
	{ "names of elements", 40000, { "check", "FILE" } },
	{ "names of instructions", 40000, { "check", "FILE" } },
	{ "pieces of text, entities", 40000, { "check", "FILE" } },
	{ "pieces of text, CDATA", 30000, { "check", "FILE" } },
	{ "elements in UTF-16", 20000, { "check", "FILE" } },
	{ "parameters", 4000, { "check", "FILE" } },
	{ "events of an Inform", 4000, { "check", "FILE" } },
	{ "messages of a session", 2000, { "check", "FILE" } },
	{ "messages of a session", 2000, { "decode", "FILE" } },
	{ "Informs of a session", 2000, { "check", "FILE" } },
	{ "transfers of a session", 2000, { "check", "FILE" } },
	{ "connections of a session", 2000, { "check", "FILE" } },
	{ "connections of a session", 2000, { "decode", "FILE" } },
	{ "connections behind a NAT", 2000,
	    { "check", "FILE", "--sequence", "periodic" } },
	{ "lines of a head, in pieces", 350, { "check", "FILE" } },
	{ "chunks of a byte", 40000, { "check", "FILE" } },
	{ "connections", 10000, { "check", "FILE" } },
	{ "connections", 10000, { "decode", "FILE" } },
	{ "connections, crafted", 6000, { "check", "FILE" } },
	{ "leases that nobody offers", 3000, { "check", "FILE" } },
	{ "leases that nobody offers", 18000,
	    { "check", "FILE", "--format", "junit" } },
	{ "fragments", 4, { "check", "FILE" } },
	{ "lines of a key log", 20000, { "check", "NOTHING", "--keylog", "FILE" } },
	{ "envelopes of a text", 4000, { "check", "FILE" } },
	{ "start lines of a text", 4000, { "check", "FILE" } },
	{ "broken records of a log", 40000, { "check", "FILE" } },
	{ "broken documents of a log", 10000, { "check", "FILE" } },
	{ "records of a line", 20000, { "check", "FILE" } },
	{ "Bodies of an envelope", 40000, { "check", "FILE" } },
	{ "counts of a stream", 20000, { "check", "FILE" } },
	{ "a spilt option 43", 75, { "opt43", "explain", "--read", "FILE" } },
};

struct place {
	const char *program;
	char file[PATH_ROOM], nothing[PATH_ROOM + 8];
};

static const struct input *find_input(const char *name)
{
	const struct input *input = inputs;

	while (input->name && strcmp(input->name, name) != 0)
		input++;
	return input->name ? input : NULL;
}

static int measure(const struct place *place, const struct row *row, struct cost *ret)
{
	const char *argv[ARGS_MAX + 2] = { place->program };

	for (size_t i = 0; i < ARGS_MAX && row->args[i]; i++) {
		argv[i + 1] = row->args[i];
		if (strcmp(row->args[i], "FILE") == 0)
			argv[i + 1] = place->file;
		else if (strcmp(row->args[i], "NOTHING") == 0)
			argv[i + 1] = place->nothing;
	}
	return cost_of(argv, ret);
}

/* The slope of the line through the logarithms, of least squares. */
static double fit(const double sizes[SIZES], const double costs[SIZES])
{
	double x = 0, y = 0, xx = 0, xy = 0;

	for (size_t i = 0; i < SIZES; i++) {
		x += log(sizes[i]) / SIZES;
		y += log(costs[i]) / SIZES;
	}
	for (size_t i = 0; i < SIZES; i++) {
		xx += (log(sizes[i]) - x) * (log(sizes[i]) - x);
		xy += (log(sizes[i]) - x) * (log(costs[i]) - y);
	}
	return xy / xx;
}

/* The costs of the row's sizes, the lower ones of those before and now; -1 where one cannot
 * be measured. The smallest is run thrice: were its time too long by chance, the row would
 * pass with costs that grow too fast. */
static int measure_sizes(const struct place *place, const struct row *row,
    struct cost costs[SIZES])
{
	const struct input *input = find_input(row->input);
	size_t n = row->n;

	for (size_t i = 0; i < SIZES; i++, n *= FACTOR) {
		if (!input || input_save(input, n, place->file) < 0)
			return -1;
		for (int runs = i == 0 ? 3 : 1; runs > 0; runs--) {
			struct cost cost;

			if (measure(place, row, &cost) < 0)
				return -1;
			if (costs[i].work == 0 || cost.work < costs[i].work)
				costs[i] = cost;
		}
	}
	return 0;
}

static double exponent_of(const struct row *row, const struct cost costs[SIZES])
{
	double sizes[SIZES], works[SIZES], n = (double)row->n;

	for (size_t i = 0; i < SIZES; i++, n *= FACTOR) {
		sizes[i] = n;
		works[i] = (double)costs[i].work;
	}
	return fit(sizes, works);
}

/* Whether the row holds. What other programs of this machine add to a cost comes and goes, so
 * the row is measured again before it is said to fail; what the size adds stays. */
static bool try_row(const struct place *place, const struct row *row)
{
	struct cost costs[SIZES] = { 0 };
	double exponent = exponent_max + 1;
	size_t n = row->n;

	(void)printf("%-26s %-6s", row->input, row->args[0]);
	for (int i = 0; i < TRIES && exponent > exponent_max; i++) {
		if (measure_sizes(place, row, costs) < 0) {
			(void)printf(" not measured\n");
			return false;
		}
		exponent = exponent_of(row, costs);
	}
	for (size_t i = 0; i < SIZES; i++, n *= FACTOR)
		(void)printf(" %7zu %6.0f", n, (double)costs[i].work / 1e6);
	(void)printf(" %7.2f %7llu%s\n", exponent,
	    (unsigned long long)costs[SIZES - 1].kib / 1024,
	    exponent > exponent_max ? "  more than linear" : "");
	(void)fflush(stdout);
	return exponent <= exponent_max;
}

int main(int argc, char **argv)
{
	struct place place;
	bool ok = true;

	if (argc < 3)
		return 2;
	place.program = argv[1];
	(void)snprintf(place.file, sizeof(place.file), "%s/linear.%d", argv[2],
	    (int)getpid());
	(void)snprintf(place.nothing, sizeof(place.nothing), "%s.none", place.file);
	if (input_save(find_input("connections"), 0, place.nothing) < 0)
		return 2;
	(void)printf("%-26s %-6s %s millions of %s at three sizes, exponent, MiB\n",
	    "input", "verb", "", cost_unit());
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (argc < 4 || strcmp(argv[3], rows[i].input) == 0)
			ok &= try_row(&place, &rows[i]);
	}
	(void)unlink(place.file);
	(void)unlink(place.nothing);
	return ok ? 0 : 1;
}

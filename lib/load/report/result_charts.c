/* Charts as inline SVG: lines over the time of the run, and the histogram of sessions on a
 * logarithmic axis. Each is read without colour, too: lines are named at their ends. */
#include "lib/load/report/result_internal.h"

#include "lib/base/shown.h"
#include "lib/load/number.h"

#include <inttypes.h>
#include <stddef.h>

enum {
	WIDTH = 860,
	HEIGHT = 200,
	LEFT = 64,
	RIGHT = 110,
	TOP = 12,
	BOTTOM = 26,
	PLOT_WIDTH = WIDTH - LEFT - RIGHT,
	PLOT_HEIGHT = HEIGHT - TOP - BOTTOM,
	LINES_MAX = 5,
	NAME_HEIGHT = 13
};

struct line {
	const char *name;
	size_t offset; /* in struct series_point */
};

struct chart {
	const char *title;
	bool is_time;     /* microseconds, else numbers */
	bool is_a_second; /* counts of a point, shown a second */
	bool is_rare;     /* left out where its first line is 0 all the time */
	struct line lines[LINES_MAX];
};

#define LINE(name_, member)                                  \
	{                                                    \
		name_, offsetof(struct series_point, member) \
	}

static const struct chart charts[] = {
	{ .title = "Sessions a second",
	    .is_a_second = true,
	    .lines = { LINE("offered", offered), LINE("started", started),
		LINE("completed", completed), LINE("failed", failed),
		LINE("shed", shed) } },
	{ .title = "Latency of sessions, from the intended start",
	    .is_time = true,
	    .lines = { LINE("p50", p50_us), LINE("p99", p99_us),
		LINE("max", max_us) } },
	{ .title = "Sessions that are open, CPEs that wait to retry",
	    .lines = { LINE("open", open), LINE("waiting", states[SERIES_WAITING]) } },
	{ .title = "CPEs that run a new image, and those that are off",
	    .is_rare = true,
	    .lines = { LINE("updated", states[SERIES_UPDATED]),
		LINE("off", states[SERIES_OFF]) } },
	{ .title = "Ourselves: the latest start, the longest delay of the loop",
	    .is_time = true,
	    .lines = { LINE("late", late_us), LINE("lag", lag_us) } },
	{ .title = "Ourselves: CPU in thousandths of a core",
	    .lines = { LINE("cpu", cpu_permille) } },
};

static uint64_t value_of(const struct load_result *result, size_t i,
    const struct chart *chart, const struct line *line)
{
	const char *base = (const char *)&result->points[i];
	uint64_t value = *(const uint64_t *)(const void *)(base + line->offset);

	return chart->is_a_second ? value / result->point_seconds : value;
}

/* The next of 1, 2, 5, 10, 20 ... at or above value: what the axis ends at. */
static uint64_t round_up(uint64_t value)
{
	static const uint64_t steps[] = { 1, 2, 5 };

	for (uint64_t unit = 1; unit <= UINT64_MAX / 100; unit *= 10) {
		for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
			if (value <= unit * steps[i])
				return unit * steps[i];
		}
	}
	return UINT64_MAX;
}

static char *axis_text(uint64_t value, bool is_time, char *text)
{
	return is_time ? result_time(value, text) : number_thousands(value, text);
}

static double y_of(uint64_t value, uint64_t top)
{
	return TOP + PLOT_HEIGHT - (double)value / (double)top * PLOT_HEIGHT;
}

static double x_of(size_t i, size_t n)
{
	return LEFT + (n > 1 ? (double)i / (double)(n - 1) * PLOT_WIDTH : 0.0);
}

static void put_frame(struct buf *out, const char *title, uint64_t top, bool is_time)
{
	char text[RESULT_NUMBER_MAX];

	shown_printf(out,
	    "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"%s\">\n",
	    title, WIDTH, HEIGHT, title);
	for (unsigned i = 0; i <= 2; i++) {
		uint64_t value = i == 2 ? top : top / 2 * i;
		double y = y_of(value, top);

		shown_printf(out,
		    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
		    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
		    LEFT, LEFT + PLOT_WIDTH, y, y, LEFT - 6, y + 4,
		    axis_text(value, is_time, text));
	}
}

static void put_seconds_axis(struct buf *out, const struct load_result *result)
{
	for (unsigned i = 0; i <= 4; i++) {
		uint64_t at = (result->n_points - 1) * i / 4 * result->point_seconds;

		shown_printf(out,
		    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%" PRIu64
		    " s</text>\n",
		    LEFT + PLOT_WIDTH * (int)i / 4, HEIGHT - 8, at);
	}
}

/* Where a name at the end of a line is written: at its height, or above those names that stand
 * there already, or below all where there is no room above. */
static double place_name(double y, double *taken, size_t *n)
{
	double lowest = y;

	for (size_t i = 0; i < *n; i++) {
		lowest = MAX(lowest, taken[i]);
		if (y - taken[i] > -NAME_HEIGHT && y - taken[i] < NAME_HEIGHT) {
			y = taken[i] - NAME_HEIGHT;
			i = (size_t)-1;
		}
		if (y < TOP) {
			y = lowest + NAME_HEIGHT;
			break;
		}
	}
	taken[(*n)++] = y;
	return y;
}

static void put_lines(struct buf *out, const struct load_result *result,
    const struct chart *chart, uint64_t top)
{
	size_t n = result->n_points, n_taken = 0;
	double taken[LINES_MAX];

	for (size_t l = 0; l < LINES_MAX && chart->lines[l].name; l++) {
		const struct line *line = &chart->lines[l];
		double y = y_of(value_of(result, n - 1, chart, line), top) + 4;

		shown_printf(out, "<polyline class=\"l%zu\" points=\"", l);
		for (size_t i = 0; i < n; i++)
			shown_printf(out, "%.1f,%.1f ", x_of(i, n),
			    y_of(value_of(result, i, chart, line), top));
		shown_printf(out,
		    "\"/><text class=\"t%zu\" x=\"%d\" y=\"%.1f\">%s</text>\n", l,
		    LEFT + PLOT_WIDTH + 14, place_name(y, taken, &n_taken), line->name);
	}
}

static void put_chart(struct buf *out, const struct load_result *result,
    const struct chart *chart)
{
	uint64_t top = 1;

	for (size_t l = 0; l < LINES_MAX && chart->lines[l].name; l++) {
		for (size_t i = 0; i < result->n_points; i++)
			top = MAX(top, value_of(result, i, chart, &chart->lines[l]));
	}
	top = round_up(top);
	put_frame(out, chart->title, top, chart->is_time);
	put_seconds_axis(out, result);
	put_lines(out, result, chart, top);
	buf_append_text(out, "</svg></figure>\n");
}

static void put_bar(struct buf *out, const struct load_result *result, size_t i,
    uint64_t top)
{
	double width = (double)PLOT_WIDTH / (double)result->n_bars;
	const struct result_bar *bar = &result->bars[i];
	double x = LEFT + width * (double)i;
	char low[RESULT_NUMBER_MAX], high[RESULT_NUMBER_MAX];

	shown_printf(out,
	    "<g><title>%s to %s: %" PRIu64 " from the intended start, %" PRIu64
	    " from their own</title>"
	    "<rect class=\"b0\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
	    "<rect class=\"b1\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
	    "</g>\n",
	    result_time(bar->low_us, low), result_time(bar->high_us, high),
	    bar->latency, bar->service, x + 1, y_of(bar->latency, top), width / 2 - 1,
	    TOP + PLOT_HEIGHT - y_of(bar->latency, top), x + width / 2,
	    y_of(bar->service, top), width / 2 - 1,
	    TOP + PLOT_HEIGHT - y_of(bar->service, top));
}

static void put_histogram(struct buf *out, const struct load_result *result)
{
	char text[RESULT_NUMBER_MAX];
	uint64_t top = 1;

	for (size_t i = 0; i < result->n_bars; i++)
		top = MAX(top, MAX(result->bars[i].latency, result->bars[i].service));
	top = round_up(top);
	put_frame(out, "Sessions by how long they took (logarithmic)", top, false);
	for (size_t i = 0; i < result->n_bars; i++)
		put_bar(out, result, i, top);
	for (size_t i = 0; i < result->n_bars; i += 8)
		shown_printf(out, "<text x=\"%.1f\" y=\"%d\">%s</text>\n",
		    LEFT + (double)PLOT_WIDTH * (double)i / (double)result->n_bars,
		    HEIGHT - 8, result_time(result->bars[i].low_us, text));
	shown_printf(out,
	    "<text class=\"t0\" x=\"%d\" y=\"%d\">intended start</text>"
	    "<text class=\"t1\" x=\"%d\" y=\"%d\">its own start</text>\n",
	    LEFT + PLOT_WIDTH + 6, TOP + 12, LEFT + PLOT_WIDTH + 6, TOP + 28);
	buf_append_text(out, "</svg></figure>\n");
}

static bool is_wanted(const struct load_result *result, const struct chart *chart)
{
	for (size_t i = 0; i < result->n_points && chart->is_rare; i++) {
		if (value_of(result, i, chart, &chart->lines[0]) > 0)
			return true;
	}
	return !chart->is_rare;
}

void result_put_charts(struct buf *out, const struct load_result *result)
{
	if (result->n_bars > 0)
		put_histogram(out, result);
	if (result->n_points == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(charts); i++) {
		if (is_wanted(result, &charts[i]))
			put_chart(out, result, &charts[i]);
	}
}

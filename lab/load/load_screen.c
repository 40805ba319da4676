#include "lab/load/load_screen.h"

#include "lib/base/cut.h"
#include "lib/base/shown.h"
#include "lib/base/utf8.h"
#include "lib/load/number.h"

#include <inttypes.h>
#include <stdarg.h>

struct load_view load_view_of(const struct load *load, const char *acs)
{
	const struct series *series = load_series(load);
	struct load_view view = {
		.acs = acs,
		.cpes = load_cpes(load),
		.state = load_state(load),
		.took = load_took(load),
		.rate = load_rate_wanted(load),
		.scale = load_scale_of(load),
		.is_halted = load_is_halted(load),
		.tally = load_tally(load),
		.own = load_own(load),
	};

	if (series->len > 0)
		view.now = series->points[series->len - 1];
	return view;
}

/* ---- lines --------------------------------------------------------------------------------- */

enum {
	LINE_MAX_BYTES = 1024
};

struct page {
	struct load_line *lines;
	unsigned width, height, n;
};

/* Text that is longer than the screen is wide is cut: a terminal would break the line. */
static void add(struct page *page, enum load_style style, struct str text)
{
	struct load_line *line = &page->lines[page->n];
	size_t columns = 0, len = 0;

	if (page->n + 1 >= page->height)
		return;
	while (len < text.len && columns < page->width) {
		len += MAX(utf8_char(str_from(text, len)), (size_t)1);
		columns++;
	}
	buf_append_str(&line->text, str_make(text.p, MIN(len, text.len)));
	line->style = style;
	page->n++;
}

static void addf(struct page *page, enum load_style style, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

static void addf(struct page *page, enum load_style style, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(text, sizeof(text), fmt, args);
	va_end(args);
	add(page, style, str_of(text));
}

static const char *state_words(const struct load_view *view)
{
	return view->is_halted ? "halted" : load_state_name(view->state);
}

static void put_title(struct page *page, const struct load_view *view)
{
	char cpes[RESULT_NUMBER_MAX];
	auto_buf rate = BUF_NULL, acs = BUF_NULL;

	shown_printf(&acs, "%s", view->acs);
	if (view->rate > 0)
		buf_printf(&rate, "  rate %.1f/s", view->rate);
	if (view->scale != 1)
		buf_printf(&rate, " (x%.2f)", view->scale);
	addf(page, LOAD_STYLE_TITLE, " load %s  %s CPEs  %s %lld s%s", buf_cstr(&acs),
	    number_thousands(view->cpes, cpes), state_words(view),
	    (long long)(view->took / NS_PER_S), buf_cstr(&rate));
}

static void put_states(struct page *page, const struct load_view *view)
{
	auto_buf text = BUF_NULL;
	char number[RESULT_NUMBER_MAX];

	buf_append_text(&text, " CPEs");
	for (unsigned i = 0; i < SERIES_STATES; i++) {
		if (view->now.states[i] > 0)
			buf_printf(&text, "  %s %s",
			    series_state_name((enum series_state)i),
			    number_thousands(view->now.states[i], number));
	}
	add(page, LOAD_STYLE_PLAIN, buf_str(&text));
}

static void put_count(struct page *page, const char *name, uint64_t now, uint64_t all,
    bool is_bad)
{
	char a[RESULT_NUMBER_MAX], b[RESULT_NUMBER_MAX];

	addf(page, is_bad && all > 0 ? LOAD_STYLE_BAD : LOAD_STYLE_PLAIN,
	    " %-12s %12s %14s", name, number_thousands(now, a),
	    number_thousands(all, b));
}

static void put_counts(struct page *page, const struct load_view *view)
{
	const struct tally *tally = view->tally;
	const struct series_point *now = &view->now;
	char open[RESULT_NUMBER_MAX];

	addf(page, LOAD_STYLE_HEADING, " %-12s %12s %14s", "sessions", "last second",
	    "in all");
	put_count(page, "offered", now->offered, tally->offered, false);
	put_count(page, "started", now->started, tally->started, false);
	put_count(page, "completed", now->completed, tally->completed, false);
	put_count(page, "failed", now->failed, tally->failed, true);
	put_count(page, "shed", now->shed, tally->shed, true);
	addf(page, LOAD_STYLE_PLAIN, " %-12s %12s", "open",
	    number_thousands(now->open, open));
}

/* ---- steps --------------------------------------------------------------------------------- */

static uint64_t times_of(const struct tally_phase *phase)
{
	return phase->steps[TALLY_EXPECTED] + phase->steps[TALLY_UNEXPECTED] +
	       phase->steps[TALLY_TIMED_OUT];
}

static void put_step(struct page *page, const char *name,
    const struct tally_phase *phase)
{
	char p50[RESULT_NUMBER_MAX], p90[RESULT_NUMBER_MAX], p99[RESULT_NUMBER_MAX];
	char most[RESULT_NUMBER_MAX];
	const struct hist *hist = &phase->latency;
	bool is_bad = phase->steps[TALLY_UNEXPECTED] + phase->steps[TALLY_TIMED_OUT];

	addf(page, is_bad ? LOAD_STYLE_BAD : LOAD_STYLE_PLAIN,
	    " %-22s %10" PRIu64 " %10" PRIu64 " %9" PRIu64 " %8s %8s %8s %8s", name,
	    phase->steps[TALLY_EXPECTED], phase->steps[TALLY_UNEXPECTED],
	    phase->steps[TALLY_TIMED_OUT], result_time(hist_percentile(hist, 50), p50),
	    result_time(hist_percentile(hist, 90), p90),
	    result_time(hist_percentile(hist, 99), p99),
	    result_time(hist->max_us, most));
}

static void put_steps(struct page *page, const struct load_view *view)
{
	addf(page, LOAD_STYLE_HEADING, " %-22s %10s %10s %9s %8s %8s %8s %8s",
	    "step, from intended", "expected", "unexpected", "timed out", "p50", "p90",
	    "p99", "max");
	for (unsigned i = 0; i < TALLY_PHASES && page->n + 4 < page->height; i++) {
		const struct tally_phase *phase = &view->tally->phases[i];

		if (times_of(phase) > 0 || phase->latency.total > 0)
			put_step(page, tally_phase_name(i), phase);
	}
}

/* The most frequent first; null behind the last. */
static const struct tally_failure *next_failure(const struct tally *tally,
    const struct tally_failure *last)
{
	const struct tally_failure *next = NULL;

	for (size_t i = 0; i < tally->n_failures; i++) {
		const struct tally_failure *at = &tally->failures[i];
		bool is_behind = !last || at->count < last->count ||
				 (at->count == last->count && at > last);

		if (is_behind && (!next || at->count > next->count))
			next = at;
	}
	return next;
}

static void put_failures(struct page *page, const struct load_view *view)
{
	const struct tally_failure *at = next_failure(view->tally, NULL);

	if (!at || page->n + 4 >= page->height)
		return;
	add(page, LOAD_STYLE_HEADING, STR(" failures"));
	for (; at && page->n + 3 < page->height; at = next_failure(view->tally, at)) {
		auto_buf reason = BUF_NULL;

		shown_printf(&reason, "%s", at->reason);
		addf(page, LOAD_STYLE_BAD, " %10" PRIu64 "  %-5s %s", at->count,
		    tally_layer_name(at->layer), buf_cstr(&reason));
	}
}

static void put_own(struct page *page, const struct load_view *view)
{
	char late[RESULT_NUMBER_MAX], lag[RESULT_NUMBER_MAX];

	addf(page, LOAD_STYLE_PLAIN,
	    " ourselves: CPU %" PRIu64 " %%  %" PRIu64
	    " MB  starts late %s  loop late %s",
	    view->now.cpu_permille / 10, view->now.memory_kb / 1024,
	    result_time(view->now.late_us, late), result_time(view->now.lag_us, lag));
}

static void put_help(struct page *page)
{
	static const char *const rows[] = {
		" + -   the rate a tenth higher, lower",
		" * /   double the rate, halve it",
		" p     halt, and go on: nothing begins meanwhile",
		" d     drain: begin nothing any more, wait for what is open, report",
		" q     the same; pressed again: end at once, and report",
		" ?     these keys, and back",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add(page, LOAD_STYLE_PLAIN, str_of(rows[i]));
}

static void put_keys(struct page *page)
{
	struct load_line *line = &page->lines[page->height - 1];
	struct page last = { line, page->width, 2, 0 };

	while (page->n + 1 < page->height)
		add(page, LOAD_STYLE_PLAIN, STR(""));
	add(&last, LOAD_STYLE_TITLE,
	    STR(" + - * / rate  p halt  d drain  q quit  ? keys"));
}

void load_screen_draw(struct load_line *lines, unsigned width, unsigned height,
    const struct load_view *view, bool shows_help)
{
	struct page page = { lines, width, height, 0 };

	for (unsigned i = 0; i < height; i++) {
		buf_reset(&lines[i].text);
		lines[i].style = LOAD_STYLE_PLAIN;
	}
	if (height < 2)
		return;
	put_title(&page, view);
	if (shows_help) {
		put_help(&page);
	} else {
		put_states(&page, view);
		put_own(&page, view);
		put_counts(&page, view);
		put_steps(&page, view);
		put_failures(&page, view);
	}
	put_keys(&page);
}

void load_screen_free(struct load_line *lines, unsigned height)
{
	for (unsigned i = 0; i < height; i++)
		buf_free(&lines[i].text);
}

/* ---- keys ---------------------------------------------------------------------------------- */

void load_screen_key(struct load_keys *keys, struct load *load, int key)
{
	double scale = load_scale_of(load);

	switch (key) {
	case '+':
		load_scale(load, scale * 1.1);
		return;
	case '-':
		load_scale(load, scale / 1.1);
		return;
	case '*':
		load_scale(load, scale * 2);
		return;
	case '/':
		load_scale(load, scale / 2);
		return;
	case 'p':
		load_halt(load, !load_is_halted(load));
		return;
	case '?':
		keys->shows_help = !keys->shows_help;
		return;
	case 'd':
		if (load_state(load) == LOAD_RUNNING)
			load_stop(load, "drained by a key");
		return;
	case 'q':
		load_stop(load, "ended by a key");
		return;
	}
}

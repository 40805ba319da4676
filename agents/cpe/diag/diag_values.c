/* Reads what a diagnostic goes by, and writes what it has found. */
#include "agents/cpe/diag/diag_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <inttypes.h>

void diag_results_free(struct diag_results *results)
{
	free(results->answers);
	*results = (struct diag_results){ .answers = NULL };
}

/* ---- what was requested ------------------------------------------------------------- */

bool diag_find_requested(const struct model_values *values, struct model_at *ret_object)
{
	const struct model *model = values->model;

	for (size_t i = 0; i < model->n_states; i++) {
		struct model_walk walk = model_walk_same(values, model->states[i]);
		struct model_at at;

		while (model_walk_next(&walk, &at)) {
			if (strcmp(model_values_source(values, &at).value,
				"Requested") != 0)
				continue;
			*ret_object = model_at_parent(model, &at);
			return true;
		}
	}
	return false;
}

void diag_forget(struct model_values *values)
{
	struct model_at object, state;

	while (diag_find_requested(values, &object)) {
		/* Without memory it is found again after the next boot. */
		if (!diag_state_of(values->model, &object, &state) ||
		    model_values_change(values, &state, STR("None")) < 0)
			break;
	}
}

static uint64_t read_number(const struct diag_argument *argument, struct str text)
{
	uint64_t n = argument->standard;

	(void)str_to_u64(text, UINT64_MAX, &n);
	n = MAX(n, argument->least);
	return MIN(n, argument->most);
}

enum diag_kind diag_read(const struct model_values *values,
    const struct model_at *object, struct diag_args *ret)
{
	enum diag_kind kind = diag_kind_of(values->model, object);

	*ret = (struct diag_args){ .host = STR("") };
	if (kind == DIAG_UNKNOWN)
		return kind;
	for (const struct diag_argument *argument = diag_kinds[kind].arguments;
	     argument->name; argument++) {
		void *field = (char *)ret + argument->offset;
		struct str text = STR("");
		struct model_at at;

		if (diag_child_of(values->model, object, argument->name, &at))
			text = str_of(model_values_source(values, &at).value);
		if (argument->is_text)
			*(struct str *)field = text;
		else
			*(uint64_t *)field = read_number(argument, text);
	}
	return kind;
}

/* ---- results as text ---------------------------------------------------------------- */

static uint64_t round_up(clock_ns time, clock_ns unit)
{
	return (uint64_t)((MAX(time, 0) + unit - 1) / unit);
}

/* HopRTTimes has room for 16 characters (TR-098): four digits each. */
static void put_times(struct buf *out, const struct diag_hop *hop)
{
	for (uint32_t i = 0; i < hop->n_tries; i++)
		buf_printf(out, "%s%" PRIu64, i ? "," : "",
		    MIN(round_up(hop->times[i], NS_PER_MS), (uint64_t)9999));
}

static void put_address(struct buf *out, uint32_t address)
{
	char text[IPV4_TEXT_MAX];

	if (address)
		buf_append_text(out, ipv4_text(address, text));
}

static void put_addresses(struct buf *out, const struct diag_answer *answer)
{
	for (uint32_t i = 0; i < answer->n_addresses; i++) {
		buf_append_text(out, i ? "," : "");
		put_address(out, answer->addresses[i]);
	}
}

static void put_time(struct buf *out, clock_ns wall)
{
	char text[CLOCK_ISO8601_MAX];

	buf_append_text(out,
	    wall ? clock_iso8601(wall, 6, text) : "0001-01-01T00:00:00Z");
}

static void put_result(struct buf *out, const struct diag_result *result,
    const void *values)
{
	const void *field = (const char *)values + result->offset;

	switch (result->format) {
	case DIAG_COUNT:
		buf_printf(out, "%" PRIu64, *(const uint64_t *)field);
		break;
	case DIAG_MS:
		buf_printf(out, "%" PRIu64,
		    round_up(*(const clock_ns *)field, NS_PER_MS));
		break;
	case DIAG_US:
		buf_printf(out, "%" PRIu64,
		    round_up(*(const clock_ns *)field, NS_PER_US));
		break;
	case DIAG_TIME:
		put_time(out, *(const clock_ns *)field);
		break;
	case DIAG_ADDRESS:
		put_address(out, *(const uint32_t *)field);
		break;
	case DIAG_TEXT:
		buf_append_text(out, field);
		break;
	case DIAG_TIMES:
		put_times(out, values);
		break;
	case DIAG_ADDRESSES:
		put_addresses(out, values);
		break;
	}
}

/* ---- writing ------------------------------------------------------------------------ */

static int write_all(struct model_values *values, const struct model_at *object,
    const struct diag_result *rows, const void *from)
{
	int r = 0;

	for (; rows->name && r == 0; rows++) {
		auto_buf text = BUF_NULL;
		struct model_at at;

		if (!diag_child_of(values->model, object, rows->name, &at))
			continue;
		put_result(&text, rows, from);
		(void)buf_cstr(&text);
		r = text.error ? text.error
			       : model_values_change(values, &at, buf_str(&text));
	}
	return r;
}

/* Its rows are numbered from 1 each time it is run, as its hops and repetitions are. */
static int write_rows(struct model_values *values, const struct model_at *object,
    const struct diag_kind_row *kind, const void *rows, size_t size, uint32_t n)
{
	struct model_at table, instance;
	int r;

	if (!kind->table || !diag_child_of(values->model, object, kind->table, &table))
		return 0;
	r = model_values_clear(values, &table);
	for (uint32_t i = 0; i < n && r == 0; i++) {
		instance = table;
		instance.name = values->model->names[table.name].rows;
		r = model_values_add(values, &table, &instance.index[instance.n]);
		instance.n++;
		if (r == 0)
			r = write_all(values, &instance, kind->row_results,
			    (const char *)rows + i * size);
	}
	/* The table of a model may have room for less. */
	return r == ERR_LIMIT ? 0 : r;
}

static bool takes(const struct model_values *values, const struct model_at *state,
    const char *text)
{
	return text && model_check_value(values->model->names[state->name].param,
			   str_of(text)) == 0;
}

static const char *state_for(const struct model_values *values,
    const struct model_at *state, enum diag_outcome outcome)
{
	static const char *const outcomes[][2] = {
#define XX(symbol, text, instead) { text, instead },
		DIAG_OUTCOME_MAP(XX)
#undef XX
	};
	static const char *const general[] = { "Error_Other", "Error_Internal", "Error",
		"Error_MaxHopCountExceeded", "Error_TransferFailed",
		"Error_NoTransferComplete" };

	for (size_t i = 0; i < ARRAY_LEN(outcomes[outcome]); i++) {
		if (takes(values, state, outcomes[outcome][i]))
			return outcomes[outcome][i];
	}
	for (size_t i = 0; i < ARRAY_LEN(general); i++) {
		if (takes(values, state, general[i]))
			return general[i];
	}
	return "None";
}

static int write_found(struct model_values *values, const struct model_at *object,
    const struct diag_results *results)
{
	enum diag_kind kind = diag_kind_of(values->model, object);
	int r;

	if (kind == DIAG_UNKNOWN)
		return 0;
	r = write_all(values, object, diag_kinds[kind].results, results);
	if (r == 0 && kind == DIAG_TRACE)
		r = write_rows(values, object, &diag_kinds[kind], results->hops,
		    sizeof(*results->hops), results->n_hops);
	if (r == 0 && kind == DIAG_LOOKUP)
		r = write_rows(values, object, &diag_kinds[kind], results->answers,
		    sizeof(*results->answers), results->n_answers);
	return r;
}

int diag_write(struct model_values *values, const struct model_at *object,
    const struct diag_results *results, char state[DIAG_STATE_MAX])
{
	struct model_at at;
	int r = write_found(values, object, results);
	enum diag_outcome outcome = r < 0 ? DIAG_INTERNAL : results->outcome;
	int written;

	state[0] = '\0';
	if (!diag_state_of(values->model, object, &at))
		return r;
	(void)snprintf(state, DIAG_STATE_MAX, "%s", state_for(values, &at, outcome));
	written = model_values_change(values, &at, str_of(state));
	return r < 0 ? r : written;
}

/* Download- and UploadDiagnostics: one file over HTTP, with the times of its bytes. HTTP
 * authentication is not used, nor is a second connection for the rest of a file (TR-143). */
#include "agents/cpe/probe/probe_internal.h"

#include "agents/cpe/place/if_counter.h"
#include "lib/base/compiler.h"

enum {
	FILE_S_MAX = 3600 /* for the whole of it, however slowly it goes on */
};

static void on_fresh(void *user)
{
	(void)user;
}

static void on_take(void *user, struct str bytes)
{
	(void)user;
	(void)bytes;
}

static void sample(const struct probe *probe, uint64_t *in, uint64_t *out)
{
	*in = if_counter_read(probe->config.place, IF_RX_BYTES);
	*out = if_counter_read(probe->config.place, IF_TX_BYTES);
}

static bool is_upload(const struct probe *probe)
{
	return probe->config.kind == DIAG_UPLOAD;
}

static void on_begun(void *user)
{
	struct probe *probe = user;

	if (!is_upload(probe))
		sample(probe, &probe->as.file.in_before, &probe->as.file.out_before);
}

static void on_waits(void *user)
{
	probe_waits(user);
}

/* ---- the end ------------------------------------------------------------------------ */

static enum diag_outcome outcome_of(const struct transfer_result *result)
{
	if (result->fault == 0)
		return DIAG_COMPLETE;
	if (result->fault == 9020)
		return DIAG_TOO_LATE;
	if (result->status == 401)
		return DIAG_LOGIN;
	switch (result->stage) {
	case TRANSFER_NAMING:
		return DIAG_NO_NAME;
	case TRANSFER_CONNECTING:
		return DIAG_NO_CONNECTION;
	case TRANSFER_ASKING:
		return DIAG_NO_RESPONSE;
	case TRANSFER_COMING:
		break;
	}
	return result->is_silent ? DIAG_TOO_LATE : DIAG_NOT_WHOLE;
}

/* The interface has counted what came before the first bytes were read, too: never less than what
 * the transfer itself has seen. */
static void count(struct probe *probe, const struct transfer_marks *marks)
{
	struct diag_results *results = &probe->results;
	uint64_t in, out;

	sample(probe, &in, &out);
	in -= MIN(in, probe->as.file.in_before);
	out -= MIN(out, probe->as.file.out_before);
	results->n_in = MAX(in, is_upload(probe) ? 0 : marks->n_in);
	results->n_out = MAX(out, is_upload(probe) ? marks->n_out : 0);
	results->n_test_bytes = is_upload(probe) ? marks->n_out : marks->n_in;
}

static void on_ended(void *user, const struct transfer_result *result)
{
	struct probe *probe = user;
	const struct transfer_marks *marks = result->marks;
	struct diag_results *results = &probe->results;

	if (probe->has_ended)
		return;
	results->outcome = outcome_of(result);
	results->opening = marks->opening;
	results->opened = marks->opened;
	results->asked = marks->asked;
	results->begun = is_upload(probe) ? marks->sending : marks->first;
	results->ended = marks->last;
	if (results->begun)
		count(probe, marks);
	probe_end(probe);
}

static void on_gone(void *user)
{
	probe_release(user);
}

static const struct transfer_handlers handlers = {
	.fresh = on_fresh,
	.take = on_take,
	.begun = on_begun,
	.waits = on_waits,
	.ended = on_ended,
	.gone = on_gone,
};

/* ---- the beginning ------------------------------------------------------------------ */

static void begin(struct probe *probe, uint32_t address)
{
	const struct transfer_config config = {
		.loop = probe->config.loop,
		.place = probe->config.place,
		.tls = probe->config.tls,
		.lease = probe->config.lease,
		.is_upload = is_upload(probe),
		.url = str_of(probe->host),
		.username = STR(""),
		.password = STR(""),
		.body = STR(""),
		.n_zeroes = probe->config.args.length,
		.max_bytes = DIAG_FILE_MAX,
		.is_measured = true,
		.dscp = (uint8_t)probe->config.args.dscp,
		.wait_timeout = probe->config.wait_timeout,
		.deadline = clock_monotonic() + FILE_S_MAX * NS_PER_S,
	};

	(void)address;
	if (str_starts(str_of(probe->host), STR("ftp:"))) {
		probe_fail(probe, DIAG_NO_MODE);
		return;
	}
	if (is_upload(probe))
		sample(probe, &probe->as.file.in_before, &probe->as.file.out_before);
	probe->n_open++;
	if (transfer_start(&probe->as.file.transfer, &config, &handlers, probe) < 0) {
		probe->n_open--;
		probe_fail(probe, DIAG_INTERNAL);
	}
}

static void tick(struct probe *probe, clock_ns now)
{
	if (probe->as.file.transfer)
		transfer_timeout(probe->as.file.transfer, now);
}

static clock_ns due(const struct probe *probe)
{
	return probe->as.file.transfer ? transfer_due(probe->as.file.transfer)
				       : INT64_MAX;
}

static void let_go(struct probe *probe)
{
	if (probe->as.file.transfer)
		transfer_cancel(probe->as.file.transfer);
}

const struct probe_runner probe_download = {
	.begin = begin,
	.tick = tick,
	.due = due,
	.let_go = let_go,
};

const struct probe_runner probe_upload = {
	.begin = begin,
	.tick = tick,
	.due = due,
	.let_go = let_go,
};

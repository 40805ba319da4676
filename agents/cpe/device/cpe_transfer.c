#include "agents/cpe/device/cpe_transfer.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/transfer/image.h"
#include "agents/cpe/transfer/package.h"
#include "agents/cpe/transfer/transfer.h"
#include "agents/cpe/units/unit.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <errno.h>

#define SETTINGS_HEAD "cwmplab settings 1\n"

enum {
	SETTINGS_BYTES_MAX = 4 << 20 /* of a configuration file */
};

enum receipt_kind {
	RECEIPT_ANY, /* bytes that are counted and no more */
	RECEIPT_IMAGE,
	RECEIPT_SETTINGS,
	RECEIPT_UNIT,
	RECEIPT_SENT, /* an upload */
};

struct cpe_receipt {     /* what comes of a transfer under way */
	struct cpe *cpe; /* null: it was given up */
	struct transfer *transfer;
	enum receipt_kind kind;
	uint32_t expected_bytes; /* FileSize; 0: not known */
	struct image image;
	struct package package;
	struct buf text;
	struct error err; /* what is wrong with the text */
};

static void on_fresh(void *user)
{
	struct cpe_receipt *receipt = user;

	if (receipt->kind == RECEIPT_IMAGE)
		image_start(&receipt->image);
	if (receipt->kind == RECEIPT_UNIT)
		package_start(&receipt->package);
	buf_reset(&receipt->text);
}

static void on_take(void *user, struct str bytes)
{
	struct cpe_receipt *receipt = user;

	if (receipt->kind == RECEIPT_IMAGE)
		labelled_add(&receipt->image.file, bytes);
	else if (receipt->kind == RECEIPT_UNIT)
		labelled_add(&receipt->package.file, bytes);
	else if (receipt->kind == RECEIPT_SETTINGS)
		buf_append_str(&receipt->text, bytes);
}

static void on_waits(void *user)
{
	const struct cpe_receipt *receipt = user;

	if (receipt->cpe)
		receipt->cpe->fleet->edges->arm(receipt->cpe);
}

/* ---- the end ------------------------------------------------------------------------ */

static void fail(struct cpe_file *file, uint32_t fault, const char *why)
{
	if (file->fault != 0)
		return;
	file->fault = fault;
	file->why = why;
}

static void check_image(struct cpe_receipt *receipt, struct cpe_file *file)
{
	const struct cpe *cpe = receipt->cpe;
	const struct model *model = cpe->fleet->model;
	const struct model_param *param = model->lives[MODEL_SOFTWARE_VERSION];
	const struct image_rules rules = {
		.model = model->name,
		.version = cpe->software_version ? cpe->software_version
			   : param               ? param->value
						 : "",
		.takes_older = model->conduct.transfers.takes_older,
		.signer = model->conduct.transfers.signer,
	};

	if (file->fault == 0 && image_finish(&receipt->image, &rules) != 0)
		fail(file, receipt->image.file.fault, receipt->image.file.why);
	file->version = receipt->image.version;
}

/* What is no file of ours is one of the vendor: commands for the console. */
static void check_commands(struct cpe_receipt *receipt, struct cpe_file *file)
{
	struct cpe *cpe = receipt->cpe;
	const struct cpe_console *console = cpe->fleet->console;
	uint32_t fault;

	if (file->fault != 0)
		return;
	if (!console) {
		fail(file, 9018, "the file has no settings of a CPE");
		return;
	}
	fault =
	    console->check(console->user, cpe, buf_str(&receipt->text), &receipt->err);
	file->has_commands = fault == 0;
	if (fault != 0)
		fail(file, fault, receipt->err.text);
}

static void check_settings(struct cpe_receipt *receipt, struct cpe_file *file)
{
	struct str text = buf_str(&receipt->text);

	if (receipt->text.error)
		fail(file, 9018, "the file is too long for a configuration");
	else if (!str_starts(text, STR(SETTINGS_HEAD)))
		check_commands(receipt, file);
	else
		file->settings = str_make(text.p + strlen(SETTINGS_HEAD),
		    text.len - strlen(SETTINGS_HEAD));
}

static void check_unit(struct cpe_receipt *receipt, struct cpe_file *file)
{
	struct package *package = &receipt->package;

	if (file->fault == 0 && package_finish(package) != 0)
		fail(file, package->file.fault, package->file.why);
	if (file->fault == 0)
		file->package = package;
}

static void check(struct cpe_receipt *receipt, const struct transfer_result *result,
    struct cpe_file *file)
{
	if (result->fault == 0 && receipt->expected_bytes > 0 &&
	    receipt->kind != RECEIPT_SENT && result->n_bytes != receipt->expected_bytes)
		fail(file, 9018, "the file has another size than FileSize said");
	switch (receipt->kind) {
	case RECEIPT_IMAGE:
		check_image(receipt, file);
		break;
	case RECEIPT_SETTINGS:
		check_settings(receipt, file);
		break;
	case RECEIPT_UNIT:
		check_unit(receipt, file);
		break;
	case RECEIPT_ANY:
	case RECEIPT_SENT:
		break;
	}
}

static void on_ended(void *user, const struct transfer_result *result)
{
	struct cpe_receipt *receipt = user;
	struct cpe *cpe = receipt->cpe;
	struct cpe_file file = { .fault = result->fault, .why = result->why };

	if (!cpe)
		return;
	check(receipt, result, &file);
	cpe->receipt = NULL;
	receipt->cpe = NULL;
	cpe_transferred(cpe, &file);
	cpe_consider(cpe);
}

static void on_gone(void *user)
{
	struct cpe_receipt *receipt = user;

	image_free(&receipt->image);
	package_free(&receipt->package);
	buf_free(&receipt->text);
	free(receipt);
}

static const struct transfer_handlers transfer_handlers = {
	.fresh = on_fresh,
	.take = on_take,
	.waits = on_waits,
	.ended = on_ended,
	.gone = on_gone,
};

/* ---- the beginning ------------------------------------------------------------------ */

static enum receipt_kind kind_of(const struct job *job)
{
	if (!job_is_download(job))
		return RECEIPT_SENT;
	if (job_is_change(job))
		return RECEIPT_UNIT;
	if (job->is_upgrade)
		return RECEIPT_IMAGE;
	return str_starts(job_text(job, JOB_FILE_TYPE), STR("3 ")) ? RECEIPT_SETTINGS
								   : RECEIPT_ANY;
}

static bool is_log(const struct job *job)
{
	return str_find(job_text(job, JOB_FILE_TYPE), STR("Log"), NULL);
}

static void write_log(const struct cpe *cpe, struct buf *out)
{
	const struct cpe_edges *edges = cpe->fleet->edges;
	clock_ns now = edges->wall();
	char text[CLOCK_ISO8601_MAX];

	buf_printf(out, "%s %s: up\n",
	    clock_iso8601(now - edges->monotonic() + cpe->booted_at, 0, text),
	    cpe->serial);
	buf_printf(out, "%s %s: uploads its log\n", clock_iso8601(now, 0, text),
	    cpe->serial);
}

static int write_upload(struct cpe *cpe, const struct job *job, struct buf *out)
{
	const struct cpe_console *console = cpe->fleet->console;

	if (job_is_download(job))
		return 0;
	if (is_log(job)) {
		write_log(cpe, out);
		if (console)
			console->put_log(console->user, cpe, out);
		return out->error;
	}
	if (console) {
		console->put(console->user, cpe, out);
		return out->error;
	}
	buf_append_text(out, SETTINGS_HEAD);
	return model_values_save(&cpe->values, out);
}

/* What is fetched of a change is the file of its operation. */
static void take_operation(const struct cpe *cpe, const struct job_operation *operation,
    struct transfer_config *config)
{
	config->url = unit_url(&cpe->values, operation);
	config->username = job_operation_text(operation, JOB_OF_USERNAME);
	config->password = job_operation_text(operation, JOB_OF_PASSWORD);
}

int cpe_transfer_start(struct cpe *cpe, const struct job *job)
{
	struct cpe_receipt *receipt = calloc(1, sizeof(*receipt));
	const struct cpe_edges *edges = cpe->fleet->edges;
	clock_ns deadline = job_deadline(job);
	auto_buf body = BUF_NULL;
	struct transfer_config config = {
		.loop = cpe->fleet->loop,
		.place = cpe->place,
		.tls = cpe->fleet->tls,
		.lease = cpe->lease,
		.is_upload = !job_is_download(job),
		.url = job_text(job, JOB_URL),
		.username = job_text(job, JOB_USERNAME),
		.password = job_text(job, JOB_PASSWORD),
		.max_bytes = cpe->fleet->model->conduct.transfers.max_size,
		.sends_basic_over_http = cpe->fleet->model->sends_basic_over_http,
		.wait_timeout = cpe->fleet->config->wait_timeout,
		.deadline = INT64_MAX,
	};

	if (!receipt)
		return -ENOMEM;
	if (job_is_change(job))
		take_operation(cpe, job_next_operation(job), &config);
	if (deadline != INT64_MAX)
		config.deadline = edges->monotonic() + deadline - edges->wall();
	receipt->cpe = cpe;
	cpe->is_uploading = config.is_upload;
	receipt->kind = kind_of(job);
	receipt->expected_bytes = job->file_size;
	receipt->text = (struct buf)BUF_MAX(SETTINGS_BYTES_MAX);
	if (receipt->kind == RECEIPT_SETTINGS)
		config.max_bytes = MIN(config.max_bytes, SETTINGS_BYTES_MAX);
	if (write_upload(cpe, job, &body) < 0) {
		on_gone(receipt);
		return -ENOMEM;
	}
	config.body = buf_str(&body);
	cpe->receipt = receipt;
	if (transfer_start(&receipt->transfer, &config, &transfer_handlers, receipt) ==
	    0)
		return 0;
	cpe->receipt = NULL;
	on_gone(receipt);
	return -ENOMEM;
}

void cpe_transfer_cancel(struct cpe *cpe)
{
	struct cpe_receipt *receipt = cpe->receipt;

	if (!receipt)
		return;
	cpe->receipt = NULL;
	receipt->cpe = NULL;
	transfer_cancel(receipt->transfer);
}

clock_ns cpe_transfer_due(const struct cpe *cpe)
{
	return cpe->receipt ? transfer_due(cpe->receipt->transfer) : INT64_MAX;
}

void cpe_transfer_timeout(struct cpe *cpe, clock_ns now)
{
	if (cpe->receipt && now >= transfer_due(cpe->receipt->transfer))
		transfer_timeout(cpe->receipt->transfer, now);
}

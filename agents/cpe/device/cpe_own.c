/* What a CPE does of its own accord, and what of it the ACS wants to be told: the policies of
 * ManagementServer. (TR-181 AutonomousTransferCompletePolicy, DUStateChangeComplPolicy). */
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/program/log.h"

#include <stdio.h>

/* ---- orders ------------------------------------------------------------------------- */

static struct job_order order_of(const struct cpe *cpe, const struct model_own *own)
{
	struct job_order order = {
		.kind = own->kind == MODEL_OWN_DOWNLOAD ? JOB_OWN_TRANSFER
			: own->kind == MODEL_OWN_UPLOAD ? JOB_OWN_UPLOAD
							: JOB_OWN_CHANGE,
		.due = cpe->fleet->edges->wall() + own->after,
	};

	if (order.kind == JOB_OWN_CHANGE)
		return order;
	order.texts[JOB_FILE_TYPE] = str_of(own->file_type);
	order.texts[JOB_URL] = str_of(own->url);
	order.texts[JOB_USERNAME] = str_of(own->username);
	order.texts[JOB_PASSWORD] = str_of(own->password);
	order.is_upgrade =
	    order.kind == JOB_OWN_TRANSFER &&
	    str_is(order.texts[JOB_FILE_TYPE], "1 Firmware Upgrade Image");
	return order;
}

static int add_operation(struct job *job, const struct model_own *own)
{
	const struct {
		enum job_operation_text text;
		const char *value;
	} texts[] = {
		{ JOB_OF_URL, own->url },
		{ JOB_OF_UUID, own->uuid },
		{ JOB_OF_VERSION, own->version },
		{ JOB_OF_USERNAME, own->username },
		{ JOB_OF_PASSWORD, own->password },
	};
	struct job_operation operation = {
		.kind = own->kind == MODEL_OWN_INSTALL  ? JOB_INSTALL
			: own->kind == MODEL_OWN_UPDATE ? JOB_UPDATE
							: JOB_UNINSTALL,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(texts) && r == 0; i++)
		r = job_operation_set_text(&operation, texts[i].text,
		    str_of(texts[i].value));
	if (r == 0)
		r = job_add_operation(job, 0, &operation);
	job_operation_free(&operation);
	return r;
}

int cpe_own_begin(struct cpe *cpe, const struct model_own *own)
{
	const struct job_order order = order_of(cpe, own);
	struct job *job;
	int r = jobs_add(&cpe->jobs, &order, &job);

	if (r < 0 || order.kind != JOB_OWN_CHANGE)
		return r;
	r = add_operation(job, own);
	if (r < 0)
		jobs_remove(&cpe->jobs, job->id);
	return r;
}

void cpe_own_boot(struct cpe *cpe)
{
	const struct conf_list *own = &cpe->fleet->model->own;
	const struct model_own *items = own->items;

	if (cpe->has_own)
		return;
	cpe->has_own = own->len > 0;
	for (size_t i = 0; i < own->len; i++) {
		if (cpe_own_begin(cpe, &items[i]) < 0)
			log_error("%s: no room for what it does of its own", cpe->name);
	}
}

/* ---- policies ----------------------------------------------------------------------- */

struct policy {
	const struct cpe *cpe;
	const char *object; /* below ManagementServer. */
};

/* A null view where the model has no such parameter. */
static struct str read_policy(const struct policy *policy, const char *name)
{
	const struct model *model = policy->cpe->fleet->model;
	char path[MODEL_PATH_MAX];
	const struct model_name *param;

	(void)snprintf(path, sizeof(path), "%s.ManagementServer.%s.%s", model->root,
	    policy->object, name);
	param = model_find(model, str_of(path));
	if (!param || !param->param)
		return STR_NULL;
	return str_of(model_values_get(&policy->cpe->values, param->param));
}

/* Where the model has no policy, all is told (TR-069 A6 3.7.1.5). */
static bool is_disabled(const struct policy *policy)
{
	struct str enable = read_policy(policy, "Enable");

	return enable.p && !str_is(enable, "1") && !str_is(enable, "true");
}

/* Whether the filter, which the model may lack, lets it through. */
static bool is_one_of(const struct policy *policy, const char *filter, struct str word)
{
	struct str text = read_policy(policy, filter);

	return !text.p || str_is(text, "Both") || str_eq(text, word);
}

static bool is_listed(const struct policy *policy, const char *filter, struct str word)
{
	struct str rest = read_policy(policy, filter);

	if (!rest.p)
		return true;
	while (rest.len > 0) {
		if (str_eq(str_trim(str_cut(rest, ',', &rest)), word))
			return true;
	}
	return false;
}

/* Uploads have other numbers than the filter, and name an instance: "4 Vendor Log File 1". */
static struct str filtered_type(const struct job *job)
{
	struct str type = job_text(job, JOB_FILE_TYPE);

	if (job_is_download(job))
		return type;
	if (str_find(type, STR("Vendor Configuration File"), NULL))
		return STR("3 Vendor Configuration File");
	return str_find(type, STR("Vendor Log File"), NULL) ? STR("4 Vendor Log File")
							    : type;
}

static bool is_transfer_told(const struct cpe *cpe, const struct job *job)
{
	const struct policy policy = { cpe, "AutonomousTransferCompletePolicy" };

	return cpe->fleet->model->conduct.cwmp.version >= MODEL_CWMP_1_1 &&
	       !is_disabled(&policy) &&
	       is_one_of(&policy, "TransferTypeFilter",
		   job_is_download(job) ? STR("Download") : STR("Upload")) &&
	       is_one_of(&policy, "ResultTypeFilter",
		   job->fault == 0 ? STR("Success") : STR("Failure")) &&
	       is_listed(&policy, "FileTypeFilter", filtered_type(job));
}

static bool is_result_told(const struct policy *policy,
    const struct job_operation *operation)
{
	static const char *const names[JOB_OPERATION_KINDS] = { "Install", "Update",
		"Uninstall" };
	char code[16];

	(void)snprintf(code, sizeof(code), "%u", operation->fault);
	return is_listed(policy, "OperationTypeFilter",
		   str_of(names[operation->kind])) &&
	       is_one_of(policy, "ResultTypeFilter",
		   operation->fault == 0 ? STR("Success") : STR("Failure")) &&
	       (operation->fault == 0 ||
		   is_listed(policy, "FaultCodeFilter", str_of(code)));
}

/* Results that are not to be told are forgotten. */
static bool is_change_told(const struct cpe *cpe, struct job *job)
{
	const struct policy policy = { cpe, "DUStateChangeComplPolicy" };

	if (cpe->fleet->model->conduct.cwmp.version < MODEL_CWMP_1_2 ||
	    is_disabled(&policy))
		return false;
	for (uint32_t i = job->n_operations; i-- > 0;) {
		if (!is_result_told(&policy, &job->operations[i]))
			job_drop_operation(job, i);
	}
	return job->n_operations > 0;
}

bool cpe_own_is_told(const struct cpe *cpe, struct job *job)
{
	if (!job_is_own(job))
		return true;
	return job_is_change(job) ? is_change_told(cpe, job)
				  : is_transfer_told(cpe, job);
}

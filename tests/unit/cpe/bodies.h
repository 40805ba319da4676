/* Where CWMPLAB_BODIES names a folder, the answers of a CPE are written there as they go over
 * the wire, in each namespace of CWMP, for tests/integration/cpe/bodies.sh to hold them
 * against the Broadband Forum's schemas; and a line of "METHOD<tab>FAULT<tab>PROGRAM: TEST", 0
 * for none, for its table, and more of "METHOD/" for the faults of parameters. */
#pragma once

#include "tests/unit/cases.h"

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	BODIES_MAX =
	    100 /* of one method and test: a thousand that are alike tell no more */
};

static inline void bodies_line(const char *folder, enum cwmp_method method,
    const struct cwmp_msg *reply)
{
	char path[512];
	auto_file file = NULL;

	(void)snprintf(path, sizeof(path), "%s/table", folder);
	file = fopen(path, "ae");
	if (!file)
		fail_msg("%s cannot be written", path);
	(void)fprintf(file, "%s\t%u\t%s: %s\n", cwmp_method_name(method),
	    reply->kind == CWMP_FAULT ? reply->fault.code : 0,
	    program_invocation_short_name, case_name);
	for (size_t i = 0; i < reply->fault.n_params; i++)
		(void)fprintf(file, "%s/\t%u\t%s: %s\n", cwmp_method_name(method),
		    reply->fault.params[i].code, program_invocation_short_name,
		    case_name);
}

static inline void bodies_write(const char *folder, unsigned n, enum cwmp_ns ns,
    enum cwmp_method method, const struct cwmp_msg *reply)
{
	static const char *const names[] = { "", "1-0", "1-1", "1-2" };
	struct cwmp_msg msg = *reply;
	struct error err = ERROR_NULL;
	auto_buf body = BUF_NULL;
	char path[512];
	auto_file file = NULL;

	msg.ns = ns;
	cwmp_fit_faults(&msg, ns, method == CWMP_UPLOAD);
	msg.header.has_id = true;
	msg.header.id = STR("1");
	if (cwmp_write(&body, &msg, &err) < 0)
		fail_msg("%s", err.text);
	(void)snprintf(path, sizeof(path), "%s/%d-%u.%s.xml", folder, getpid(), n,
	    names[ns]);
	file = fopen(path, "we");
	if (!file || fwrite(body.data, 1, body.len, file) != body.len)
		fail_msg("%s cannot be written", path);
}

/* Notifications above 2 are of version 1.4. */
static inline bool bodies_is_new(const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->n_infos; i++) {
		if (args->infos[i].notification > 2)
			return true;
	}
	return false;
}

/* The first namespace that has the method. */
static inline enum cwmp_ns bodies_since(enum cwmp_method method)
{
	static const enum cwmp_method later[] = { CWMP_SCHEDULE_DOWNLOAD,
		CWMP_CANCEL_TRANSFER, CWMP_CHANGE_DU_STATE,
		CWMP_DU_STATE_CHANGE_COMPLETE,
		CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE };

	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		if (method == later[i])
			return CWMP_NS_1_2;
	}
	return method == CWMP_GET_ALL_QUEUED_TRANSFERS ||
		       method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE
		   ? CWMP_NS_1_1
		   : CWMP_NS_1_0;
}

/* The answer to a request of this method, or a request of the CPE's own. Those that a namespace
 * does not have are not written in it, and its faults are those that the session would say. */
static inline void bodies_keep(enum cwmp_method method, const struct cwmp_msg *reply)
{
	static unsigned n, written[CWMP_METHODS];
	const char *folder = getenv("CWMPLAB_BODIES");
	enum cwmp_ns since =
	    bodies_is_new(&reply->args) ? CWMP_NS_1_2 : bodies_since(method);

	if (!folder)
		return;
	bodies_line(folder, method, reply);
	if (++written[method] > BODIES_MAX)
		return;
	n++;
	for (enum cwmp_ns ns = since; ns <= CWMP_NS_1_2; ns++)
		bodies_write(folder, n, ns, method, reply);
}

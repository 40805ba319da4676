/* A policy, up to the first NUL, and a CPE that answers as the bytes behind it say: each is an
 * answer to the next request.
 *
 *   0  values, of names of the policy's        2  a fault
 *   1  names below what was asked for          3  a plain response
 *
 * However it loops, a policy comes to its end within its bounds, and each request can be
 * written. */
#include "agents/acs/policy/policy_run.h"
#include "lib/base/buf.h"
#include "lib/base/wire.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	NAMES = 4
};

static bool has_tag(void *user, struct str pattern)
{
	const bool *is_on = user;

	return *is_on && condition_matches(pattern, STR("tag"));
}

static void set_tag(void *user, const char *tag, bool is_on)
{
	(void)tag;
	*(bool *)user = is_on;
}

static struct str file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	(void)user;
	*ret_size = 7;
	return arena_str(arena, file);
}

/* Names below the path, objects and parameters, as the byte says. */
static void fill_names(struct cwmp_param_info infos[NAMES], char texts[NAMES][300],
    struct str path, uint8_t byte)
{
	for (size_t i = 0; i < NAMES; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "%.*s%d%s", STR_ARG(path),
		    (int)(i * (byte >> 4)), byte & (4U << (i & 1)) ? "." : "");
		infos[i].name = str_of(texts[i]);
	}
}

static void answer(struct policy_run *run, const struct cwmp_msg *request, uint8_t byte)
{
	struct cwmp_msg response = { .kind = CWMP_RESPONSE, .method = request->method };
	struct cwmp_param_info infos[NAMES] = { { .name = STR_NULL } };
	struct cwmp_param params[NAMES];
	char texts[NAMES][300];

	if ((byte & 3) == 2) {
		response.kind = CWMP_FAULT;
		response.fault.code = 9000U + (byte >> 2);
	} else if (request->method == CWMP_GET_PARAMETER_NAMES && (byte & 3) == 1) {
		fill_names(infos, texts, request->args.path, byte);
		response.args.infos = infos;
		response.args.n_infos = NAMES;
	} else if (request->method == CWMP_GET_PARAMETER_VALUES && (byte & 3) == 0) {
		size_t n = MIN(request->args.names.len, (size_t)NAMES);

		for (size_t i = 0; i < n; i++)
			params[i] = (struct cwmp_param){ request->args.names.items[i],
				byte & 8 ? STR("2.10") : STR("x"), STR("string") };
		response.args.params = (struct cwmp_params){ params, n };
	}
	policy_run_took(run, &response);
}

static void run_policy(const struct policy *policy, struct wire_reader *r)
{
	struct cwmp_event event = { STR("1 BOOT"), STR("") };
	struct cwmp_param param = { STR("Device.X"), STR("1"), STR("string") };
	const struct cwmp_inform inform = { .events = &event,
		.n_events = 1,
		.params = { &param, 1 } };
	bool is_tagged = false;
	const struct policy_world world = { .url = "http://a/",
		.root = "Device.",
		.address = "192.0.2.1",
		.id = "0000E2-A-1",
		.oui = STR("0000E2"),
		.product_class = STR("A"),
		.serial = STR("1"),
		.manufacturer = STR("M"),
		.has_tag = has_tag,
		.set_tag = set_tag,
		.file_url = file_url,
		.user = &is_tagged };
	struct policy_run *run = NULL;
	auto_arena arena = ARENA_NULL;
	unsigned n = 0;

	if (policy_run_new(&run, policy, &world, &inform) < 0)
		abort();
	for (;;) {
		struct cwmp_msg request = { .ns = CWMP_NS_1_2 };
		struct error err = ERROR_NULL;
		auto_buf out = BUF_NULL;
		int next = policy_run_next(run, &arena, &request, &err);

		(void)policy_run_limit(run);
		if (next <= 0)
			break;
		if (++n > POLICY_REQUESTS_MAX)
			abort();
		if (cwmp_write(&out, &request, &err) < 0 && err.code != ERR_MALFORMED)
			abort();
		answer(run, &request, wire_left(r) > 0 ? wire_u8(r) : 3);
		arena_reset(&arena);
	}
	policy_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = str_make(data, size), rest;
	struct str text = str_cut(all, '\0', &rest);
	struct wire_reader r = wire_reader(rest.p, rest.len);
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;
	struct policy policy;

	if (policy_parse(&policy, "p", text, &mistakes, &err) == 0) {
		run_policy(&policy, &r);
		policy_free(&policy);
	} else if (err.text[0] == '\0') {
		abort();
	}
	conf_mistakes_free(&mistakes);
	return 0;
}

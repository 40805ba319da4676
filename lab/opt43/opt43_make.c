#include "lab/opt43/opt43_make.h"

#include "lib/program/verb.h"
#include "lib/proto/url.h"

int opt43_request_choose_layout(struct opt43_request *request, const char *name,
    struct error *err)
{
	static const char *const names[] = { "comware", "tr069", "bbf", "both" };
	enum {
		COMWARE,
		TR069,
		BBF,
		BOTH
	};
	size_t at;
	int r = option_choose(name, "layout", names, ARRAY_LEN(names), &at, err);

	if (r < 0)
		return r;
	request->n_layouts = 0;
	if (at == COMWARE || at == BOTH)
		request->layouts[request->n_layouts++] = OPT43_COMWARE;
	if (at != COMWARE)
		request->layouts[request->n_layouts++] = OPT43_TR069;
	return 0;
}

/* ---- checks -------------------------------------------------------------------------- */

static bool is_text(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	}
	return true;
}

/* What no layout that is asked for has a place for would be lost without a word. */
static int check_places(const struct opt43_request *request, struct error *err)
{
	const struct opt43 *acs = &request->acs;
	const struct {
		enum opt43_layout layout;
		bool is_given;
		const char *option;
	} places[] = {
		{ OPT43_COMWARE, acs->username.len > 0, "username" },
		{ OPT43_COMWARE, acs->password.len > 0, "password" },
		{ OPT43_COMWARE, acs->service_provider.len > 0, "service-provider" },
		{ OPT43_COMWARE, request->n_pxe > 0, "pxe" },
		{ OPT43_TR069, acs->provisioning_code.len > 0, "provisioning-code" },
		{ OPT43_TR069, acs->has_min_wait, "retry-min-wait" },
		{ OPT43_TR069, acs->has_multiplier, "retry-multiplier" },
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		bool has_place = false;

		for (size_t k = 0; k < request->n_layouts; k++)
			has_place |= request->layouts[k] == places[i].layout;
		if (places[i].is_given && !has_place)
			return error_set(err, ERR_USAGE,
			    "layout %s has no place for --%s",
			    opt43_layout_name(request->layouts[0]), places[i].option);
	}
	return 0;
}

static int check_texts(const struct opt43 *acs, struct error *err)
{
	const struct {
		struct str text;
		const char *what;
	} texts[] = {
		{ acs->username, "the user name" },
		{ acs->password, "the password" },
		{ acs->service_provider, "the service provider" },
		{ acs->provisioning_code, "the provisioning code" },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!is_text(texts[i].text))
			return error_set(err, ERR_USAGE,
			    "%s has a character that is none of ASCII's visible ones",
			    texts[i].what);
	}
	return 0;
}

/* PXE servers alone are an option of Comware's layout, and nothing of another one. */
static int check_url(const struct opt43_request *request, enum opt43_layout layout,
    struct error *err)
{
	bool is_needed = layout != OPT43_COMWARE || request->n_pxe == 0;
	const struct opt43 *acs = &request->acs;
	struct url url;

	if (acs->url.len == 0 && is_needed)
		return error_set(err, ERR_USAGE, "--url is needed");
	if (acs->url.len > 0 && url_parse(&url, acs->url, err) < 0) {
		(void)error_prefix(err, "--url \"%.*s\"", STR_ARG(acs->url));
		return err->code = ERR_USAGE;
	}
	return 0;
}

/* ---- the bytes ----------------------------------------------------------------------- */

/* Two bytes of type, which can only be 0, how many, and the addresses. */
static void put_pxe(struct buf *out, const struct opt43_request *request)
{
	buf_append(out, "\0\0", 2);
	buf_append_char(out, (char)request->n_pxe);
	for (size_t i = 0; i < request->n_pxe; i++) {
		for (unsigned shift = 32; shift > 0; shift -= 8)
			buf_append_char(out,
			    (char)(request->pxe[i] >> (shift - 8) & 0xff));
	}
}

int opt43_request_make(const struct opt43_request *request, enum opt43_layout layout,
    struct buf *out, struct error *err)
{
	struct opt43 acs = request->acs;
	auto_buf pxe = BUF_NULL;
	int r;

	acs.layout = layout;
	if ((r = check_places(request, err)) < 0 || (r = check_texts(&acs, err)) < 0 ||
	    (r = check_url(request, layout, err)) < 0)
		return r;
	if (request->n_pxe > 0)
		put_pxe(&pxe, request);
	acs.pxe = buf_str(&pxe);
	r = opt43_write(out, &acs, err);
	if (r == ERR_MALFORMED || r == ERR_LIMIT)
		return err->code = ERR_USAGE;
	if (r < 0)
		return error_set(err, r, "no memory");
	if (out->len > OPT43_BYTES_MAX)
		return error_set(err, ERR_USAGE,
		    "the sub-options have %zu bytes, %d go into an option", out->len,
		    OPT43_BYTES_MAX);
	return 0;
}

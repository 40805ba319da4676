/* DHCP messages of a script. */
#include "tests/support/script_dhcp.h"

#include "lib/base/wire.h"

/* ---- options ------------------------------------------------------------------------- */

static void option_drop(struct option_list *list, uint64_t code)
{
	size_t n = 0;

	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].code != code)
			list->items[n++] = list->items[i];
	}
	list->len = n;
}

int dhcp_option_set(struct script *s, struct option_list *list, uint64_t code,
    struct str bytes)
{
	size_t i = 0;

	while (i < list->len && list->items[i].code != code)
		i++;
	if (i == OPTIONS_MAX)
		return script_error(s, NULL, "too many options");
	list->items[i] =
	    (struct option_value){ (uint16_t)code, arena_str(&s->arena, bytes) };
	list->len = MAX(list->len, i + 1);
	return 0;
}

static int option_u32(struct script *s, struct option_list *list, uint64_t code,
    uint32_t value)
{
	uint8_t bytes[4];

	put_u32(bytes, value);
	return dhcp_option_set(s, list, code, str_make(bytes, 4));
}

/* "opt N = BYTES" or "-opt N" */
static int option_line(struct script *s, const struct statement *line,
    struct option_list *list)
{
	const struct statement *above = s->at;
	auto_buf bytes = BUF_NULL;
	uint64_t code;
	int r;

	s->at = line;
	if (line->n_words < 2)
		r = script_error(s, NULL, "opt N = BYTES, or -opt N");
	else
		r = script_uint(s, &line->words[1], line->words[1].text, 65535, &code);
	if (r == 0 && word_is(&line->words[0], "-opt")) {
		option_drop(list, code);
	} else if (r == 0 && (line->n_words < 3 || !word_is(&line->words[0], "opt") ||
				 !word_is(&line->words[2], "="))) {
		r = script_error(s, NULL, "opt N = BYTES, or -opt N");
	} else if (r == 0) {
		if (line->n_words > 3)
			r = script_bytes(s, &line->words[3], line->words[3].raw,
			    &bytes);
		if (r == 0)
			r = dhcp_option_set(s, list, code,
			    bytes.len ? buf_str(&bytes) : STR(""));
	}
	s->at = above;
	return r;
}

int dhcp_option_lines(struct script *s, const struct statement *st,
    struct option_list *list)
{
	int r = 0;

	for (size_t i = 0; i < st->n_details && r == 0; i++)
		r = option_line(s, &st->details[i], list);
	return r;
}

/* ---- words --------------------------------------------------------------------------- */

static int ask_word(struct script *s, const struct word *word, struct dhcp_plan *plan)
{
	struct str list = word_value(word);
	uint8_t codes[64];
	size_t n = 0;

	plan->has_ask = true;
	option_drop(&plan->options, DHCP_OPTION_PARAMETER_LIST);
	if (str_is(list, "none"))
		return 0;
	while (list.p && n < sizeof(codes)) {
		uint64_t code;
		int r = script_uint(s, word, str_cut(list, ',', &list), 254, &code);

		if (r < 0)
			return r;
		codes[n++] = (uint8_t)code;
	}
	return dhcp_option_set(s, &plan->options, DHCP_OPTION_PARAMETER_LIST,
	    str_make(codes, n));
}

static int class_word(struct script *s, const struct word *word, struct dhcp_plan *plan)
{
	plan->has_class = true;
	option_drop(&plan->options, DHCP_OPTION_VENDOR_CLASS);
	if (str_is(word_value(word), "none"))
		return 0;
	return dhcp_option_set(s, &plan->options, DHCP_OPTION_VENDOR_CLASS,
	    word_value(word));
}

static int acs_word(struct script *s, const struct word *word, struct opt43 *acs)
{
	struct str key = word_key(word), value = word_value(word);
	uint64_t n;
	int r;

	if (str_is(key, "url")) {
		acs->url = value;
	} else if (str_is(key, "user")) {
		acs->username = value;
	} else if (str_is(key, "password")) {
		acs->password = value;
	} else if (str_is(key, "code")) {
		acs->provisioning_code = acs->service_provider = value;
	} else if (str_is(key, "layout") && str_is(value, "comware")) {
		acs->layout = OPT43_COMWARE;
	} else if (str_is(key, "layout") && str_is(value, "tr069")) {
		acs->layout = OPT43_TR069;
	} else if (str_is(key, "wait") || str_is(key, "multiplier")) {
		r = script_uint(s, word, value, UINT32_MAX, &n);
		if (r < 0)
			return r;
		if (str_is(key, "wait")) {
			acs->has_min_wait = true;
			acs->retry_min_wait = (uint32_t)n;
		} else {
			acs->has_multiplier = true;
			acs->retry_multiplier = (uint32_t)n;
		}
	} else {
		return script_error(s, word, "no word \"%.*s\" of dhcp",
		    STR_ARG(word->text));
	}
	return 0;
}

int dhcp_plan_word(struct script *s, const struct word *word, struct dhcp_plan *plan)
{
	struct str key = word_key(word), value = word_value(word);
	struct host *host;
	int r;

	if (str_is(key, "client"))
		return script_need_host(s, word, value, &plan->client);
	if (str_is(key, "server"))
		return script_need_host(s, word, value, &plan->server);
	if (str_is(key, "lease"))
		return script_uint(s, word, value, UINT32_MAX, &plan->lease_s);
	if (str_is(key, "vlan"))
		return script_uint(s, word, value, 4094, &plan->vlan);
	if (str_is(key, "class"))
		return class_word(s, word, plan);
	if (str_is(key, "ask"))
		return ask_word(s, word, plan);
	if (!str_is(key, "address"))
		return acs_word(s, word, &plan->acs);
	r = script_need_host(s, word, value, &host);
	if (r == 0)
		plan->address = host->at.ip;
	return r;
}

/* ---- one message --------------------------------------------------------------------- */

static bool is_of_client(enum dhcp_message type)
{
	return type != DHCP_OFFER && type != DHCP_ACK && type != DHCP_NAK;
}

static int client_options(struct script *s, struct dhcp_plan *plan)
{
	struct option_list *list = &plan->options;
	int r = 0;

	if (plan->type == DHCP_DECLINE || plan->type == DHCP_RELEASE)
		return option_u32(s, list, DHCP_OPTION_SERVER_ID, plan->server->at.ip);
	if (!plan->has_class)
		r = dhcp_option_set(s, list, DHCP_OPTION_VENDOR_CLASS,
		    STR("dslforum.org"));
	if (r == 0 && !plan->has_ask)
		r = dhcp_option_set(s, list, DHCP_OPTION_PARAMETER_LIST,
		    STR("\1\3\6\17\53"));
	if (r == 0 && plan->type == DHCP_REQUEST)
		r = option_u32(s, list, DHCP_OPTION_REQUESTED_ADDRESS, plan->address);
	if (r == 0 && plan->type == DHCP_REQUEST)
		r = option_u32(s, list, DHCP_OPTION_SERVER_ID, plan->server->at.ip);
	return r;
}

static int acs_option(struct script *s, struct dhcp_plan *plan)
{
	struct error err = ERROR_NULL;
	auto_buf bytes = BUF_NULL;
	const struct opt43 *acs = &plan->acs;

	if (!acs->url.p && !acs->provisioning_code.p && !acs->has_min_wait &&
	    !acs->has_multiplier)
		return 0;
	if (opt43_write(&bytes, acs, &err) < 0)
		return script_error(s, NULL, "option 43: %s", err.text);
	plan->client->provisioning_code = arena_str(&s->arena, acs->provisioning_code);
	return dhcp_option_set(s, &plan->options, DHCP_OPTION_VENDOR, buf_str(&bytes));
}

static int server_options(struct script *s, struct dhcp_plan *plan)
{
	struct option_list *list = &plan->options;
	int r = option_u32(s, list, DHCP_OPTION_SERVER_ID, plan->server->at.ip);

	if (plan->type == DHCP_NAK || r < 0)
		return r;
	r = option_u32(s, list, DHCP_OPTION_LEASE_TIME, (uint32_t)plan->lease_s);
	if (r == 0)
		r = option_u32(s, list, DHCP_OPTION_SUBNET_MASK, 0xffffff00);
	if (r == 0)
		r = option_u32(s, list, DHCP_OPTION_ROUTER,
		    script_host(s, STR("gw"))->at.ip);
	if (r == 0)
		r = option_u32(s, list, DHCP_OPTION_DNS,
		    script_host(s, STR("dns"))->at.ip);
	return r == 0 ? acs_option(s, plan) : r;
}

static int dhcp_send(struct script *s, const struct dhcp_plan *plan)
{
	static const struct endpoint nobody = { .port = DHCP_CLIENT_PORT };
	static const struct endpoint everybody = { { 255, 255, 255, 255, 255, 255 },
		UINT32_MAX, DHCP_SERVER_PORT, false, { 0 } };
	struct endpoint from = nobody, to = everybody;
	struct dhcp_packet header = { .op = 1, .htype = 1, .hlen = 6 };
	bool is_of_cpe = is_of_client(plan->type);
	struct dhcp_builder b;

	header.xid = plan->client->xid;
	memcpy(header.chaddr, plan->client->at.mac, 6);
	memcpy(from.mac, plan->client->at.mac, 6);
	if (plan->type == DHCP_RELEASE || plan->type == DHCP_INFORM)
		header.ciaddr = from.ip = plan->client->at.ip;
	if (!is_of_cpe) {
		header.op = 2;
		header.yiaddr = plan->type == DHCP_NAK ? 0 : plan->address;
		from = plan->server->at;
		from.port = DHCP_SERVER_PORT;
		to.port = DHCP_CLIENT_PORT;
	}
	dhcp_build(&b, &header, plan->type, DHCP_MAX_BYTES);
	for (size_t i = 0; i < plan->options.len; i++)
		dhcp_build_option(&b, (uint8_t)plan->options.items[i].code,
		    plan->options.items[i].bytes);
	if (dhcp_build_end(&b) < 0)
		return script_error(s, NULL, "the options do not fit");
	s->out->vlan = (uint16_t)plan->vlan;
	packets_udp(s->out, &from, &to, str_make(b.bytes, b.len));
	s->out->vlan = 0;
	return 0;
}

static int dhcp_message(struct script *s, const struct statement *st, size_t first_word,
    enum dhcp_message type)
{
	struct dhcp_plan plan = { .type = type,
		.client = script_host(s, STR("cpe")),
		.server = script_host(s, STR("dhcp")),
		.lease_s = 86400,
		.acs = { .layout = OPT43_TR069 } };
	int r = 0;

	for (size_t i = first_word; i < st->n_words && r == 0; i++)
		r = dhcp_plan_word(s, &st->words[i], &plan);
	if (r < 0)
		return r;
	if (plan.address == 0)
		plan.address = plan.client->at.ip;
	if (type == DHCP_DISCOVER || plan.client->xid == 0)
		plan.client->xid = 0x3903f326 + (uint32_t)s->out->frames;
	r = is_of_client(type) ? client_options(s, &plan) : server_options(s, &plan);
	if (r == 0)
		r = dhcp_option_lines(s, st, &plan.options);
	return r == 0 ? dhcp_send(s, &plan) : r;
}

int run_dhcp(struct script *s, const struct statement *st)
{
#define XX(number, symbol, name) { "DHCP" #symbol, DHCP_##symbol },
	static const struct {
		const char *name;
		enum dhcp_message type;
	} rows[] = { DHCP_MESSAGE_MAP(XX) };
#undef XX
	struct str word = st->n_words > 1 ? st->words[1].text : STR_NULL;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq_nocase(word, str_of(rows[i].name + 4)))
			return dhcp_message(s, st, 2, rows[i].type);
	}
	return script_error(s, NULL, "dhcp discover|offer|request|ack|nak|...");
}

int run_lease(struct script *s, const struct statement *st)
{
	int r = dhcp_message(s, st, 1, DHCP_DISCOVER);

	if (r == 0)
		r = dhcp_message(s, st, 1, DHCP_OFFER);
	if (r == 0)
		r = dhcp_message(s, st, 1, DHCP_REQUEST);
	if (r == 0)
		r = dhcp_message(s, st, 1, DHCP_ACK);
	return r;
}

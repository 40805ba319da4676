#include "agents/acs/reach/stun_server.h"

/* RFC 3489 11.2.9 */
static const struct refusal {
	uint16_t code;
	struct str reason;
} bad_request = { 400, { "Bad Request", 11 } },
  unauthorized = { 401, { "Unauthorized", 12 } },
  unknown_attribute = { 420, { "Unknown Attribute", 17 } },
  integrity_failure = { 431, { "Integrity Check Failure", 23 } },
  missing_username = { 432, { "Missing Username", 16 } };

/* Null: it is let in. */
static const struct refusal *judge(const struct stun_server *server,
    const struct stun_message *request, struct str bytes)
{
	if (request->unknown.n > 0)
		return &unknown_attribute;
	if (server->password.len == 0)
		return NULL;
	if (!request->integrity)
		return &unauthorized;
	if (!request->username.p)
		return &missing_username;
	if (!stun_text_is(request->username, server->username) ||
	    !stun_is_intact(request, bytes.p, bytes.len, server->password,
		server->hmac))
		return &integrity_failure;
	return NULL;
}

int stun_server_answer(const struct stun_server *server, struct str bytes,
    const struct stun_address *from, uint8_t out[STUN_MESSAGE_MAX],
    struct stun_address *ret_to, bool *ret_call)
{
	struct stun_message request, response = { .type = STUN_BINDING_RESPONSE };
	const struct refusal *refusal;
	struct str key = STR_NULL;

	*ret_call = false;
	*ret_to = *from;
	if (stun_read(&request, bytes.p, bytes.len, NULL) < 0 ||
	    request.type != STUN_BINDING_REQUEST)
		return 0;
	memcpy(response.id, request.id, sizeof(response.id));
	/* Another port or address than this one has the server none. */
	refusal =
	    (request.response.is_set && request.response.address != from->address) ||
		    request.change_request.value
		? &bad_request
		: judge(server, &request, bytes);
	if (refusal) {
		response.type = STUN_BINDING_ERROR;
		response.error = (struct stun_error){ refusal->code, refusal->reason };
		if (refusal == &unknown_attribute)
			response.unknown = request.unknown;
		return stun_write(&response, key, server->hmac, out, STUN_MESSAGE_MAX);
	}
	*ret_call = request.call_binding.p;
	response.mapped = *from;
	if (request.response.is_set) {
		*ret_to = request.response;
		response.reflected = *from;
		*ret_call = false;
	}
	response.source = response.changed = server->self;
	if (server->password.len > 0)
		key = server->password;
	return stun_write(&response, key, server->hmac, out, STUN_MESSAGE_MAX);
}

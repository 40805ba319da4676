/* Files that devices are to fetch or to send, as their ACSs have named them. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	CREDENTIAL_MAX =
	    256, /* characters of each (TR-069 A6 A.3.2.8), more are not kept */
};

static bool is_transfer(enum cwmp_method method)
{
	return method == CWMP_DOWNLOAD || method == CWMP_UPLOAD ||
	       method == CWMP_SCHEDULE_DOWNLOAD;
}

static char *put(char **room, struct str text)
{
	char *at = *room;

	if (text.len > 0)
		memcpy(at, text.p, text.len);
	at[text.len] = '\0';
	*room += text.len + 1;
	return at;
}

static struct file_order *order_new(const struct http_record *request,
    const struct cwmp_args *args, struct str url)
{
	size_t room = url.len + args->command_key.len + args->username.len +
		      args->password.len + 4;
	struct file_order *order = calloc(1, sizeof(*order) + room);
	char *at = (char *)(order + 1);

	if (!order)
		return NULL;
	order->method = request->envelope.rpc;
	order->asked = request->frame;
	order->url = put(&at, url);
	order->command_key = put(&at, args->command_key);
	order->username = put(&at, args->username);
	order->password = put(&at, args->password);
	return order;
}

static void order_free(struct file_order *order)
{
	free(order->other_url);
	free(order);
}

static void remove_at(struct device_more *more, size_t i)
{
	order_free(more->files[i]);
	memmove(&more->files[i], &more->files[i + 1],
	    (--more->n_files - i) * sizeof(more->files[0]));
}

void file_order_add(struct observer *observer, struct device_record *device,
    const struct http_record *request, const struct cwmp_args *args)
{
	struct str url = str_trim(args->url);
	struct device_more *more;
	struct file_order *order;
	struct url parts;

	if (!is_transfer(request->envelope.rpc) || url_parse(&parts, url, NULL) < 0 ||
	    args->username.len > CREDENTIAL_MAX || args->password.len > CREDENTIAL_MAX)
		return;
	more = device_more(observer, device);
	order = more ? order_new(request, args, url) : NULL;
	if (!order) {
		observer->memory.error = -ENOMEM;
		return;
	}
	/* The oldest may be one that the CPE will never tell anything of. */
	if (more->n_files == DEVICE_TRANSFERS_MAX)
		remove_at(more, 0);
	more->files[more->n_files++] = order;
}

struct file_order *file_order_find(const struct device_record *device, uint64_t asked)
{
	const struct device_more *more = device->more;

	for (size_t i = 0; more && i < more->n_files; i++) {
		if (more->files[i]->asked.number == asked)
			return more->files[i];
	}
	return NULL;
}

/* Whether the CPE's message says that the transfer of the order is over: by a TransferComplete
 * for its key, or by a fault or a response with Status 0 to its request. */
static bool is_over(const struct file_order *order, const struct http_record *message,
    const struct http_record *asked)
{
	const char *key = message->args.command_key ? message->args.command_key : "";

	if (message->on == ON_CPE_REQUEST)
		return message->envelope.rpc == CWMP_TRANSFER_COMPLETE &&
		       strcmp(key, order->command_key) == 0;
	if (!asked || asked->frame.number != order->asked.number)
		return false;
	return message->on == ON_CPE_FAULT ||
	       (message->on == ON_CPE_RESPONSE && message->args.has_status &&
		   message->args.status == 0);
}

void file_orders_end(struct device_record *device, const struct http_record *message,
    const struct http_record *asked)
{
	struct device_more *more = device->more;

	for (size_t i = 0; more && i < more->n_files; i++) {
		if (!is_over(more->files[i], message, asked))
			continue;
		/* Of several of one key the oldest was meant. */
		remove_at(more, i);
		return;
	}
}

void file_orders_free(struct device_more *more)
{
	while (more->n_files > 0)
		order_free(more->files[--more->n_files]);
}

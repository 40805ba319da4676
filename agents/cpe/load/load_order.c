/* What an operator asks of many CPEs, one after another: a sweep of connection requests, a firmware
 * campaign. Each order goes through the ACS, and is over when its CPE has come, or has told that it
 * runs the image. */
#include "agents/cpe/load/load_internal.h"

#include "agents/cpe/load/load_door.h"
#include "lib/cwmp/device_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_TYPE "1 Firmware Upgrade Image"

struct load_orders {
	struct load_door *door; /* owned */
	struct order_list lists[LOAD_STORMS_MAX];
	size_t n_lists;
	size_t n_unsaid; /* orders whose call an ACS that was ended has not made */
	struct order **
	    of_cpe; /* owned: by place in load->cpes, the last given; null: none is open */
};

/* ---- one order ---------------------------------------------------------------------------- */

static bool is_firmware(const struct order *order)
{
	return order->list->storm->kind == LOAD_STORM_FIRMWARE;
}

static unsigned phase_of(const struct order *order)
{
	return is_firmware(order) ? TALLY_UPDATE : TALLY_CALL;
}

static void set_unsaid(struct order *order, bool is_unsaid)
{
	struct load_orders *orders = order->load->orders;

	orders->n_unsaid += (size_t)is_unsaid - (size_t)order->is_unsaid;
	order->is_unsaid = is_unsaid;
}

static void end(struct order *order)
{
	struct order **at = &order->load->orders->of_cpe[order->at];

	set_unsaid(order, false);
	order->is_open = false;
	order->list->n_open--;
	while (*at != order)
		at = &(*at)->before;
	*at = order->before;
}

void order_begin(struct order *order, clock_ns now)
{
	struct order **of_cpe = &order->load->orders->of_cpe[order->at];

	order->since = order->awaited = now;
	order->is_open = true;
	order->list->n_open++;
	order->before = *of_cpe;
	*of_cpe = order;
}

static void end_badly(struct order *order, enum tally_step how)
{
	tally_step(&order->load->tally, phase_of(order), how);
	end(order);
}

static void end_well(struct order *order, clock_ns now)
{
	uint64_t took = load_us(now - order->since);

	tally_phase(&order->load->tally, phase_of(order), took, took);
	end(order);
}

/* Whether a storm has ended the ACS, which is gone for as long as it says, or is about to be
 * back. */
static bool is_ended(const struct load *load, clock_ns now)
{
	for (size_t i = 0; i < load->next_storm; i++) {
		const struct load_storm *storm = &load->file->storms[i];
		clock_ns back = load->began + storm->at + storm->lasts;

		if (storm->kind == LOAD_STORM_ACS_RESTART &&
		    now < back + LOAD_BACK_S * NS_PER_S)
			return true;
	}
	return false;
}

/* An ACS that does not know the CPE yet refuses; that a call is under way, or an RPC is queued, is
 * no end. One that a storm has ended may have kept what it has not answered. */
void load_order_answered(void *user, const struct conf_node *answer)
{
	struct order *order = user;
	struct load *load = order->load;
	const struct conf_node *ok = answer ? conf_get(answer, "ok") : NULL;
	bool is_ok = ok && str_is(ok->text, "true");

	order->is_taken = order->is_taken || is_ok;
	if (!order->is_open || load->state >= LOAD_STOPPING || is_ok)
		return;
	if (!answer && is_ended(load, clock_monotonic()))
		set_unsaid(order, true);
	else
		end_badly(order, TALLY_UNEXPECTED);
}

static void put_download(struct json *json, const char *file)
{
	json_text(json, "method", "Download");
	json_bool(json, "call", true);
	json_object_begin(json, "arguments");
	json_text(json, "file-type", FILE_TYPE);
	json_text(json, strstr(file, "://") ? "url" : "file", file);
	json_object_end(json);
}

/* False: the door takes no more for now, and the order waits. The caller calls
 * load_door_send(). */
static bool ask(struct order *order, const char *id)
{
	bool is_image = is_firmware(order) && !order->is_taken;
	struct json *json = load_door_ask(order->load->orders->door,
	    is_image ? "rpc" : "reach", load_order_answered, order);

	if (!json)
		return false;
	json_text(json, "device", id);
	if (is_image)
		put_download(json, order->list->storm->file);
	return true;
}

static bool give(struct order *order, const char *id, clock_ns now)
{
	if (!ask(order, id))
		return false;
	order_begin(order, now);
	load_door_send(order->load->orders->door);
	return true;
}

static void begin_due(struct load *load, struct order_list *list, clock_ns now)
{
	struct order *order;

	while (load_door_is_free(load->orders->door) &&
	       (order = order_list_next(list, now))) {
		char id[CWMP_DEVICE_NAME_MAX];

		if (load_name(load->cpes[order->at], id) < 0 || !give(order, id, now))
			tally_step(&load->tally, phase_of(order), TALLY_UNEXPECTED);
	}
}

/* One that is to be lost has fetched the image, and has no power any more. */
static void lose(struct load *load, struct order_list *list)
{
	for (size_t i = 0; list->storm->lost_ppm > 0 && i < list->next; i++) {
		struct order *order = &list->items[i];
		struct cpe *cpe = load->cpes[order->at];

		if (!order->is_open || !order->is_lost || cpe->state != CPE_OFF)
			continue;
		cpe_drive_power_cut(cpe->fleet, load_index(cpe), INT64_MAX);
		end_badly(order, TALLY_TIMED_OUT);
	}
}

/* They were given in this order, and those that are open when the ACS is back are waited
 * for from then on. */
void order_list_expire(struct order_list *list, clock_ns now)
{
	clock_ns wait = LOAD_ORDER_S * NS_PER_S + list->storm->dark;

	for (; list->oldest < list->next; list->oldest++) {
		struct order *order = &list->items[list->oldest];

		if (order->is_open && now - order->awaited < wait)
			return;
		if (order->is_open)
			end_badly(order, TALLY_TIMED_OUT);
	}
}

/* ---- an ACS that a storm has ended ------------------------------------------------------ */

void order_list_again(struct order_list *list, clock_ns now)
{
	for (size_t i = list->oldest; i < list->next; i++) {
		struct order *order = &list->items[i];

		if (!order->is_open)
			continue;
		set_unsaid(order, true);
		order->awaited = now;
	}
}

/* It has kept what it was told to give its CPEs, but makes no call that it had begun. Whether
 * somebody takes orders. */
static bool rejoin(struct load_orders *orders, clock_ns now)
{
	bool was_gone = load_door_is_gone(orders->door);

	if (!load_door_again(orders->door))
		return false;
	for (size_t i = 0; i < orders->n_lists && was_gone; i++)
		order_list_again(&orders->lists[i], now);
	return true;
}

/* Whether it is waited for. */
static bool is_awaited(struct load *load, clock_ns now)
{
	if (!is_ended(load, now))
		return false;
	(void)rejoin(load->orders, now);
	return true;
}

/* An image of which the ACS has not said that it took it is ordered anew: else a CPE for which
 * nothing is queued would come, and its order stay open. Where the ACS had stored it and was
 * ended before it said so, two Downloads of the one file are queued, as an ACS does not look
 * whether it has a CommandKey already: the CPE loads it twice, and the order is over with the
 * first TransferComplete. */
static void call_again(struct load *load, struct order_list *list)
{
	struct load_orders *orders = load->orders;

	for (size_t i = 0; i < list->next && orders->n_unsaid > 0; i++) {
		struct order *order = &list->items[i];
		char id[CWMP_DEVICE_NAME_MAX];

		if (!order->is_unsaid || load_name(load->cpes[order->at], id) < 0)
			continue;
		if (!ask(order, id))
			return;
		set_unsaid(order, false);
		load_door_send(orders->door);
	}
}

/* One that ends of another cause takes no more and has forgotten the rest, for which a run
 * would wait for ever. */
void load_order_beat(struct load *load, clock_ns now)
{
	struct load_orders *orders = load->orders;

	if (!load_order_is_over(load) && load_door_is_gone(orders->door) &&
	    !is_awaited(load, now))
		load->refused =
		    load_door_is_silent(orders->door)
			? "the ACS takes orders and does not answer them"
			: "the ACS has ended before all orders were carried out";
	for (size_t i = 0; orders && i < orders->n_lists; i++) {
		call_again(load, &orders->lists[i]);
		begin_due(load, &orders->lists[i], now);
		lose(load, &orders->lists[i]);
		/* The end of a run that has none of its own; an ACS that is gone cannot
		 * be told of those that have yet to come. */
		if (load->file->duration == 0 && !load_door_is_gone(orders->door))
			order_list_expire(&orders->lists[i], now);
	}
}

/* A storm that does not come would be a wrong result. */
static void on_outage(void *user, const struct conf_node *answer)
{
	struct load *load = user;
	const struct conf_node *ok = answer ? conf_get(answer, "ok") : NULL;

	if (!(ok && str_is(ok->text, "true")))
		load->refused = "the ACS does not take the storm acs-store";
}

static void begin_outage(struct load *load, const struct load_storm *storm,
    clock_ns now)
{
	struct load_door *door = load->orders->door;
	struct json *json = NULL;
	char text[32];

	if (rejoin(load->orders, now))
		json = load_door_ask(door, "outage", on_outage, load);
	if (!json) {
		on_outage(load, NULL);
		return;
	}
	(void)snprintf(text, sizeof(text), "%lldms",
	    (long long)(storm->lasts / NS_PER_MS));
	json_text(json, "for", text);
	load_door_send(door);
}

void load_order_storm(struct load *load, const struct load_storm *storm, clock_ns now)
{
	struct load_orders *orders = load->orders;

	if (storm->kind == LOAD_STORM_ACS_STORE)
		begin_outage(load, storm, now);
	else if (order_list_make(&orders->lists[orders->n_lists], load, storm, now) < 0)
		load->own.no_memory++;
	else
		orders->n_lists++;
	(void)rejoin(orders, now);
}

/* ---- what comes of them ---------------------------------------------------------------------- */

static struct order *order_of(const struct load *load, uint64_t number)
{
	return load->orders ? load->orders->of_cpe[number / load->shards] : NULL;
}

/* One session is what all storms that call a CPE wait for. A CPE has come once the ACS has answered
 * it: of one that found nobody no ACS knows, and one that came before the ACS was told to call it,
 * which has been killed meanwhile, say, would be called by nobody. */
static void end_calls(struct order *order, const struct cpe_sight *sight)
{
	struct order *before;

	for (; order; order = before) {
		before = order->before;
		if (!is_firmware(order) && !order->is_unsaid &&
		    sight->began >= order->since)
			end_well(order, sight->began);
	}
}

/* Each image is told of once, and the one that was ordered first before the others. */
static struct order *first_image(struct order *order)
{
	struct order *first = NULL;

	for (; order; order = order->before)
		first = is_firmware(order) ? order : first;
	return first;
}

static void end_image(struct order *order, clock_ns now)
{
	if (order && order->load->cpes[order->at]->software_version)
		end_well(order, now);
	else if (order)
		end_badly(order, TALLY_UNEXPECTED);
}

void load_order_passed(struct load *load, const struct cpe_sight *sight, clock_ns now)
{
	struct order *order = order_of(load, sight->number);

	if (!order || sight->stage != CPE_STAGE_RPC)
		return;
	if (sight->method == CWMP_INFORM)
		end_calls(order, sight);
	else if (sight->method == CWMP_TRANSFER_COMPLETE)
		end_image(first_image(order), now);
}

bool load_order_is_over(const struct load *load)
{
	for (size_t i = 0; load->orders && i < load->orders->n_lists; i++) {
		const struct order_list *list = &load->orders->lists[i];

		if (list->next < list->len || list->n_open > 0)
			return false;
	}
	return true;
}

void load_order_give_up(struct load *load)
{
	for (size_t i = 0; load->orders && i < load->orders->n_lists; i++) {
		struct order_list *list = &load->orders->lists[i];

		for (size_t k = 0; k < list->next; k++) {
			if (list->items[k].is_open)
				end_badly(&list->items[k], TALLY_TIMED_OUT);
		}
	}
}

/* ---- beginning and end ------------------------------------------------------------------------ */

bool load_storm_is_order(const struct load_storm *storm)
{
	return storm->kind == LOAD_STORM_CALL_SWEEP ||
	       storm->kind == LOAD_STORM_FIRMWARE;
}

bool load_storm_wants_door(const struct load_storm *storm)
{
	return load_storm_is_order(storm) || storm->kind == LOAD_STORM_ACS_STORE;
}

static void set_dark(struct load *load, const struct load_storm *storm)
{
	for (size_t k = 0; k < load->n_kinds && storm->dark > 0; k++) {
		if (load->kinds[k].fleet)
			load->kinds[k].fleet->model->conduct.transfers.flash =
			    storm->dark;
	}
}

/* They are called, and so they listen. */
static int mark(struct load *load, const struct load_storm *storm, struct error *err)
{
	for (uint64_t i = 0; i < load->n_cpes; i++) {
		if (!load_storm_hits(storm, load->file->cpes, load_number(load, i)))
			continue;
		if (load_mark(load->cpes[i], load_storm_name(storm->kind), err) < 0)
			return err->code;
	}
	return 0;
}

int load_order_open(struct load *load, struct error *err)
{
	const struct load_file *file = load->file;
	struct load_orders *orders = NULL;
	int r = 0;

	for (size_t i = 0; i < file->n_storms && r == 0; i++) {
		if (!load_storm_wants_door(&file->storms[i]))
			continue;
		if (!orders)
			orders = load->orders = calloc(1, sizeof(*orders));
		if (!orders)
			return error_set(err, -ENOMEM, "no memory for orders");
		if (!load_storm_is_order(&file->storms[i]))
			continue;
		set_dark(load, &file->storms[i]);
		r = mark(load, &file->storms[i], err);
	}
	if (r < 0 || !orders)
		return r;
	orders->of_cpe = calloc(load->n_cpes + 1, sizeof(struct order *));
	if (!orders->of_cpe)
		return error_set(err, -ENOMEM, "no memory for orders");
	r = load_door_open(&orders->door, load->loop, load_door_path(load), err);
	load->n_open += orders->door != NULL;
	return r;
}

void load_order_stop(struct load *load, void (*done)(void *user), void *user)
{
	if (load->orders && load->orders->door)
		load_door_close(steal_ptr(&load->orders->door), done, user);
}

void load_order_free(struct load *load)
{
	for (size_t i = 0; load->orders && i < load->orders->n_lists; i++)
		order_list_free(&load->orders->lists[i]);
	if (load->orders)
		free(load->orders->of_cpe);
	free(load->orders);
}

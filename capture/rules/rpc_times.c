/* When transfers and operations on deployment units began and ended: RPC-15. */
#include "capture/rules/rpc_internal.h"

#include "lib/proto/date_time.h"

static const char unknown_time[] = "0001-01-01T00:00:00Z";

/* The time that stands for "not known" can be written in many ways. */
static bool is_known(const struct date_time *time)
{
	static const int64_t unknown = -62135596800; /* unknown_time */

	return time->seconds != unknown || time->nanoseconds > 0;
}

/* The time of a message that the text is to be; told where it is none, or one that stands for
 * "never" (TR-106 3.2.1), which no transfer begins or ends at. */
static bool read_time(struct str text, struct date_time *ret)
{
	static const int64_t never = 253402300799; /* 9999-12-31T23:59:59Z */

	return date_time_read(ret, text) == 0 && ret->seconds < never;
}

static enum rule_verdict compare_times(struct whole *view, struct str start,
    struct str complete)
{
	struct date_time from, to;

	start = str_trim(start);
	complete = str_trim(complete);
	if (!read_time(start, &from) || !read_time(complete, &to))
		return rule_broken(view, view->http,
		    "%s of %s is \"%.*s\"; a time that is not known is %s",
		    read_time(start, &from) ? "CompleteTime" : "StartTime",
		    view->http->envelope.name,
		    STR_ARG(read_time(start, &from) ? complete : start), unknown_time);
	if (is_known(&from) && is_known(&to) && date_time_is_before(&to, &from))
		return rule_broken(view, view->http,
		    "CompleteTime %.*s is before StartTime %.*s", STR_ARG(complete),
		    STR_ARG(start));
	return RULE_KEPT;
}

/* What has not ended has no end that is known. */
static enum rule_verdict check_not_over(struct whole *view)
{
	struct str complete = str_trim(view->msg->args.complete_time);
	struct date_time to;

	if (view->http->on != ON_CPE_RESPONSE || view->msg->args.status != 1 ||
	    !read_time(complete, &to) || !is_known(&to))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "CompleteTime of %s is %.*s, though Status 1 says that the transfer "
	    "is not over: %s is expected",
	    view->http->envelope.name, STR_ARG(complete), unknown_time);
}

/* Of each result of operations. */
static enum rule_verdict check_unit_times(struct whole *view)
{
	const struct cwmp_args *args = &view->msg->args;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < args->n_items; i++) {
		struct str start = cwmp_item_text(&args->items[i], "StartTime");
		struct str complete = cwmp_item_text(&args->items[i], "CompleteTime");

		/* What is missing is what SOAP-19 is about. */
		if (!start.p || !complete.p)
			continue;
		verdict = compare_times(view, start, complete);
		if (verdict != RULE_KEPT)
			return verdict;
	}
	return verdict;
}

enum rule_verdict rpc_check_times(struct whole *view)
{
	enum cwmp_method method = view->msg->method;
	enum rule_verdict verdict;
	bool has_times = view->http->on == ON_CPE_RESPONSE
			     ? method == CWMP_DOWNLOAD || method == CWMP_UPLOAD
			     : method == CWMP_TRANSFER_COMPLETE ||
				   method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE;

	if (view->http->on == ON_CPE_REQUEST && rpc_tells_units(method))
		return check_unit_times(view);
	if (!has_times)
		return RULE_SILENT;
	/* What is missing is what SOAP-19 is about. */
	if (!view->msg->args.start_time.p || !view->msg->args.complete_time.p)
		return RULE_SILENT;
	verdict = compare_times(view, view->msg->args.start_time,
	    view->msg->args.complete_time);
	return verdict == RULE_KEPT ? check_not_over(view) : verdict;
}

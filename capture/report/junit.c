#include "capture/report/junit.h"

#include "lib/base/text.h"

static void put_attribute(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " %s=\"", name);
	markup_append(out, str_of(value ? value : ""));
	buf_append_char(out, '"');
}

void junit_add(struct junit *junit, const struct junit_case *one)
{
	struct buf *out = &junit->cases;

	buf_append_text(out, "  <testcase");
	put_attribute(out, "classname", one->of ? one->of : "a CPE");
	put_attribute(out, "name", one->name);
	junit->n++;
	if (one->outcome == JUNIT_PASSED) {
		buf_append_text(out, "/>\n");
		return;
	}
	junit->failures += one->outcome == JUNIT_FAILED;
	junit->skipped += one->outcome == JUNIT_SKIPPED;
	buf_printf(out, ">\n   <%s",
	    one->outcome == JUNIT_FAILED ? "failure" : "skipped");
	put_attribute(out, "message", one->message);
	buf_append_text(out, "/>\n  </testcase>\n");
}

void junit_end(struct junit *junit, const char *name, struct buf *out)
{
	buf_append_text(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	    " <testsuite");
	put_attribute(out, "name", name);
	buf_printf(out,
	    " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", junit->n,
	    junit->failures, junit->skipped);
	buf_append_str(out, buf_str(&junit->cases));
	buf_append_text(out, " </testsuite>\n</testsuites>\n");
	if (junit->cases.error)
		out->error = junit->cases.error;
	buf_free(&junit->cases);
}

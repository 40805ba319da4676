/* Models of any size for tests: what each must have, and a table in a table whose first
 * instances have the rest of the leaves. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/cpe/model/model.h"
#include "lib/base/buf.h"

enum {
	BIG_ROW = 10 /* leaves of an instance */
};

/* A model with so many leaves, a multiple of 100, after a factory reset. */
static inline struct model *big_model(size_t leaves)
{
	static const char head[] =
	    "name: big\nroot: Device\nobjects:\n"
	    "  Device.DeviceInfo.:\n"
	    "    Manufacturer: {value: Example}\n    ManufacturerOUI: {value: 0000C1}\n"
	    "    ProductClass: {value: Box}\n    SerialNumber: {live: serial}\n"
	    "    SoftwareVersion: {value: \"1\", inform: yes, notify: always}\n"
	    "    UpTime: {type: unsignedInt, live: uptime, notify: denied}\n"
	    "  Device.ManagementServer.:\n"
	    "    URL: {live: acs-url, writable: yes}\n"
	    "    ParameterKey: {live: parameter-key, inform: yes, notify: denied}\n"
	    "    ConnectionRequestURL: {live: connection-request-url, inform: yes, "
	    "notify: always}\n"
	    "    Rows: {type: unsignedInt, count: \"Device.Rows.{i}.\"}\n"
	    "  Device.Rows.{i}.Cells.{i}.:\n";
	auto_buf yaml = BUF_NULL;
	struct model *model = NULL;
	struct error err = ERROR_NULL;

	buf_append_text(&yaml, head);
	for (int i = 0; i < BIG_ROW; i++)
		buf_printf(&yaml,
		    "    ParameterOfACell%d: {writable: yes, value: "
		    "\"a value of some eighty bytes, which is more than most of them have on real devices\"}\n",
		    i);
	buf_append_text(&yaml, "tables:\n  Device.Rows.{i}.: {writable: yes}\n"
			       "  Device.Rows.{i}.Cells.{i}.: {writable: yes}\n"
			       "instances:\n");
	/* ten leaves stand in the head */
	for (size_t i = 0; i < (leaves - 10) / BIG_ROW; i++)
		buf_printf(&yaml,
		    "  Device.Rows.%zu.Cells.%zu.: {ParameterOfACell1: \"%zu\"}\n",
		    i / 10 + 1, i % 10 + 1, i);
	if (model_parse("big.yaml", buf_str(&yaml), &model, &err) < 0)
		fail_msg("%s", err.text);
	return model;
}

/* The keys of a model as a manual page. */
#include "agents/cpe/model/model_load.h"

static void put_section(struct buf *out, const char *title, const char *words,
    const struct conf_row *rows)
{
	buf_printf(out, ".SH %s\n%s\n", title, words);
	conf_man(out, rows);
}

void model_man(struct buf *out)
{
	buf_append_text(out, ".SH KEYS\n");
	conf_man(out, model_header_rows);
	put_section(out, "KEYS OF A PARAMETER",
	    "An entry of \\fBobjects\\fR is the path of an object, with a dot at its end, "
	    "and a mapping of parameters, each with these keys. \\fB{i}\\fR in a path "
	    "stands for the number of an instance, up to eight of them: what is written "
	    "there holds for all instances, and for those that an ACS makes. A number in "
	    "a path among the objects is a part of a name: such an object cannot be made "
	    "or removed.\n.PP\n"
	    "A \\fBvalue\\fR may have placeholders: \\fB{serial}\\fR, \\fB{mac}\\fR, "
	    "\\fB{mac+1}\\fR, \\fB{address}\\fR and \\fB{number}\\fR of the CPE, "
	    "\\fB{i}\\fR, the number of the instance, and \\fB{pool:NAME}\\fR, the "
	    "CPE's entry of a pool. \\fB{{\\fR is a brace.",
	    model_param_rows);
	put_section(out, "KEYS OF A GENERATOR",
	    "A value that changes by itself is the same in each run with the same seed. "
	    "A \\fBcounter\\fR starts when the CPE is switched on; a \\fBdrift\\fR wanders "
	    "from one goal to the next; an \\fBenum\\fR has another value each period; a "
	    "\\fBflap\\fR has its second value once a period.",
	    model_generator_rows);
	put_section(out, "KEYS OF A TABLE",
	    "An entry of \\fBtables\\fR is a path that ends in \\fB{i}.\\fR, with what "
	    "holds for it. A table that has none is read only.",
	    model_table_rows);
	put_section(out, "KEYS OF AN INSTANCE",
	    "An entry of \\fBinstances\\fR is a path with numbers, which is there after a "
	    "factory reset, and a mapping of its parameters to the values that differ from "
	    "those of the template: texts, or mappings with these keys. The instances "
	    "that it is in are there too.",
	    model_source_rows);
	put_section(out, "KEYS OF A POOL",
	    "An entry of \\fBpools\\fR is the name of values of which each CPE of a "
	    "process has its own. One that is too small for all of them is a mistake that "
	    "is told before anything starts.",
	    model_pool_rows);
	put_section(out, "KEYS OF OWN",
	    "Each entry of \\fBown\\fR is a transfer, or an operation on a deployment unit, that "
	    "no ACS has ordered, done once after the first boot of a CPE and after each "
	    "factory reset. It is told by 10 AUTONOMOUS TRANSFER COMPLETE or 12 AUTONOMOUS "
	    "DU STATE CHANGE COMPLETE, where AutonomousTransferCompletePolicy or "
	    "DUStateChangeComplPolicy of the model lets it.",
	    model_own_rows);
	buf_append_text(out,
	    ".SH QUIRKS\n"
	    "What devices were seen to do wrong, or otherwise than most, and what "
	    "\\fBquirks\\fR lets a model do: each name, what is then on the wire, and the "
	    "rule by which \\fBcwmplab check\\fR finds it. Without quirks a message has not "
	    "a byte of them.\n");
	quirks_man(out, quirks_of_cpe);
}

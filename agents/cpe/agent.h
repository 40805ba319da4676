/* `cwmplab cpe`: the CPEs of one node, in a lab or by hand. */
#pragma once

struct buf;

/* argv[0] is "cpe". Returns the exit status of lab/term/cmd.h. */
int cpe_main(int argc, char **argv);

/* Prints the JSON Schema of its configuration, and of a device model. */
void cpe_schema(struct buf *out);
void cpe_model_schema(struct buf *out);

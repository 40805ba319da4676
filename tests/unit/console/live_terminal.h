/* A terminal elsewhere at a console of memory alone, to which things are told by themselves. */
#pragma once

#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

#include "lib/console/vty/cli_vty.h"

static const struct cli_gate open_gate = { .login = CLI_LOGIN_NONE };

struct terminal {
	struct cli_stub stub;
	struct cli_vty vty;
	struct buf shown;
	unsigned n_told;
};

static inline void on_told(void *user)
{
	struct terminal *terminal = user;

	terminal->n_told++;
	cli_vty_tell(&terminal->vty, &terminal->shown);
	while (cli_vty_take_ahead(&terminal->vty, &terminal->shown))
		;
}

static inline void open_terminal(struct terminal *terminal, const char *profile)
{
	memset(terminal, 0, sizeof(*terminal));
	cli_stub_open(&terminal->stub, profile);
	cli_vty_open(&terminal->vty, &terminal->stub.device, &open_gate,
	    &terminal->shown);
	terminal->vty.live.told = on_told;
	terminal->vty.live.user = terminal;
	buf_reset(&terminal->shown);
}

static inline void press(struct terminal *terminal, const char *keys)
{
	for (; *keys; keys++)
		cli_vty_take(&terminal->vty, *keys, &terminal->shown);
}

static inline void shows(struct terminal *terminal, const char *want)
{
	if (!str_is(buf_str(&terminal->shown), want))
		fail_msg("%s", buf_cstr(&terminal->shown));
	buf_reset(&terminal->shown);
}

static inline void close_terminal(struct terminal *terminal)
{
	cli_vty_free(&terminal->vty);
	cli_stub_close(&terminal->stub);
	buf_free(&terminal->shown);
}

/* Any bytes as what is typed at a console, a line each ("?" at its end asks, a tab completes):
 * whatever it makes is saved, loaded into another device, and the same. */
#include "tests/unit/console/cli_stub.h"

#include "lib/console/cli_question.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void type(struct cli_stub *stub, struct str line)
{
	auto_buf out = BUF_NULL;
	size_t n;

	if (str_ends(line, STR("?")))
		cli_session_question(&stub->session, str_make(line.p, line.len - 1),
		    &out);
	else if (str_ends(line, STR("\t")))
		(void)cli_complete(&out, stub->session.view,
		    str_make(line.p, line.len - 1), line.len % 4, &n);
	else
		(void)cli_session_take(&stub->session, line, &out);
	cli_session_prompt(&stub->session, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct cli_stub stub, other;
	struct str rest = str_make(bytes, len);
	auto_buf text = BUF_NULL;

	if (len > 1 << 14)
		return 0;
	cli_stub_open(&stub, "comware7");
	cli_stub_open(&other, "comware7");
	while (rest.len > 0)
		type(&stub, str_cut(rest, '\n', &rest));
	cli_config_put(&text, &stub.device.running, stub.device.profile);
	if (cli_session_load(&other.session, buf_str(&text), NULL) != 0 ||
	    memcmp(&other.device.running, &stub.device.running,
		sizeof(stub.device.running)) != 0)
		__builtin_trap();
	cli_stub_close(&stub);
	cli_stub_close(&other);
	return 0;
}

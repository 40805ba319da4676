/* lab/model/import_capture: what a device answers in a capture, or in a text of it, becomes a
 * model. */
#include "tests/unit/model/model_texts.h"

#include "tests/support/cwmp_text.h"

#include <sys/mman.h>
#include <unistd.h>

#define INFO(name, writable)                                               \
	"<ParameterInfoStruct><Name>InternetGatewayDevice." name "</Name>" \
	"<Writable>" writable "</Writable></ParameterInfoStruct>"
#define VALUE(name, type, value)                                            \
	"<ParameterValueStruct><Name>InternetGatewayDevice." name "</Name>" \
	"<Value xsi:type=\"xsd:" type "\">" value "</Value></ParameterValueStruct>"

#define TALK(serial)                                                                   \
	INFORM(serial, "0")                                                            \
	INFORM_RESPONSE("1")                                                           \
	ENVELOPE("2",                                                                  \
	    "<cwmp:GetParameterNames><ParameterPath>InternetGatewayDevice."            \
	    "</ParameterPath><NextLevel>0</NextLevel></cwmp:GetParameterNames>")       \
	ENVELOPE("2",                                                                  \
	    "<cwmp:GetParameterNamesResponse>"                                         \
	    "<ParameterList enc:arrayType=\"cwmp:ParameterInfoStruct[6]\">" INFO("",   \
		"0") INFO("LANDevice.", "0") INFO("LANDevice.1.", "0")                 \
		INFO("LANDevice.1.Hosts.Host.", "1") INFO("LANDevice.1.Hosts.Host.3.", \
		    "1") INFO("LANDevice.1.Hosts.Host.3.HostName",                     \
		    "1") "</ParameterList></cwmp:GetParameterNamesResponse>")          \
	ENVELOPE("3", "<cwmp:GetParameterValues><ParameterNames "                      \
		      "enc:arrayType=\"xsd:string[1]\"><string>InternetGatewayDevice." \
		      "</string></ParameterNames></cwmp:GetParameterValues>")          \
	ENVELOPE("3",                                                                  \
	    "<cwmp:GetParameterValuesResponse>"                                        \
	    "<ParameterList enc:arrayType=\"cwmp:ParameterValueStruct[3]\">" VALUE(    \
		"LANDevice.1.Hosts.Host.3.HostName", "string", "a &amp; b")            \
		VALUE("LANDevice.1.Hosts.HostNumberOfEntries", "unsignedInt", "1")     \
		    VALUE("LANDevice.1.WPAKey", "string",                              \
			"hunter2") "</ParameterList>"                                  \
				   "</cwmp:GetParameterValuesResponse>")

/* The model, or why there is none. */
static void put_model(struct buf *out, const char *text, const char *serial)
{
	const struct dump_options options = { .name = STR("lab") };
	auto_fd fd = memfd_create("talk", MFD_CLOEXEC);
	auto_cleanup(draft_free) struct draft *draft = NULL;
	struct import_capture capture;
	struct dump_notes notes;
	struct dump dump = { .len = 0 };
	struct error err = ERROR_NULL;
	char path[64];
	int r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = import_capture(&dump, path, NULL, serial, &capture, &err);
	if (r == 0)
		r = dump_to_draft(&dump, &options, &draft, &notes, &err);
	if (r == 0)
		draft_write(out, draft);
	else
		buf_append_text(out, strchr(err.text, ':') + 2);
	dump_free(&dump);
}

static void test_answers_become_a_model(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out, TALK("L1"), NULL);

	assert_string_equal(buf_cstr(&out),
	    "name: lab\n"
	    "root: InternetGatewayDevice\n"
	    "\n"
	    "objects:\n"
	    "  InternetGatewayDevice.:\n"
	    "    DeviceSummary: {value: \"InternetGatewayDevice:1.0[](Baseline:1)\", "
	    "inform: yes}\n"
	    "\n"
	    "  InternetGatewayDevice.DeviceInfo.:\n"
	    "    HardwareVersion: {value: \"1\", inform: yes}\n"
	    "    Manufacturer: {value: Example}\n"
	    "    ManufacturerOUI: {value: \"0000C1\"}\n"
	    "    ProductClass: {value: Box}\n"
	    "    ProvisioningCode: {live: provisioning-code, inform: yes, notify: "
	    "always}\n"
	    "    SerialNumber: {value: L1, live: serial}\n"
	    "    SoftwareVersion: {value: \"1\", live: software-version, inform: yes, "
	    "notify: always}\n"
	    "    SpecVersion: {value: \"1.0\", inform: yes}\n"
	    "\n"
	    "  InternetGatewayDevice.LANDevice.{i}.:\n"
	    "    WPAKey: {value: \"\"}\n"
	    "\n"
	    "  InternetGatewayDevice.LANDevice.{i}.Hosts.:\n"
	    "    HostNumberOfEntries: {type: unsignedInt, count: "
	    "\"InternetGatewayDevice.LANDevice.{i}.Hosts.Host.{i}.\"}\n"
	    "\n"
	    "  InternetGatewayDevice.LANDevice.{i}.Hosts.Host.{i}.:\n"
	    "    HostName: {value: \"a & b\", writable: yes}\n"
	    "\n"
	    "  InternetGatewayDevice.ManagementServer.:\n"
	    "    ConnectionRequestURL: {value: \"http://127.0.0.1:1/c\", live: "
	    "connection-request-url, inform: yes, notify: active}\n"
	    "    ParameterKey: {live: parameter-key, inform: yes, notify: denied}\n"
	    "    URL: {live: acs-url, writable: yes, max: 256}\n"
	    "\n"
	    "tables:\n"
	    "  InternetGatewayDevice.LANDevice.{i}.: {}\n"
	    "  InternetGatewayDevice.LANDevice.{i}.Hosts.Host.{i}.: {writable: yes}\n"
	    "\n"
	    "instances:\n"
	    "  InternetGatewayDevice.LANDevice.1.: {}\n"
	    "  InternetGatewayDevice.LANDevice.1.Hosts.Host.3.: {}\n");
}

static void test_one_of_several_devices_is_to_be_chosen(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out, TALK("L1") TALK("L2"), NULL);
	assert_string_equal(buf_cstr(&out),
	    "several devices answer in it: 0000C1-Box-L1, 0000C1-Box-L2; --serial SERIAL "
	    "chooses one");

	buf_reset(&out);
	put_model(&out, TALK("L1") TALK("L2"), "L2");
	assert_true(str_find(buf_str(&out), STR("SerialNumber: {value: L2,"), NULL));
}

static void test_what_has_no_answers_is_no_model(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	put_model(&out, INFORM("L1", "0") INFORM_RESPONSE("1"), NULL);
	assert_string_equal(buf_cstr(&out),
	    "no answer to GetParameterNames or GetParameterValues is in it");

	buf_reset(&out);
	put_model(&out, TALK("L1"), "L9");
	assert_string_equal(buf_cstr(&out),
	    "no answer to GetParameterNames or GetParameterValues of L9 is in it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_become_a_model),
		cmocka_unit_test(test_one_of_several_devices_is_to_be_chosen),
		cmocka_unit_test(test_what_has_no_answers_is_no_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* lib/base/secret: which names and which parts of a text are secrets. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/error.h"
#include "lib/base/secret.h"

static void test_a_name_says_whether_its_value_is_a_secret(void **state)
{
	static const struct {
		const char *name;
		bool is_secret;
	} rows[] = {
		/* words, in any case, at the end of the last part */
		{ "Password", true },
		{ "password", true },
		{ "PASSWORD", true },
		{ "Device.ManagementServer.Password", true },
		{ "Device.ManagementServer.ConnectionRequestPassword", true },
		{ "cwmp:Password", true },
		{ "AdminPasswd", true },
		{ "UserPwd", true },
		{ "X_VENDOR_Pass", true },
		{ "userpass", true },
		{ "AdminPW", true },
		{ "Device.WiFi.AccessPoint.1.Security.KeyPassphrase", true },
		{ "PassCode", true },
		{ "PSK", true },
		{ "PreSharedKey", true },
		{ "presharedkey", true },
		{ "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.WEPKey.2.WEPKey",
		    true },
		{ "Device.X_VENDOR.WEPKey.2", true },
		{ "WepKey1", true },
		{ "Wepkey_3", true },
		{ "Device.WiFi.AccessPoint.1.Security.RadiusSecret", true },
		{ "ClientSecrets", true },
		{ "AuthToken", true },
		{ "access_token", true },
		{ "X-Auth-Token", true },
		{ "X-API-Key", true },
		{ "Device.Cellular.Interface.1.USIM.PIN", true },
		{ "PinCode", true },
		{ "SIMPuk", true },
		{ "X_VENDOR_ReadCommunity", true },
		{ "CertPrivateKey", true },
		{ "Device.LMAP.MeasurementAgent.1.PrivateCredential", true },
		/* what is as good as the secret */
		{ "PasswordHash", true },
		{ "PasswordConfirm", true },
		{ "Device.Routing.Babel.MACKeySet.1.MACKey.1.KeyValue", true },
		{ "Device.USPAgent.ControllerTrust.Challenge.1.Value", true },
		/* keys that open nothing */
		{ "ParameterKey", false },
		{ "CommandKey", false },
		{ "command-key", false },
		{ "Device.ManagementServer.ParameterKey", false },
		{ "SSHPublicKey", false },
		{ "Device.SSH.AuthorizedKey.1.Key", false },
		{ "Device.DNS.SD.Service.1.TextRecord.1.Key", false },
		{ "InternetGatewayDevice.QueueManagement.Queue.1.QueueKey", false },
		{ "InternetGatewayDevice.Layer2Bridging.AvailableInterface.1."
		  "AvailableInterfaceKey",
		    false },
		/* about a secret, or about none */
		{ "KeyboardLayout", false },
		{ "WEPKeyIndex", false },
		{ "PasswordRequired", false },
		{ "PasswordReset", false },
		{ "MinPasswordLength", false },
		{ "PassthroughEnable", false },
		{ "IPsecBypass", false },
		{ "ByPass", false },
		{ "Compass", false },
		{ "Spin", false },
		{ "hairpin", false },
		{ "PINCheck", false },
		{ "TokenCount", false },
		{ "Username", false },
		{ "InternetGatewayDevice.ManagementServer.ConnectionRequestURL",
		    false },
		{ "InternetGatewayDevice.ManagementServer.URL", false },
		{ "Device.DeviceInfo.ProvisioningCode", false },
		{ "Device.IPsec.Profile.1.SentCPAttr.1.Value", false },
		/* partial paths have no value */
		{ "Device.Routing.Babel.MACKeySet.1.MACKey.", false },
		{ "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.WEPKey.",
		    false },
		{ "1", false },
		{ ".", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (secret_is_name(str_of(rows[i].name)) != rows[i].is_secret)
			fail_msg("%s", rows[i].name);
	}
}

static void test_a_partial_path_beside_a_value_is_a_name(void **state)
{
	(void)state;
	assert_true(secret_is_named(STR("Device.X.1.Password.")));
	assert_true(secret_is_named(STR("Device.X.1.Password")));
	assert_false(secret_is_named(STR("Device.DeviceInfo.")));
	assert_false(secret_is_named(STR(".")));
	assert_false(secret_is_name(STR_NULL));
	assert_false(secret_is_named(STR("")));
}

static const struct {
	const char *text, *shown;
} texts[] = {
	/* userinfo */
	{ "http://cpe:s3cret@acs:7547/x", "http://cpe:***@acs:7547/x" },
	{ "set to http://a:b@c, not https://d:e@f/ in frame 3",
	    "set to http://a:***@c, not https://d:***@f/ in frame 3" },
	{ "http://a:p@ss:w@host/@", "http://a:***@host/@" },
	{ "http://:p@host", "http://:***@host" },
	{ "//cpe:s3cret@acs/", "//cpe:***@acs/" },
	{ "http://cpe@acs/", "http://cpe@acs/" },
	{ "http://cpe:@acs/", "http://cpe:@acs/" },
	{ "http://acs:7547/a@b:c", "http://acs:7547/a@b:c" },
	{ "http://acs:7547, not http://acs2:7548. So",
	    "http://acs:7547, not http://acs2:7548. So" },
	{ "http://[fd00::1]:7547/", "http://[fd00::1]:7547/" },
	{ "http://fd00::1/", "http://fd00::1/" },
	{ "http://::ffff:192.0.2.1/", "http://::ffff:192.0.2.1/" },
	/* a password that nobody escaped, and one that was cut off */
	{ "http://cpe:s3/cr?et@acs/ ends", "http://cpe:***@acs/ ends" },
	{ "\"http://cpe:s3cr", "\"http://cpe:***" },
	{ "\"http://cpe:s3\"cr@acs\"", "\"http://cpe:***@acs\"" },
	/* queries */
	{ "/f?password=s3cret&x=1", "/f?password=***&x=1" },
	{ "/f?x=1&amp;access_token=s3cret#here", "/f?x=1&amp;access_token=***#here" },
	{ "https://store/f?X-Amz-Signature=ab12 was",
	    "https://store/f?X-Amz-Signature=*** was" },
	{ "/f?password=s3cret, user cpe", "/f?password=***, user cpe" },
	{ "/f?password=&x=1", "/f?password=&x=1" },
	{ "/f?password=,", "/f?password=***" },
	{ "/f?parameterkey=k", "/f?parameterkey=k" },
	{ "/f?password=", "/f?password=" },
	{ "password=\"with blanks\" and more", "password=\"***\" and more" },
	{ "password='never ends", "password='***" },
	{ "Digest realm=\"r\", opaque=\"s3cret\"",
	    "Digest realm=\"r\", opaque=\"***\"" },
	/* as in JSON */
	{ "{\"user\": \"cpe\", \"password\": \"s3\\\"cret\"}",
	    "{\"user\": \"cpe\", \"password\": \"***\"}" },
	{ "{\"pin\":1234}", "{\"pin\":***}" },
	{ "\"password\" needs a \"username\"", "\"password\" needs a \"username\"" },
	/* as faults say it */
	{ "bad password PW_x1 for http://a:b@x/",
	    "bad password *** for http://a:***@x/" },
	{ "Password \"s3cret\" refused", "Password \"***\" refused" },
	{ "passphrase p4ss: too short", "passphrase ***: too short" },
	{ "the password is wrong", "the password is wrong" },
	{ "password must have 8-63 characters", "password must have 8-63 characters" },
	{ "password Device.ManagementServer.Password",
	    "password Device.ManagementServer.Password" },
	{ "no password 9007", "no password 9007" },
	{ "without a password (add it)", "without a password (add it)" },
	{ "bad password (PW_x1)", "bad password (***)" },
	{ "password", "password" },
	{ "password ", "password " },
	/* none, and what is hidden already */
	{ "a:b@c", "a:b@c" },
	{ "// a:b@c", "// a:b@c" },
	{ "http://", "http://" },
	{ "http://u:***@h/?password=***", "http://u:***@h/?password=***" },
	{ "=", "=" },
	{ "", "" },
};

static void test_a_text_is_shown_without_its_secrets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		auto_buf shown = BUF_NULL;

		secret_put(&shown, str_of(texts[i].text));
		assert_string_equal(buf_cstr(&shown), texts[i].shown);
	}
}

static void test_the_same_in_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		char text[128];

		(void)snprintf(text, sizeof(text), "%s", texts[i].text);
		secret_hide(text, sizeof(text));
		assert_string_equal(text, texts[i].shown);
	}
}

/* "***" may be longer than what it hides. */
static void test_in_place_a_text_is_cut_where_it_does_not_fit(void **state)
{
	static const struct {
		size_t size; /* of the room */
		const char *shown;
	} rows[] = {
		{ sizeof("//u:p@h") + 2, "//u:***@h" },
		{ sizeof("//u:p@h") + 1, "//u:***@" },
		{ sizeof("//u:p@h"), "//u:***" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[16] = "//u:p@h";

		secret_hide(text, rows[i].size);
		assert_string_equal(text, rows[i].shown);
	}
}

static void test_words_of_an_error_have_no_secrets(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	(void)error_set(&err, ERR_MALFORMED, "\"%s\" is no URL", "http://u:p@h x");
	assert_string_equal(err.text, "\"http://u:***@h x\" is no URL");
	(void)error_prefix(&err, "\"%s\"", "http://u:p@h/");
	assert_string_equal(err.text,
	    "\"http://u:***@h/\": \"http://u:***@h x\" is no URL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_name_says_whether_its_value_is_a_secret),
		cmocka_unit_test(test_a_partial_path_beside_a_value_is_a_name),
		cmocka_unit_test(test_a_text_is_shown_without_its_secrets),
		cmocka_unit_test(test_the_same_in_place),
		cmocka_unit_test(test_in_place_a_text_is_cut_where_it_does_not_fit),
		cmocka_unit_test(test_words_of_an_error_have_no_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

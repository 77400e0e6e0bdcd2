//go:build integration

package integration

// syntaxes are arguments that Locust takes.
func syntaxes() (inputs []input) {
	for _, args := range [][]string{
		{"-H", "h"},
		{"-Hh"},
		{"-H=h"},
		{"--host", "h"},
		{"--host=h"},
		{"--host="},
		{"--host=a=b"},
		{"--hos", "h"},
		{"--host", "a b"},
		{"--master-h", "h"},
		{"--master-p=7"},
		{"--master-port", "+7"},
		{"--master-port= 7 "},
		{"--proc", "-1"},
		{"--host", "-5"},
		{"--host", "-5 x"},
		{"-T", "a", "b", "-E", "c"},
		{"-T", "a", "--tags", "b", "c"},
		{"-T"},
		{"--tags=a", "--host", "h"},
		{"-Ta", "--host", "h"},
		{"--tags=a b"},
		{"--tags", "a", "--", "Shopper"},
		{"Shopper", "-T", "a"},
		{"-T", "a", "--reset-stats", "Shopper", "Browser"},
		{"Shopper", "Browser", "--host", "h"},
		{"--loglevel", "debug"},
		{"-LERROR"},
		{"--logl", "info"},
		{"--logf", "f"},
		{"--host", "a", "--host", "b"},
		{"-s", "1h30m10s"},
		{"--worker", "-f", "-", "--headless", "-u", "5", "-t", "1m", "-r", "2.5", "--host", "h"},
		{"--autoquit", "-1", "Shopper"},
		{"--config-users", `{"user_class_name": "Shopper"}`, "--host", "h"},
		{"--logfile", "-"},
		{"--reset", "--skip"},
		{"-f-", "--host=h"},
	} {
		inputs = append(inputs, input{Arguments: args})
	}
	return inputs
}

// fileSyntaxes are files and variables that Locust takes.
func fileSyntaxes() (inputs []input) {
	for _, conf := range []string{
		"host = h # comment", "host = h ; comment", "host = h#x", "host: h", "host h", "--host h", "--host = h", "host=h", " host  =  a b ", "host = 'a # b'",
		`host = "h`, `host = "a" "b"`, "host =", "host = ''", "host", "host = a\nhost = b", "host = a\r\n", "# host = h", "; host = h", "[host]", "---\nhost=h",
		"reset-stats", "--reset-stats", "reset-stats = True", "reset-stats: no", "reset-stats yes", "tags = a b", "tags = [a, 'b', \"c\"]", `tags = ["a b", 1, true]`,
		"tags = []", "tags =", "tags = [a] # b", "exclude-tags: [a,b]", "host = [", "host\t=\th", "host =\th", "host = x=y: z", "master-port = 7 ", "loglevel = debug",
	} {
		inputs = append(inputs, input{Files: map[string]string{"locust.conf": conf}})
	}
	for _, toml := range []string{
		"[tool.locust]\nmaster-port = 7", "[tool.locust]\nreset-stats = true", "[tool.locust]\nreset-stats = false", "[tool.locust]\ntags = ['a', 'b c']",
		"[tool.locust]\ntags = 'a b'", "[tool.locust]\ntags = []", "[tool]\nlocust = {host = 'h', master-port = 8}", "tool.locust.host = 'h'",
		"[tool.other]\nhost = 'h'", "", "[tool.locust]\n'--host' = 'h'", "[tool.locust]\nhost = 1.5", "[tool.locust]\nhost = '''\na'''",
	} {
		inputs = append(inputs, input{Files: map[string]string{"pyproject.toml": toml}})
	}
	for name, values := range map[string][]string{
		"LOCUST_TAGS": {"a", "a b", "[a,b]", "[a, b c]", `["a", "b"]`, "", "[]", "[a"}, "LOCUST_HOST": {"", "[a, b]", " h "},
		"LOCUST_RESET_STATS": {"true", "YES", "on", "1", "FALSE", "no", "off", "0"}, "LOCUST_MASTER_NODE_PORT": {"7", " 7 "},
		"LOCUST_USER_CLASSES": {"Shopper", " Shopper  Browser ", ""}, "LOCUST_STOP_TIMEOUT": {"0", "1m"},
	} {
		for _, value := range values {
			inputs = append(inputs, input{Variables: map[string]string{name: value}})
		}
	}
	return inputs
}

// mistakes are inputs that Locust refuses, and we do too.
func mistakes() (inputs []input) {
	for _, args := range [][]string{
		{"--hots", "h"},
		{"--master", "--worker", "--master-port"},
		{"--host"},
		{"--host", "--worker"},
		{"--master-port", "x"},
		{"--master-port", ""},
		{"--master-port", "1.5"},
		{"-s", "1.5h"},
		{"-s", "1d"},
		{"-s", ""},
		{"--log", "x"},
		{"--loglevel", "LOUD"},
		{"-x"},
		{"-x", "1"},
		{"--slave"},
		{"--expect-slaves"},
		{"--web-auth", "a:b"},
		{"--legacy-ui"},
		{"--config", "missing.conf"},
		{"--config"},
		{"--reset-stats=maybe"},
		{"--web", "x"},
	} {
		inputs = append(inputs, input{Arguments: args})
	}
	for name, values := range map[string][]string{
		"LOCUST_RESET_STATS": {"", "maybe", "2", " true"}, "LOCUST_MODE_WORKER": {""}, "LOCUST_MASTER_NODE_PORT": {"", "x"}, "LOCUST_WEB_AUTH": {"a:b"},
		"LOCUST_STOP_TIMEOUT": {"", "soon"}, "LOCUST_LOGLEVEL": {"", "LOUD"},
	} {
		for _, value := range values {
			inputs = append(inputs, input{Variables: map[string]string{name: value}})
		}
	}
	for name, texts := range map[string][]string{
		"locust.conf":    {"= h", "host#x", "host = [a, b]", "reset-stats =", "reset-stats = maybe", "reset-stats # comment", "master-port = x", "slave"},
		"pyproject.toml": {"[tool.locust]\nhost = h", "[tool.locust", "[tool.locust]\nhost = ['a']", "[tool.locust]\nreset-stats = 'maybe'", "[tool.locust]\nmaster-port = 'x'"},
	} {
		for _, text := range texts {
			inputs = append(inputs, input{Files: map[string]string{name: text}})
		}
	}
	return inputs
}

//go:build integration

package integration

import "strings"

// A hostile is what a peer sends at once, before it ends the connection or, if it holds
// it, falls silent; and what the worker has to say of it.
type hostile struct {
	name string
	send string
	hold bool
	want string
}

// hostiles are peers that are no master, and peers that are out to break a worker.
func hostiles() []hostile {
	greeting := greet(3, "NULL")
	shaken := greeting + ready()
	garbage := strings.Repeat("\xa7\x00\x13\xfe\x80 ", 200)
	return []hostile{
		{"closes at once", "", false, "closed the connection"},
		{"garbage", garbage, false, "does not speak ZMTP"},
		{"garbage and silence", garbage, true, "does not speak ZMTP"},
		{"HTTP, long", "HTTP/1.1 400 Bad Request\r\n" + strings.Repeat("x: y\r\n", 50), false, "speaks HTTP"},
		{"HTTP, short", "HTTP/1.1 400 Bad Request\r\n\r\n", true, "speaks HTTP"},
		{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", true, "speaks SSH"},
		{"TLS", "\x15\x03\x01\x00\x02\x02\x46", false, "speaks TLS"},
		{"CURVE", greet(3, "CURVE"), true, `mechanism "CURVE"`},
		{"PLAIN", greet(3, "PLAIN"), true, `mechanism "PLAIN"`},
		{"ZMTP 1", "\x01\x00", true, "does not speak ZMTP"},
		{"ZMTP 2", greet(2, "NULL"), true, "older than 3.0"},
		{"short greeting", greeting[:20], true, "no answer in time"},
		{"short greeting and the end", greeting[:20], false, "closed the connection"},
		{"greeting and silence", greeting, true, "no answer in time"},
		{"PUB", greeting + command("READY", property("Socket-Type", "PUB")), true, `"PUB"`},
		{"READY without a type", greeting + command("READY", ""), true, "malformed"},
		{"READY, property cut", greeting + command("READY", "\x0bSocket"), true, "malformed"},
		{"READY, value cut", greeting + command("READY", "\x0bSocket-Type\x00"), true, "malformed"},
		{"READY of 2^62 bytes", greeting + "\x06" + size62, true, "more than"},
		{"ERROR", greeting + command("ERROR", "\x04nope"), true, "handshake"},
		{"message of 2^62 bytes", shaken + "\x02" + size62, true, "more than"},
		{"message of 64 TiB", shaken + "\x02\x00\x00\x40\x00\x00\x00\x00\x00", true, "more than"},
		{"message of 1 TiB", shaken + "\x02\x00\x00\x01\x00\x00\x00\x00\x00", true, "more than"},
		{"message of 8 GiB", shaken + "\x02\x00\x00\x00\x02\x00\x00\x00\x00", true, "more than"},
		{"endless frames", shaken + strings.Repeat("\x01\x00", 100_000), true, "frames"},
		{"frame cut", shaken + "\x00\x0c\x93\xa4st", false, "closed the connection"},
		{"random bytes", shaken + garbage, true, "malformed"},
		{"unknown command", shaken + command("NOPE", "x") + "\x08\x00", true, "malformed"},
	}
}

const size62 = "\x40\x00\x00\x00\x00\x00\x00\x00"

// greet is a ZMTP greeting (rfc.zeromq.org/spec:37).
func greet(major byte, mechanism string) string {
	g := make([]byte, 64)
	g[0], g[9], g[10], g[11] = 0xff, 0x7f, major, 1
	copy(g[12:32], mechanism)
	return string(g)
}

func ready() string {
	return command("READY", property("Socket-Type", "ROUTER")+property("Identity", ""))
}

func command(name, body string) string {
	return "\x04" + string(rune(1+len(name)+len(body))) + string(rune(len(name))) + name + body
}

func property(name, value string) string {
	return string(rune(len(name))) + name + "\x00\x00\x00" + string(rune(len(value))) + value
}

// A bomb is a payload of a well-behaved connection, and what the worker has to say of it.
type bomb struct {
	name    string
	payload string
	want    string
}

// bombs are messages of a few bytes that announce a lot, or of many bytes that take more
// than their size to decode.
func bombs() []bomb {
	const (
		truncated = "announced length exceeds"
		head      = "\x93\xa5spawn" // [ "spawn",
	)
	return []bomb{
		{"empty", "", truncated},
		{"array of 2^32", "\xdd\xff\xff\xff\xff", truncated},
		{"map of 2^32", "\xdf\xff\xff\xff\xff", truncated},
		{"string of 2^32", "\xdb\xff\xff\xff\xff", truncated},
		{"binary of 2^32", "\xc6\xff\xff\xff\xff", truncated},
		{"extension of 2^32", "\xc9\xff\xff\xff\xff\x01", truncated},
		{"array of 2^32 in a spawn", head + "\xdd\xff\xff\xff\xff", truncated},
		{"map of 2^32 in a spawn", head + "\x81\xa4host\xdf\xff\xff\xff\xff", truncated},
		{"three million arrays", strings.Repeat("\x91", 3_000_000), "nested deeper"},
		{"ten million maps", strings.Repeat("\x81\xa1k", 10_000_000/3), "nested deeper"},
		{"array as a key", "\x81\x91\x01\x01", "map key"},
		{"reserved byte", "\xc1", "reserved byte"},
		{"no UTF-8", "\x93\xa2\xc3\x28\xc0\xc0", "UTF-8"},
		{"bytes behind it", "\x93\xa4stop\xc0\xa4host\x00", "bytes after"},
		{"empty maps", "\x93\xa1x\xdd\x00\x20\x00\x00" + strings.Repeat("\x80", 1<<21) + "\xa4host", "more than 1048576"},
	}
}

package protocol_test

import (
	"testing"

	"github.com/hopperband/hopperband/protocol"
)

// The keys are what Locust 2.46 makes of the same errors (locust/stats.py).
func TestErrorKey(t *testing.T) {
	tests := []struct{ method, name, text, want string }{
		{"POST", "/b", "Exception('boom')", "850b09d6c7a2979930b9463c45086a4d085e7d72a4e197d20ca188619ad972ea"},
		{"GET", "/x", "plain", "e4d0be9e41c9ec2983b54f03405aac5e5a132ef7714e5b87c5ff5081f5516700"},
		{"GET", "/x", `has "dq"`, "8dcf9a67b23fd14014184b8df0b878659d76a3518ec9ea6bf66c4b7dac87e625"},
		{"GET", "/x", `both ' and "`, "007aeac075457510d56df9276f4edac395ef819ba7bd21fc0af6056f31261f8e"},
		{"GET", "/x", "new\nline\ttab\\bs", "7402b46b8f2249fe633a0144aea12d41d8c1273c678f8a86c1f2e85236b9dd62"},
		{"GET", "/ü", "héllo ☃ \u200b \u007f \u0000", "1094a2acab3027e0bf59ebea00b7b7c140bfb71c3913f937d59f7333a1c87e71"},
		{"GET", "/x", "it's", "2039e33d1d5db16b14565e91d1d3436e0c272e137344fa52a6130562acdaca8c"},
		{"GET", "/x", "cr\u000d esc\u001b nbsp\u00a0 y\u00ff", "a147ebba6e4847c500b2270e714e8112ad5f0fff9a1e79f67fb15b11b3831835"},
		{"", "", "", "7fee77453246c32b5f29dc5d73e7a4c19941147e82db6fc28c84566aad2f4265"},
		{"GET", "/x", "sep\u2028 bom\ufeff pua\ue000 ideo\u3000", "06138570504b741be128250cedc7800b5b82836a73d40f8729026c233d543d66"},
		{"GET", "/x", "emoji \U0001f600 tag\U000e0001 last\U0010ffff", "d00703762b626c8fca9d2c8099657c344452fd7ba321011bd23256092d6ae4d0"},
		{"GET", "/x", "\u0080\u009f\u00ad", "ccf2057d0867eca2986176b4f0243067937238a0f967d64f1851c72c0586cab9"},
		{"GET", "/x", "\\'\"", "c849db7a1ed9b7081ee15a44cbb269215f08cfd3d63d4ba8570b843a1ad73bbd"},
	}
	for _, tt := range tests {
		if got := protocol.ErrorKey(tt.method, tt.name, tt.text); got != tt.want {
			t.Errorf("%s %s %q: %s, want %s", tt.method, tt.name, tt.text, got, tt.want)
		}
	}
}

func TestErrorKeyOfInvalidUTF8(t *testing.T) {
	got := protocol.ErrorKey("G\xff", "/\xfe", "bad \xff\xfe!")
	if want := protocol.ErrorKey("G\uFFFD", "/\uFFFD", "bad \uFFFD!"); got != want {
		t.Errorf("%s, want that of the text as it is sent, %s", got, want)
	}
}

package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
)

// daemon speaks INSTREAM and finds "EICAR".
func daemon(t *testing.T, answer func(content []byte) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c, answer)
		}
	}()
	return l.Addr().String()
}

func serve(c net.Conn, answer func([]byte) string) {
	defer func() { _ = c.Close() }()
	head := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(c, head); err != nil || string(head) != "zINSTREAM\x00" {
		return
	}
	var content bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(c, binary.BigEndian, &n); err != nil {
			return
		}
		if n == 0 {
			break
		}
		if _, err := io.CopyN(&content, c, int64(n)); err != nil {
			return
		}
	}
	_, _ = io.WriteString(c, answer(content.Bytes()))
}

// Proves I2: what the daemon says is taken as it is, and whatever it does not
// say plainly is an error, never a clean file.
func TestScan(t *testing.T) {
	t.Parallel()
	find := func(b []byte) string {
		if bytes.Contains(b, []byte("EICAR")) {
			return "stream: Eicar-Test-Signature FOUND\x00"
		}
		return "stream: OK\x00"
	}
	for _, c := range []struct {
		name, content string
		answer        func([]byte) string
		found, fails  bool
	}{
		{"clean", strings.Repeat("a", 200_000), find, false, false},
		{"empty", "", find, false, false},
		{"malware at the end", strings.Repeat("a", 200_000) + "EICAR", find, true, false},
		{"too large for it", "a", func([]byte) string { return "INSTREAM size limit exceeded. ERROR\x00" }, false, true},
		{"silent", "a", func([]byte) string { return "" }, false, true},
		{"half a word", "a", func([]byte) string { return "stream: OK" }, false, true},
	} {
		s, err := New(daemon(t, c.answer))
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.Scan(context.Background(), strings.NewReader(c.content))
		if found != c.found || (err != nil) != c.fails {
			t.Errorf("%s: found %v, %v", c.name, found, err)
		}
	}
	gone, _ := New("127.0.0.1:1")
	if _, err := gone.Scan(context.Background(), strings.NewReader("a")); err == nil {
		t.Error("nobody there, and no error")
	}
	if _, err := New("clamav"); err == nil {
		t.Error("an address without a port was taken")
	}
}

// Package clamd asks ClamAV's daemon whether a file holds malware, over its
// INSTREAM command. It knows no resource.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Scanner is a daemon somewhere.
type Scanner struct{ network, address string }

// stall bounds how long the daemon may not move.
const stall = 30 * time.Second

// New takes the daemon's address: host:port, or the path of its socket.
func New(address string) (*Scanner, error) {
	if strings.HasPrefix(address, "/") {
		return &Scanner{"unix", address}, nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, errors.New("ClamAV: want host:port or the path of a socket")
	}
	return &Scanner{"tcp", address}, nil
}

// Scan streams a file to the daemon. found is true when it holds malware; an
// error says that nobody knows.
func (s *Scanner) Scan(ctx context.Context, r io.Reader) (found bool, err error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	c, err := d.DialContext(ctx, s.network, s.address)
	if err != nil {
		return false, fmt.Errorf("ClamAV: %w", err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "zINSTREAM\x00"); err != nil {
		return false, fmt.Errorf("ClamAV: %w", err)
	}
	if err := stream(c, r); err != nil {
		return false, err
	}
	_ = c.SetReadDeadline(time.Now().Add(2 * stall))
	answer, err := bufio.NewReader(io.LimitReader(c, 4096)).ReadString(0)
	if err != nil {
		return false, fmt.Errorf("ClamAV: %w", err)
	}
	return verdict(strings.TrimRight(answer, "\x00\n"))
}

// stream sends the file in chunks, each after its length; an empty one ends it.
func stream(c net.Conn, r io.Reader) error {
	buf := make([]byte, 4+64<<10)
	for {
		n, rerr := io.ReadFull(r, buf[4:])
		if rerr != nil && !errors.Is(rerr, io.EOF) && !errors.Is(rerr, io.ErrUnexpectedEOF) {
			return rerr
		}
		binary.BigEndian.PutUint32(buf, uint32(n))
		_ = c.SetWriteDeadline(time.Now().Add(stall))
		if _, err := c.Write(buf[:4+n]); err != nil {
			return fmt.Errorf("ClamAV: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}

func verdict(answer string) (found bool, err error) {
	switch {
	case strings.HasSuffix(answer, ": OK"):
		return false, nil
	case strings.HasSuffix(answer, " FOUND"):
		return true, nil
	}
	return false, fmt.Errorf("ClamAV answered %.200q", answer) // its own limit of size, for instance
}

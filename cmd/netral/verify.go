package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/attest"
	"github.com/netral-asn/netral/internal/referral"
)

type verifyCmd struct {
	Receipt verifyReceiptCmd `cmd:"" help:"Hold the receipt of a referral against the public keys, and print what it says. Needs no server."`
}

type verifyReceiptCmd struct {
	File     string `arg:"" help:"File with the receipt, or with the answer that holds it; - for standard input."`
	Keys     string `help:"File with the keys, as /.well-known/receipt-keys.json gives them." required:"" placeholder:"FILE"`
	Referral string `help:"File with the body that was sent: does the receipt speak of it?" placeholder:"FILE"`
}

// maxInput bounds the files that are read.
const maxInput = 1 << 20

func (c *verifyReceiptCmd) Run() error { return c.run(os.Stdout) }

func (c *verifyReceiptCmd) run(out io.Writer) error {
	document, err := readReceipt(c.File)
	if err != nil {
		return err
	}
	var keys attest.JWKS
	if err := readJSON(c.Keys, &keys); err != nil {
		return err
	}
	r, err := referral.Verify(document, keys)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := c.speaksOf(r); err != nil {
		return err
	}
	return tell(out, r)
}

// tell prints what a receipt says.
func tell(out io.Writer, r referral.Receipt) error {
	lines := []string{r.Number, "  signed by        " + r.Issuer, "  received         " + r.ReceivedOn + ", " + r.At().Format(time.RFC3339),
		"  by               " + r.Government + " (" + r.GovernmentCode + ")", "  from             " + r.Organisation, "  their number     " + r.TheirNumber,
		fmt.Sprintf("  kind             %s, %d person(s)", r.Kind, r.Subjects), "  content SHA-256  " + r.Content}
	for _, d := range r.Documents {
		lines = append(lines, fmt.Sprintf("  document         %s, %s, %d bytes", d.SHA256, d.MediaType, d.Size))
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

// speaksOf holds the receipt against the body that was sent.
func (c *verifyReceiptCmd) speaksOf(r referral.Receipt) error {
	if c.Referral == "" {
		return nil
	}
	var body json.RawMessage
	if err := readJSON(c.Referral, &body); err != nil {
		return err
	}
	content, err := referral.ContentOf(body)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Referral, err)
	}
	if content.String() != r.Content {
		return errors.New("the receipt is genuine and speaks of another content")
	}
	return nil
}

// readReceipt reads a receipt, or takes it out of the answer that holds it.
func readReceipt(path string) (string, error) {
	b, err := readFile(path)
	if err != nil {
		return "", err
	}
	var answer struct{ Receipt string }
	if json.Unmarshal(b, &answer) == nil && answer.Receipt != "" {
		return answer.Receipt, nil
	}
	return strings.TrimSpace(string(b)), nil
}

func readJSON(path string, into any) error {
	b, err := readFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s is not JSON of the kind wanted: %w", path, err)
	}
	return nil
}

func readFile(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, maxInput))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, maxInput))
}

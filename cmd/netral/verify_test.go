package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/platform/attest"
	"github.com/netral-asn/netral/internal/referral"
)

func written(t *testing.T, name string, v any) string {
	t.Helper()
	b, ok := v.(string)
	if !ok {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b = string(raw)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Proves X4: with the receipt, the public keys and the body that was sent anybody
// proves without the server what came; a receipt of another type, another key or
// another body is told.
func TestVerifyReceipt_WithoutTheServer(t *testing.T) {
	t.Parallel()
	key, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	body := `{"number": "004/TM", "kind": "finding", "narrative": "Caf\u00e9", "upload_ids": ["a"], "government_code": "32.01"}`
	content, err := referral.ContentOf(json.RawMessage(body))
	if err != nil {
		t.Fatal(err)
	}
	sign := func(typ string) string {
		doc, err := key.Sign(typ, referral.Receipt{Number: "TT-3201-2024-7F3K9", TheirNumber: "004/TM", Content: content.String()})
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	keys := written(t, "keys", attest.JWKS{Keys: []attest.JWK{attest.NewJWK(key.ID, key.Public(), nil)}})
	genuine := sign(referral.ReceiptType)
	for name, x := range map[string]struct {
		cmd  verifyReceiptCmd
		want string
	}{
		"the receipt":             {verifyReceiptCmd{File: written(t, "r", genuine+"\n"), Keys: keys}, ""},
		"the answer":              {verifyReceiptCmd{File: written(t, "r", map[string]string{"receipt": genuine}), Keys: keys}, ""},
		"what was sent":           {verifyReceiptCmd{File: written(t, "r", genuine), Keys: keys, Referral: written(t, "b", body)}, ""},
		"the same in other order": {verifyReceiptCmd{File: written(t, "r", genuine), Keys: keys, Referral: written(t, "b", `{"kind":"finding","narrative":"Café","number":"004/TM"}`)}, ""},
		"another body":            {verifyReceiptCmd{File: written(t, "r", genuine), Keys: keys, Referral: written(t, "b", `{"number":"005/TM"}`)}, "another content"},
		"another type":            {verifyReceiptCmd{File: written(t, "r", sign("at+jwt")), Keys: keys}, "not one of ours"},
		"no keys":                 {verifyReceiptCmd{File: written(t, "r", genuine), Keys: written(t, "k", `{"keys":[]}`)}, "not among these"},
		"no such file":            {verifyReceiptCmd{File: "nowhere", Keys: keys}, "no such file"},
	} {
		var out strings.Builder
		err := x.cmd.run(&out)
		if x.want == "" && (err != nil || !strings.HasPrefix(out.String(), "TT-3201-2024-7F3K9\n")) {
			t.Errorf("%s: got %v, %q", name, err, out.String())
		}
		if x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s: got %v, want %q", name, err, x.want)
		}
	}
}

package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves O9: a front end reads the labels of every closed set in both languages,
// all at once or one set alone.
func TestVocabulary_AllOrOne(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	c := s.As(authz.ASN, s.Government("36.03", "Kabupaten Tangerang"))
	if n := c.Get("/vocabularies").Expect(200).Len("items"); n < 60 {
		t.Errorf("%d sets", n)
	}
	one := c.Get("/vocabularies?name=case_state").Expect(200)
	if one.Len("items") != 1 || one.Text("items.0.values.0.code") != "registered" || one.Text("items.0.values.0.label.id") != "Terdaftar" {
		t.Errorf("case_state: %s", one.Body)
	}
	if none := c.Get("/vocabularies?name=nothing").Expect(200); none.Len("items") != 0 {
		t.Errorf("a set that is not there: %s", none.Body)
	}
	c.Get("/vocabularies?name=A%20B").ExpectCode(400, "request.invalid")
}

package identity

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Proves that a sheet of every kind of slip prints, and that the codes on it are
// whole. NETRAL_TEST_SHEET=FILE keeps it for the eye.
func TestSheet_Prints(t *testing.T) {
	t.Parallel()
	s := sheet{Government: "Pemerintah Kabupaten Tangerang", Unit: "Dinas Kesehatan", Printed: day.New(2024, time.May, 20), Until: day.New(2024, time.June, 2), Left: 37}
	for i, name := range []string{"dr. Siti Nur Aminah, Sp.A., M.Kes.", "Dedi Supriatna, S.Kep., Ners", "Prof. Dr. Ir. H. Raden Mas Muhammad Abdurrahman Wahidin Kusumonegoro, S.T., M.T.",
		"Ayu", "I Gusti Ngurah Bagus Andre", "Yohanes Andrés Müller", "Rina Kusumawati", "Asep Hidayat", "Nur'aini", "Budi Santoso", "Wawan"} {
		x := slip{Name: name, NIP: "197504232009032007", Unit: "UPTD Puskesmas Kecamatan Panongan dan Jaringan Pelayanan Kesehatan Masyarakat", Code: authn.PrintCode(authn.NewCode())}
		if i == 3 {
			x.NIP = ""
		}
		x.Joins = i == 4
		s.Slips = append(s.Slips, x)
	}
	pdf, err := s.pdf(time.Date(2024, 5, 20, 2, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Error("no PDF")
	}
	for _, x := range s.Slips {
		if !bytes.Contains(pdf, []byte("("+x.Code+")")) {
			t.Errorf("the code %s is not whole on the sheet", x.Code)
		}
	}
	if file := os.Getenv("NETRAL_TEST_SHEET"); file != "" {
		if err := os.WriteFile(file, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

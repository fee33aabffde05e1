package casestatus

import (
	"io"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// newSheet begins the list as a spreadsheet, for people who work in one.
func newSheet(out io.Writer) (*sheet.Writer, error) {
	layout := sheet.Layout{Kind: sheet.XLSX, Worksheet: "Status perkara"}
	for _, h := range []string{"Pemerintah daerah", "Nomor kami", "Nomor tanda terima", "Lembaga", "Nomor lembaga", "Nomor SBT", "Status", "Sejak", "Diterima", "Diregistrasi",
		"Ditutup", "Menunggu", "Tenggat", "Sisa hari", "Keyakinan aturan", "Aturan", "Umur (hari)", "Jangka waktu terlewati"} {
		layout.Columns = append(layout.Columns, sheet.Column{Heading: h})
	}
	return sheet.NewWriter(out, layout)
}

// wordsForPeople and waitsForPeople are what stands in the sheet for the codes.
var (
	wordsForPeople = map[Word]string{Received: "Diterima", Verifying: "Diverifikasi", Examining: "Diperiksa", AwaitingDecision: "Menunggu keputusan",
		DecidedProven: "Diputus: terbukti", DecidedNotProven: "Diputus: tidak terbukti", SanctionInForce: "Hukuman berlaku", ClosedOther: "Ditutup"}
	waitsForPeople = map[Waits]string{Nobody: "", Sender: "Lembaga pengirim", TaskForce: "Satgas netralitas", PersonnelAgency: "BKPSDM",
		DirectSuperior: "Atasan langsung", Examiners: "Tim pemeriksa", DecidingOfficial: "Pejabat yang berwenang menghukum",
		AppointingAuth: "Pejabat pembina kepegawaian", Subject: "Pegawai yang bersangkutan", BKN: "BKN", BPASN: "BPASN", OtherBody: "Lembaga lain"}
	confidenceForPeople = map[string]string{"high": "tinggi", "medium": "sedang", "low": "rendah"}
)

func cells(s Status, body string) []any {
	left := any(nil)
	if !s.Due.On.IsZero() {
		left = s.DaysLeft()
	}
	return []any{s.GovernmentCode, s.OurNumber, s.Receipt, body, s.TheirNumber, s.SBT, wordsForPeople[s.Word], s.Since.String(), s.Received.String(), dayCell(s.Registered),
		dayCell(s.Closed), waitsForPeople[s.Waits], dayCell(s.Due.On), left, confidenceForPeople[s.Due.Confidence], s.Due.Rule, s.Age(), int(s.Missed)}
}

func dayCell(d day.Day) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}

package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/upload"
)

// letterUpload is a letter that Bawaslu's client of Kab. Bogor has sent and not
// used for anything yet.
func (l *loader) letterUpload(ctx context.Context) error {
	p := l.kabBogor()
	return l.sentUp(act(ctx, bawasluOf(p), "upload.write", "upload/bawaslu-"+p.Code+"/letter"), "Surat Penerusan 118.pdf",
		"BADAN PENGAWAS PEMILIHAN UMUM KABUPATEN BOGOR", "Penerusan temuan pelanggaran netralitas ASN")
}

// bawasluOf is the machine client of the Bawaslu office of a government.
func bawasluOf(p *place) authz.Principal {
	return authz.Principal{Kind: authz.Client, ID: id.ForName(clientOf(authz.Bawaslu, p.Code)), Organisation: id.ForName("organisation/bawaslu-" + p.Code),
		Tenants: []int32{p.Tenant}, Grants: []authz.Grant{{Role: authz.Bawaslu, Tenant: p.Tenant}}}
}

// sentUp sends a page with some lines, whole.
func (l *loader) sentUp(ctx context.Context, name string, lines ...string) error {
	b := letterPDF(lines...)
	sum := upload.Digest(sha256.Sum256(b))
	u, err := l.app.Uploads.Create(ctx, "", upload.File{Name: name, MediaType: upload.PDF, Size: int64(len(b)), SHA256: sum})
	if err != nil {
		return err
	}
	if _, err := l.app.Uploads.PutPart(ctx, u.ID, 1, sum, bytes.NewReader(b), int64(len(b))); err != nil {
		return err
	}
	_, err = l.app.Uploads.Complete(ctx, u.ID)
	return err
}

// letterPDF is a page with some lines, the least that a reader of PDF shows.
func letterPDF(lines ...string) []byte {
	var text bytes.Buffer
	text.WriteString("BT /F1 12 Tf 56 780 Td 18 TL\n")
	for _, l := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", l)
	}
	text.WriteString("ET")
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

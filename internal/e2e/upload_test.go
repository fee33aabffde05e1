package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/clamd"
	"github.com/netral-asn/netral/internal/platform/id"
)

const (
	pdfType  = "application/pdf"
	docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	partSize = 4 << 20
)

// secretWords stand in test files; they must be on no disk.
const secretWords = "RAHASIA BAWASLU"

// pdfOf is a file of a size that is told as a PDF by its content.
func pdfOf(size int) []byte {
	out := bytes.Repeat([]byte(secretWords+"\n"), size/len(secretWords)+1)[:size]
	copy(out, "%PDF-1.4\n")
	for i := 1024; i+4 < size; i += 4096 { // no two parts are alike
		copy(out[i:], strconv.Itoa(i))
	}
	return out
}

func hexSum(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }

func contentDigest(b []byte) string {
	s := sha256.Sum256(b)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(s[:]) + ":"
}

// announcement is the body that announces a file.
func announcement(b []byte) map[string]any {
	return map[string]any{"file_name": "Surat Penerusan.pdf", "media_type": pdfType, "size": len(b), "sha256": hexSum(b)}
}

func changedTo(in map[string]any, key string, v any) map[string]any {
	out := map[string]any{}
	for k, x := range in {
		out[k] = x
	}
	out[key] = v
	return out
}

// partOf is the part of a file with a number.
func partOf(b []byte, no int) []byte { return b[(no-1)*partSize : min(no*partSize, len(b))] }

func putPart(c *harness.Caller, uid string, no int, b []byte) *harness.Answer {
	return putSaid(c, uid, no, b, contentDigest(b))
}

func putSaid(c *harness.Caller, uid string, no int, b []byte, digest string) *harness.Answer {
	h := http.Header{"Content-Type": {"application/octet-stream"}, "Content-Digest": {digest}}
	return c.Raw(http.MethodPut, "/uploads/"+uid+"/parts/"+strconv.Itoa(no), h, bytes.NewReader(b))
}

// sendParts announces a file and sends its parts.
func sendParts(c *harness.Caller, media string, b []byte) (uid string) {
	uid = c.Post("/uploads", changedTo(announcement(b), "media_type", media)).Expect(201).Text("id")
	for no := 1; (no-1)*partSize < len(b); no++ {
		putPart(c, uid, no, partOf(b, no)).Expect(200)
	}
	return uid
}

func complete(c *harness.Caller, uid string) *harness.Answer {
	return c.Post("/uploads/"+uid+"/completion", nil)
}

// uploaded is a complete upload of a file.
func uploaded(c *harness.Caller, b []byte) (uid string) {
	uid = sendParts(c, pdfType, b)
	complete(c, uid).Expect(200)
	return uid
}

// Proves T-37, T-42, T-59: a file announced, sent in parts in any order and
// twice, asked for in between and completed is whole; of its content and of its
// name nothing is readable in the store, the database or the temporary folder,
// and its parts are gone.
func TestUpload_InParts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	c := s.As(authz.AgencyOfficer, g)
	b := pdfOf(2*partSize + 1234)
	a := c.Post("/uploads", announcement(b)).Expect(201)
	uid := a.Text("id")
	if a.Header.Get("Location") != "/api/v1/uploads/"+uid || a.Text("part_count") != "3" || a.Text("part_size") != strconv.Itoa(partSize) || a.Text("state") != "open" || a.Text("government_code") != "36.03" {
		t.Errorf("got %s", a.Body)
	}
	complete(c, uid).ExpectCode(409, "upload.parts_missing")
	putPart(c, uid, 3, partOf(b, 3)).Expect(200)
	putPart(c, uid, 1, partOf(b, 2)).Expect(200) // the wrong one, of the right size
	if got := c.Get("/uploads/" + uid).Expect(200); got.Len("parts") != 2 || got.Text("parts.1.number") != "3" || got.Text("parts.1.sha256") != hexSum(partOf(b, 3)) {
		t.Errorf("got %s", got.Body)
	}
	putPart(c, uid, 2, partOf(b, 2)).Expect(200)
	complete(c, uid).ExpectCode(422, "upload.digest_wrong")
	putPart(c, uid, 1, partOf(b, 1)).Expect(200)
	got := complete(c, uid).Expect(200)
	if got.Text("state") != "complete" || got.Text("scan") != "not_scanned" || got.Len("parts") != 0 || got.Text("sha256") != hexSum(b) {
		t.Errorf("got %s", got.Body)
	}
	if again := complete(c, uid).Expect(200); again.Text("version") != got.Text("version") {
		t.Errorf("completed again: %s", again.Body)
	}
	putPart(c, uid, 1, partOf(b, 1)).ExpectCode(409, "upload.not_open")
	if n := s.Count("SELECT count(*) FROM blob"); n != 1 || filesIn(t, s.Files) != 1 {
		t.Errorf("%d rows, %d files; want the whole one alone", n, filesIn(t, s.Files))
	}
	nowhereInDatabase(t, s, "Surat Penerusan", secretWords)
	nowhereOnDisk(t, s.Files, secretWords)
	c.Delete("/uploads/" + uid).Expect(204)
	c.Get("/uploads/" + uid).Expect(404)
	if n := filesIn(t, s.Files); n != 0 {
		t.Errorf("%d files after it was given up", n)
	}
}

func filesIn(t *testing.T, dir string) (n int) {
	t.Helper()
	walkFiles(t, dir, func(string, []byte) { n++ })
	return n
}

func nowhereOnDisk(t *testing.T, dir, word string) {
	t.Helper()
	walkFiles(t, dir, func(path string, b []byte) {
		if bytes.Contains(b, []byte(word)) {
			t.Errorf("%s is readable", path)
		}
	})
}

func walkFiles(t *testing.T, dir string, each func(path string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		each(path, b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Proves T-64: a part or a file of another size, digest or number than announced
// is refused, however it is sent, and leaves nothing.
func TestUpload_RefusesWhatWasNotAnnounced(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, func(c *app.Config) { c.Uploads.MaxBytes, c.Uploads.QuotaBytes = 8<<20, 10<<20 })
	c := s.As(authz.Bawaslu, s.Government("36.03", "Kabupaten Tangerang"))
	b := pdfOf(5 << 20)
	c.Post("/uploads", announcement(pdfOf(8<<20+1))).ExpectCode(413, "upload.too_large")
	c.Post("/uploads", changedTo(announcement(b), "media_type", "application/zip")).ExpectCode(400, "request.invalid")
	c.Post("/uploads", changedTo(announcement(b), "file_name", "../../etc/passwd")).ExpectCode(400, "request.invalid")
	uid := c.Post("/uploads", announcement(b)).Expect(201).Text("id")
	other := c.Post("/uploads", announcement(b)).Expect(201).Text("id")
	c.Post("/uploads", announcement(b)).ExpectCode(422, "upload.quota_reached")
	c.Delete("/uploads/" + other).Expect(204)
	c.Post("/uploads", announcement(b)).Expect(201)

	putPart(c, uid, 0, b[:1]).Expect(400)
	putPart(c, uid, 3, b[:1]).ExpectCode(422, "upload.part_unknown")
	putPart(c, uid, 1, b[:partSize+1]).ExpectCode(413, "upload.part_size_wrong")
	putPart(c, uid, 1, b[:partSize-1]).ExpectCode(422, "upload.part_size_wrong")
	putPart(c, uid, 1, nil).ExpectCode(422, "upload.part_size_wrong")
	putSaid(c, uid, 1, b[:partSize], contentDigest(b)).ExpectCode(422, "upload.digest_wrong")
	putSaid(c, uid, 1, b[:partSize], "sha-256=:"+strings.Repeat("-", 43)+"=:").Expect(400)
	putSaid(c, uid, 1, b[:partSize], "md5=:x:").Expect(400)
	unannounced := io.MultiReader(bytes.NewReader(b[:partSize]), strings.NewReader("x")) // chunked, so that no length is told
	h := http.Header{"Content-Type": {"application/octet-stream"}, "Content-Digest": {contentDigest(b[:partSize])}}
	c.Raw(http.MethodPut, "/uploads/"+uid+"/parts/1", h, unannounced).ExpectCode(413, "upload.part_size_wrong")
	c.Raw(http.MethodPut, "/uploads/"+uid+"/parts/1", http.Header{"Content-Type": {"application/json"}, "Content-Digest": h["Content-Digest"]}, bytes.NewReader(b[:partSize])).Expect(415)
	if got := c.Get("/uploads/" + uid).Expect(200); got.Len("parts") != 0 || filesIn(t, s.Files) != 0 {
		t.Errorf("something was kept: %s, %d files", got.Body, filesIn(t, s.Files))
	}
}

// Proves I2, T-57: the type is told by the content: what is said to be another
// one, what is two at once, documents that act and images of absurd size are
// refused, and what people really send is taken.
func TestUpload_TypeByContent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	c := s.As(authz.AgencyOfficer, s.Government("36.03", "Kabupaten Tangerang"))
	jpg, archive := jpegOf(t), zipOf(t, "isi.txt")
	docx := zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")
	for _, x := range []struct {
		name, media string
		content     []byte
		code        string
	}{
		{"pdf", pdfType, pdfOf(3000), ""},
		{"jpeg", "image/jpeg", jpg, ""},
		{"png", "image/png", smallPNG(t), ""},
		{"docx", docxType, docx, ""},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zipOf(t, "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), ""},
		{"docx with a chart", docxType, zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/embeddings/Microsoft_Excel_Sheet.xlsx"), ""},
		{"wav", "audio/wav", append([]byte("RIFF\x24\x00\x00\x00WAVEfmt "), make([]byte, 64)...), ""},
		{"mp4", "video/mp4", append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), make([]byte, 64)...), ""},
		{"a program", pdfType, append([]byte("MZ\x90\x00"), make([]byte, 500)...), "upload.type_wrong"},
		{"a page", pdfType, []byte("<!DOCTYPE html><script>alert(1)</script>"), "upload.type_wrong"},
		{"jpeg said to be pdf", pdfType, jpg, "upload.type_wrong"},
		{"archive said to be docx", docxType, archive, "upload.type_wrong"},
		{"text", "image/png", []byte("halo"), "upload.type_wrong"},
		{"jpeg and archive", "image/jpeg", append(bytes.Clone(jpg), archive...), "upload.type_mixed"},
		{"pdf and archive", pdfType, append(pdfOf(3000), archive...), "upload.type_mixed"},
		{"jpeg and pdf", "image/jpeg", append(append(bytes.Clone(jpg[:2]), "\xff\xfe\x00\x0a%PDF-1.4"...), jpg[2:]...), "upload.type_wrong"},
		{"pdf after a line", pdfType, append([]byte("\n"), pdfOf(3000)...), "upload.content_refused"},
		{"docx with macros", docxType, zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/vbaProject.bin"), "upload.content_refused"},
		{"docx with an object", docxType, zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/embeddings/oleObject1.bin"), "upload.content_refused"},
		{"png of 90 gigapixels", "image/png", hugePNG(t), "upload.content_refused"},
		{"broken jpeg", "image/jpeg", jpg[:20], "upload.content_refused"},
		{"docx cut off", docxType, docx[:len(docx)-30], "upload.content_refused"},
	} {
		uid := sendParts(c, x.media, x.content)
		got := complete(c, uid)
		if x.code == "" && got.Status != 200 || x.code != "" && (got.Status != 422 || got.Text("code") != x.code) {
			t.Errorf("%s: got %d %s, want %s", x.name, got.Status, got.Body, x.code)
		}
		c.Delete("/uploads/" + uid).Expect(204)
	}
}

func jpegOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func smallPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hugePNG says of itself that it has 300,000 by 300,000 pixels.
func hugePNG(t *testing.T) []byte {
	t.Helper()
	b := smallPNG(t)
	copy(b[16:], "\x00\x04\x93\xe0\x00\x04\x93\xe0")
	return pngChecked(b)
}

func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: n})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "<a/>"); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Proves T-16, T-20: an upload is its owner's alone, in its government alone, and
// goes away after a day with everything that lies of it; who speaks for several
// governments names one.
func TestUpload_OwnersAndTime(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	owner, content := s.As(authz.AgencyOfficer, a), pdfOf(100)
	uid := uploaded(owner, content)
	for name, c := range map[string]*harness.Caller{"colleague": s.As(authz.AgencyOfficer, a), "abroad": s.As(authz.AgencyOfficer, b), "machine": s.As(authz.Bawaslu, a),
		"owner in the other government": movedTo(s, owner, b)} {
		if got := c.Get("/uploads/" + uid); got.Status != 404 {
			t.Errorf("%s: got %d", name, got.Status)
		}
		if got := putPart(c, uid, 1, content); got.Status != 404 {
			t.Errorf("%s sends a part: got %d", name, got.Status)
		}
		complete(c, uid).Expect(404)
		c.Delete("/uploads/" + uid).Expect(404)
	}
	both := s.As(authz.Bawaslu, a, func(p *authz.Principal) {
		p.Tenants = append(p.Tenants, b.Tenant)
		p.Grants = append(p.Grants, authz.Grant{Role: authz.Bawaslu, Tenant: b.Tenant})
	})
	both.Post("/uploads", announcement(content)).ExpectCode(400, "request.government_needed")
	both.Post("/uploads", changedTo(announcement(content), "government_code", "32.01")).Expect(404)
	in := changedTo(announcement(content), "government_code", "36.71")
	first := keyed(both, aKey, "/uploads", asJSON(t, in)).Expect(201)
	if again := keyed(both, aKey, "/uploads", asJSON(t, in)).Expect(201); !replayed(again) || again.Text("id") != first.Text("id") || first.Text("government_code") != "36.71" {
		t.Errorf("first %s, again %s", first.Body, again.Body)
	}
	putPart(both, first.Text("id"), 1, content).Expect(200)
	complete(both, first.Text("id")).Expect(200)

	pass(t, s, 25*time.Hour)
	owner.Get("/uploads/" + uid).Expect(404)
	putPart(both, first.Text("id"), 1, content).Expect(404)
	for _, g := range []government.Government{a, b} {
		if err := s.App.Uploads.Sweep(harness.System(g)); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Count("SELECT (SELECT count(*) FROM upload) + (SELECT count(*) FROM upload_part) + (SELECT count(*) FROM blob)"); n != 0 || filesIn(t, s.Files) != 0 {
		t.Errorf("%d rows and %d files are left", n, filesIn(t, s.Files))
	}
}

// movedTo is the same account with a token for another government.
func movedTo(s *harness.Server, c *harness.Caller, g government.Government) *harness.Caller {
	p := c.Principal
	p.Tenants, p.Grants = []int32{g.Tenant}, []authz.Grant{{Role: p.Grants[0].Role, Tenant: g.Tenant}}
	return s.Principal(p)
}

// pass moves the clock of the database.
func pass(t *testing.T, s *harness.Server, d time.Duration) {
	t.Helper()
	if err := s.App.DB.MoveClock(context.Background(), time.Now().Add(d)); err != nil {
		t.Fatal(err)
	}
}

// Proves T-38, T-50: what is sent twice at once stands once; parts that come
// while the file is completed do not get into it; what a killed request left in
// the store is swept.
func TestUpload_AtTheSameTime(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	c := s.As(authz.AgencyOfficer, g)
	content := pdfOf(partSize + 10)
	uid := c.Post("/uploads", announcement(content)).Expect(201).Text("id")
	var wg sync.WaitGroup
	for range 4 {
		for no := 1; no <= 2; no++ {
			wg.Go(func() { putPart(c, uid, no, partOf(content, no)).Expect(200) })
		}
	}
	wg.Wait()
	for range 4 {
		wg.Go(func() {
			if got := complete(c, uid); got.Status != 200 && got.Status != 409 {
				t.Errorf("got %d %s", got.Status, got.Body)
			}
		})
		wg.Go(func() { putPart(c, uid, 1, partOf(content, 1)) })
	}
	wg.Wait()
	if got := complete(c, uid).Expect(200); got.Text("state") != "complete" {
		t.Errorf("got %s", got.Body)
	}
	if n := s.Count("SELECT count(*) FROM blob"); n != 1 || filesIn(t, s.Files) != 1 {
		t.Errorf("%d rows, %d files", n, filesIn(t, s.Files))
	}
	name := id.NewUnordered(context.Background()).String()
	orphan := filepath.Join(s.Files, strconv.Itoa(int(g.Tenant)), name[:2], name)
	old := time.Now().Add(-48 * time.Hour)
	if err := os.MkdirAll(filepath.Dir(orphan), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(orphan, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(orphan, old, old); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Files.Sweep(harness.System(g)); err != nil {
		t.Fatal(err)
	}
	if n := filesIn(t, s.Files); n != 1 {
		t.Errorf("%d files after the sweep", n)
	}
}

// Proves I2: with a scanner nothing is used that it has not seen: malware is
// refused and its bytes are gone, and while it cannot be reached files are held.
func TestUpload_Scanner(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close() // nobody there yet
	s := harness.Start(t, func(c *app.Config) { c.Uploads.Scanner, _ = clamd.New(address) })
	g := s.Government("36.03", "Kabupaten Tangerang")
	c := s.As(authz.AgencyOfficer, g)
	first, second := sendParts(c, pdfType, pdfOf(200_000)), sendParts(c, pdfType, append(pdfOf(100), "EICAR"...))
	for _, uid := range []string{first, second} {
		if got := complete(c, uid).Expect(200); got.Text("state") != "held" || got.Text("scan") != "" {
			t.Errorf("got %s", got.Body)
		}
	}
	scannerAt(t, address)
	if err := s.App.Uploads.Sweep(harness.System(g)); err != nil {
		t.Fatal(err)
	}
	if got := c.Get("/uploads/" + first).Expect(200); got.Text("state") != "complete" || got.Text("scan") != "clean" {
		t.Errorf("got %s", got.Body)
	}
	if got := c.Get("/uploads/" + second).Expect(200); got.Text("state") != "refused" {
		t.Errorf("got %s", got.Body)
	}
	complete(c, second).ExpectCode(422, "upload.malware_found")
	third := sendParts(c, pdfType, append(pdfOf(100), "EICAR"...))
	c.Raw(http.MethodPost, "/uploads/"+third+"/completion", http.Header{"Idempotency-Key": {aKey}}, http.NoBody).ExpectCode(422, "upload.malware_found")
	if got := c.Get("/uploads/" + third).Expect(200); got.Text("state") != "refused" || filesIn(t, s.Files) != 1 {
		t.Errorf("got %s, %d files", got.Body, filesIn(t, s.Files))
	}
}

// scannerAt answers as ClamAV does and finds "EICAR".
func scannerAt(t *testing.T, address string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
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
			go func() {
				defer func() { _ = c.Close() }()
				var seen bytes.Buffer
				buf := make([]byte, 4096)
				for !bytes.HasSuffix(seen.Bytes(), []byte{0, 0, 0, 0}) {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					seen.Write(buf[:n])
				}
				answer := "stream: OK\x00"
				if bytes.Contains(seen.Bytes(), []byte("EICAR")) {
					answer = "stream: Eicar-Test-Signature FOUND\x00"
				}
				_, _ = io.WriteString(c, answer)
			}()
		}
	}()
}

// pngChecked makes the checksum of a PNG's head right again.
func pngChecked(b []byte) []byte {
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

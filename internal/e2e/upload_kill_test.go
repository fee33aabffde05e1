package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// killedUpload is how large the file is over which the server is killed.
const killedUpload = 50 << 20

// mostMemory bounds what the server takes at its highest over what it took when
// nobody had asked for anything.
const mostMemory = 64 << 20

// Proves O5, T-38, T-65: a file of 50 MB sent in parts while the server is killed
// by -9 twice, in the middle of a part each time: what was answered is there,
// what broke off is not, the client sends the rest, and the file is the same byte
// for byte. The memory of the server does not grow with it.
func TestKill_Upload(t *testing.T) {
	if testing.Short() {
		t.Skip("kills servers")
	}
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	order, err := json.Marshal(replicaOrder{Database: s.Database.AppURL, Master: s.MasterKey, Files: s.Files, Tenant: g.Tenant})
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{order: string(order)}
	t.Cleanup(r.kill)
	r.start(t)
	idle := memory(t, r)
	file := pdfOf(killedUpload)
	uid := field(t, call(t, r, http.MethodPost, "/uploads", announcement(file)), "id")
	kills, highest := 0, int64(0)
	for {
		there := arrived(t, r, uid)
		next := 1
		for there[next] {
			next++
		}
		if (next-1)*partSize >= len(file) {
			break
		}
		if kills < 2 && next == 3+4*kills { // in the middle of the third, then of the seventh part
			highest = max(highest, memory(t, r))
			breakOff(r, uid, next, partOf(file, next))
			kills++
			r.start(t)
			if arrived(t, r, uid)[next] {
				t.Fatalf("part %d broke off and is there", next)
			}
			continue
		}
		put(t, r, uid, next, partOf(file, next))
	}
	whole := call(t, r, http.MethodPost, "/uploads/"+uid+"/completion", nil)
	highest = max(highest, memory(t, r))
	if field(t, whole, "state") != "complete" || kills != 2 {
		t.Errorf("%d kills, got %s", kills, whole)
	}
	if got := stored(t, s, g, uid); got != sha256.Sum256(file) {
		t.Error("the file is another one than was sent")
	}
	if highest-idle > mostMemory {
		t.Errorf("the server took %d MiB over the %d it began with", (highest-idle)>>20, idle>>20)
	}
	t.Logf("%d MiB, killed %d times; the server held at most %d MiB, %d when idle", len(file)>>20, kills, highest>>20, idle>>20)
}

// call asks the replica as the officer.
func call(t *testing.T, r *replica, method, path string, body any) []byte {
	t.Helper()
	var b []byte
	if body != nil {
		b = []byte(asJSON(t, body))
	}
	status, answer, err := once(method, r.address()+"/api/v1"+path, "officer", "", b)
	if err != nil || status >= 300 {
		t.Fatalf("%s %s: %d %s %v", method, path, status, answer, err)
	}
	return answer
}

func field(t *testing.T, answer []byte, name string) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v[name])
}

// arrived tells which parts are there.
func arrived(t *testing.T, r *replica, uid string) map[int]bool {
	t.Helper()
	var v struct{ Parts []struct{ Number int } }
	if err := json.Unmarshal(call(t, r, http.MethodGet, "/uploads/"+uid, nil), &v); err != nil {
		t.Fatal(err)
	}
	out := map[int]bool{}
	for _, p := range v.Parts {
		out[p.Number] = true
	}
	return out
}

func partRequest(r *replica, uid string, no int, part []byte, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPut, r.address()+"/api/v1/uploads/"+uid+"/parts/"+strconv.Itoa(no), body)
	if err != nil {
		return nil, err
	}
	req.ContentLength = int64(len(part))
	req.Header = http.Header{"Authorization": {"Bearer officer"}, "Content-Type": {"application/octet-stream"}, "Content-Digest": {contentDigest(part)}}
	return http.DefaultClient.Do(req)
}

func put(t *testing.T, r *replica, uid string, no int, part []byte) {
	t.Helper()
	res, err := partRequest(r, uid, no, part, bytes.NewReader(part))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if b, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
		t.Fatalf("part %d: %d %s", no, res.StatusCode, b)
	}
}

// breakOff sends half of a part and kills the server then.
func breakOff(r *replica, uid string, no int, part []byte) {
	half := io.MultiReader(bytes.NewReader(part[:len(part)/2]), killing{r})
	if res, err := partRequest(r, uid, no, part, half); err == nil {
		_ = res.Body.Close()
	}
}

// killing is a reader at which the server dies.
type killing struct{ r *replica }

func (k killing) Read([]byte) (int, error) {
	k.r.kill()
	return 0, io.ErrUnexpectedEOF
}

// memory is what the server held at its highest, as the kernel counts it.
func memory(t *testing.T, r *replica) int64 {
	t.Helper()
	b, err := os.ReadFile("/proc/" + strconv.Itoa(r.cmd.Process.Pid) + "/status")
	if os.IsNotExist(err) {
		return 0 // not on this system
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// stored is the digest of the file as the store gives it.
func stored(t *testing.T, s *harness.Server, g government.Government, uid string) (sum [sha256.Size]byte) {
	t.Helper()
	var oid id.ID

	s.Row("SELECT blob_id FROM upload WHERE id = $1", []any{uid}, (*[16]byte)(&oid))
	ctx := harness.System(g)
	var o blob.Object
	if err := s.App.DB.Read(ctx, func(tx *db.Tx) (err error) { o, err = blob.FindTx(tx, oid); return err }); err != nil {
		t.Fatal(err)
	}
	r, err := s.App.Files.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, r.Size)); err != nil {
		t.Fatal(err)
	}
	h.Sum(sum[:0])
	return sum
}

package blob

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// s3 speaks the part of S3 that a bucket needs, over objects in memory.
type s3 struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/netral/")
	switch {
	case r.URL.Query().Has("location"):
		_, _ = io.WriteString(w, `<LocationConstraint>jkt</LocationConstraint>`)
	case r.URL.Query().Get("list-type") == "2":
		s.list(w, r.URL.Query().Get("prefix"))
	case r.Method == http.MethodPut:
		s.objects[key] = payload(r)
		w.Header().Set("ETag", tag(s.objects[key]))
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case s.objects[key] == nil:
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `<Error><Code>NoSuchKey</Code></Error>`)
	default:
		w.Header().Set("ETag", tag(s.objects[key]))
		http.ServeContent(w, r, "", time.Now().Add(-48*time.Hour), bytes.NewReader(s.objects[key]))
	}
}

func tag(b []byte) string {
	sum := md5.Sum(b)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// payload takes the chunks apart in which clients may send.
func payload(r *http.Request) []byte {
	body := bufio.NewReader(r.Body)
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		b, _ := io.ReadAll(body)
		return b
	}
	var out bytes.Buffer
	for {
		line, err := body.ReadString('\n')
		size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, perr := strconv.ParseInt(size, 16, 64)
		if err != nil || perr != nil || n == 0 {
			return out.Bytes()
		}
		_, _ = io.CopyN(&out, body, n)
		_, _ = body.Discard(2)
	}
}

func (s *s3) list(w http.ResponseWriter, prefix string) {
	type content struct {
		Key, ETag, LastModified string
		Size                    int
	}
	out := struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []content
	}{}
	for k, b := range s.objects {
		if strings.HasPrefix(k, prefix) {
			out.Contents = append(out.Contents, content{k, tag(b), time.Now().Add(-48 * time.Hour).UTC().Format(time.RFC3339), len(b)})
		}
	}
	slices.SortFunc(out.Contents, func(a, b content) int { return strings.Compare(a.Key, b.Key) })
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(out)
}

// Proves T-37, T-38: in a bucket files lie encrypted as in a folder, are read at
// any place, listed and removed; one that was changed does not read, one that is
// gone is a store that does not answer.
func TestBucket(t *testing.T) {
	t.Parallel()
	remote := &s3{objects: map[string][]byte{}}
	srv := httptest.NewTLSServer(remote)
	t.Cleanup(srv.Close)
	b, err := ParseBucket(fmt.Sprintf("s3://netral/prod?endpoint=%s&region=jkt", srv.Listener.Addr()), "key", "secret")
	if err != nil {
		t.Fatal(err)
	}
	b.Transport = srv.Client().Transport
	m, err := seal.FromText(seal.Generate())
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(nil, m, Config{Dir: t.TempDir(), Bucket: b})
	if err != nil {
		t.Fatal(err)
	}
	plain := content(200_000)
	o := put(t, s, 7, plain)
	if got, err := read(s, o); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("read %d bytes, %v", len(got), err)
	}
	at := "prod/" + o.key()
	if bytes.Contains(remote.objects[at], []byte(marker[:8])) || int64(len(remote.objects[at])) != o.SealedSize {
		t.Errorf("%d bytes lie there, want %d unreadable ones", len(remote.objects[at]), o.SealedSize)
	}
	var found []string
	if err := s.shelf.list(context.Background(), prefix(7), func(key string, _ time.Time) error { found = append(found, key); return nil }); err != nil || !slices.Equal(found, []string{o.key()}) {
		t.Errorf("listed %v, %v", found, err)
	}
	remote.objects[at][len(remote.objects[at])/2] ^= 1
	if got, err := read(s, o); err == nil {
		t.Errorf("changed, and %d bytes were read", len(got))
	}
	s.Discard(context.Background(), o)
	if len(remote.objects) != 0 {
		t.Errorf("%d objects are left", len(remote.objects))
	}
	if _, err := s.Open(context.Background(), Object{Tenant: 7, ID: id.NewUnordered(context.Background())}); err == nil {
		t.Error("what is not there was opened")
	}
}

package government

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"
)

func drawn(w, h int, noise bool) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = 0xC0
		if noise {
			m.Pix[i] = byte(r.IntN(256))
		}
	}
	m.Set(0, 0, color.White)
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t *testing.T, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claiming is a PNG whose head claims other sides than it has.
func claiming(sent []byte, w, h uint32) []byte {
	out := slices.Clone(sent)
	binary.BigEndian.PutUint32(out[16:], w)
	binary.BigEndian.PutUint32(out[20:], h)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// withComment is a PNG with a text chunk behind its head.
func withComment(sent []byte, text string) []byte {
	body := append([]byte("tEXtComment\x00"), text...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = append(chunk, body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	return slices.Insert(slices.Clone(sent), 33, chunk...)
}

// Proves A2, T-64: a logo is a picture and nothing else: what hides in it or
// behind it goes, and what would unpack to gigabytes is refused by its head.
func TestReadLogo(t *testing.T) {
	t.Parallel()
	plain := asPNG(t, drawn(96, 64, false))
	for name, x := range map[string]struct {
		sent []byte
		kind string
	}{"png": {plain, "image/png"}, "jpeg": {asJPEG(t, drawn(96, 64, false), 80), "image/jpeg"},
		"metadata":          {withComment(plain, "<script>rahasia"), "image/png"},
		"something at last": {append(slices.Clone(plain), []byte("PK\x03\x04<script>rahasia")...), "image/png"},
	} {
		l, err := ReadLogo(x.sent)
		if err != nil || l.MediaType != x.kind || l.Width != 96 || l.Height != 64 || len(l.SHA256) != 64 {
			t.Errorf("%s: %+v, %v", name, l, err)
			continue
		}
		if bytes.Contains(l.Picture, []byte("rahasia")) {
			t.Errorf("%s: what was hidden is served", name)
		}
		if again, err := ReadLogo(l.Picture); err != nil || again.MediaType != x.kind {
			t.Errorf("%s: what is served cannot be read again: %v", name, err)
		}
	}
	for name, sent := range map[string][]byte{
		"nothing": nil, "text": []byte("<svg onload=alert(1)>"), "gif": []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "cut": plain[:len(plain)/2],
		"too small": asPNG(t, drawn(15, 64, false)), "too wide": asPNG(t, drawn(2049, 16, false)),
		"claims 65535 x 65535": claiming(plain, 65535, 65535), "claims 2048 x 2048": claiming(plain, 2048, 2048), "claims nothing": claiming(plain, 0, 0),
		"grows when written anew": asJPEG(t, drawn(640, 640, true), 40),
	} {
		if _, err := ReadLogo(sent); code(err) != "government.logo_unfit" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadLogo(make([]byte, logoBytes+1)); code(err) != "request.too_large" {
		t.Errorf("257 KiB: %v", err)
	}
}

package government

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// What a logo may be. Its sides are looked at before it is unpacked: a picture of
// a few hundred bytes can claim gigabytes.
const (
	logoBytes = 256 << 10
	logoLeast = 16
	logoMost  = 2048
)

// Logo is a picture as it is served: written anew, so that nothing of what was
// sent stays but the picture itself.
type Logo struct {
	MediaType     string
	Width, Height int
	SHA256        string
	Picture       []byte
}

func unfitLogo() error { return fault.New(fault.Rule, "government.logo_unfit") }

// ReadLogo reads a PNG or JPEG picture, told by its content.
func ReadLogo(sent []byte) (Logo, error) {
	if len(sent) > logoBytes {
		return Logo{}, fault.New(fault.TooLarge, "request.too_large")
	}
	l := Logo{MediaType: "image/png"}
	read, size := png.Decode, png.DecodeConfig
	if bytes.HasPrefix(sent, []byte{0xFF, 0xD8}) {
		l.MediaType, read, size = "image/jpeg", jpeg.Decode, jpeg.DecodeConfig
	}
	c, err := size(bytes.NewReader(sent))
	if err != nil || min(c.Width, c.Height) < logoLeast || max(c.Width, c.Height) > logoMost {
		return Logo{}, unfitLogo()
	}
	picture, err := read(bytes.NewReader(sent))
	if err != nil {
		return Logo{}, unfitLogo()
	}
	return l.write(picture)
}

func (l Logo) write(picture image.Image) (Logo, error) {
	var out bytes.Buffer
	var err error
	if l.MediaType == "image/jpeg" {
		err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: 90})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture)
	}
	if err != nil {
		return l, err
	}
	if out.Len() > logoBytes { // some pictures grow when they are written anew
		return l, unfitLogo()
	}
	l.Width, l.Height, l.Picture = picture.Bounds().Dx(), picture.Bounds().Dy(), out.Bytes()
	sum := sha256.Sum256(l.Picture)
	l.SHA256 = hex.EncodeToString(sum[:])
	return l, nil
}

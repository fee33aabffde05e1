package identity

import (
	"bytes"
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// PrintActivationSheet handles POST /opd/{opdId}/activation-sheets.
func (h Handlers) PrintActivationSheet(ctx context.Context, in api.PrintActivationSheetRequestObject) (api.PrintActivationSheetResponseObject, error) {
	unit, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	pdf, err := h.s.PrintSheet(ctx, unit, wire.Value(in.Body.Below), wire.Value(in.Body.Renew))
	if err != nil {
		return nil, err
	}
	name := `attachment; filename="kode-aktivasi.pdf"`
	return api.PrintActivationSheet200ApplicationpdfResponse{Body: bytes.NewReader(pdf), ContentLength: int64(len(pdf)),
		Headers: api.PrintActivationSheet200ResponseHeaders{ContentDisposition: &name}}, nil
}

// ReissueActivationCode handles POST /asn/{asnId}/activation-codes.
func (h Handlers) ReissueActivationCode(ctx context.Context, in api.ReissueActivationCodeRequestObject) (api.ReissueActivationCodeResponseObject, error) {
	person, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	if err := cardSeen(in.Body.IdentityCardSeen); err != nil {
		return nil, err
	}
	code, err := h.s.Reissue(ctx, person)
	if err != nil {
		return nil, err
	}
	return api.ReissueActivationCode201JSONResponse{Body: toAPICode(code),
		Headers: api.ReissueActivationCode201ResponseHeaders{Location: wire.Location("/asn/" + in.AsnId)}}, nil
}

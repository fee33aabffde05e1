package upload

import (
	"context"
	"io"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag uploads.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// CreateUpload handles POST /uploads.
func (h Handlers) CreateUpload(ctx context.Context, in api.CreateUploadRequestObject) (api.CreateUploadResponseObject, error) {
	f := File{Name: in.Body.FileName, MediaType: MediaType(in.Body.MediaType), Size: in.Body.Size}
	var err error
	if f.SHA256, err = ParseDigest(in.Body.Sha256); err != nil {
		return nil, err
	}
	u, err := h.s.Create(ctx, wire.Value(in.Body.GovernmentCode), f)
	if err != nil {
		return nil, err
	}
	return api.CreateUpload201JSONResponse{Body: toAPI(u), Headers: api.CreateUpload201ResponseHeaders{Location: wire.Location("/uploads/" + u.ID.String())}}, nil
}

// GetUpload handles GET /uploads/{uploadId}.
func (h Handlers) GetUpload(ctx context.Context, in api.GetUploadRequestObject) (api.GetUploadResponseObject, error) {
	uid, err := id.Parse(in.UploadId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Get(ctx, uid)
	if err != nil {
		return nil, err
	}
	return api.GetUpload200JSONResponse{Body: toAPI(u), Headers: api.GetUpload200ResponseHeaders{ETag: wire.ETag(u.Version)}}, nil
}

// PutUploadPart handles PUT /uploads/{uploadId}/parts/{partNumber}. The body is
// streamed.
func (h Handlers) PutUploadPart(ctx context.Context, in api.PutUploadPartRequestObject) (api.PutUploadPartResponseObject, error) {
	uid, err := id.Parse(in.UploadId)
	if err != nil {
		return nil, err
	}
	said, err := parseContentDigest(in.Params.ContentDigest)
	if err != nil {
		return nil, err
	}
	u, err := h.s.PutPart(ctx, uid, in.PartNumber, said, in.Body, announcedLength(in.Body))
	if err != nil {
		return nil, err
	}
	return api.PutUploadPart200JSONResponse{Body: toAPI(u), Headers: api.PutUploadPart200ResponseHeaders{ETag: wire.ETag(u.Version)}}, nil
}

// announcedLength is what the request says its body is long, -1 when it says
// nothing.
func announcedLength(body io.Reader) int64 {
	if a, ok := body.(interface{ ContentLength() int64 }); ok {
		return a.ContentLength()
	}
	return -1
}

// CompleteUpload handles POST /uploads/{uploadId}/completion.
func (h Handlers) CompleteUpload(ctx context.Context, in api.CompleteUploadRequestObject) (api.CompleteUploadResponseObject, error) {
	uid, err := id.Parse(in.UploadId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Complete(ctx, uid)
	if err != nil {
		return nil, err
	}
	return api.CompleteUpload200JSONResponse{Body: toAPI(u), Headers: api.CompleteUpload200ResponseHeaders{ETag: wire.ETag(u.Version)}}, nil
}

// DeleteUpload handles DELETE /uploads/{uploadId}.
func (h Handlers) DeleteUpload(ctx context.Context, in api.DeleteUploadRequestObject) (api.DeleteUploadResponseObject, error) {
	uid, err := id.Parse(in.UploadId)
	if err != nil {
		return nil, err
	}
	return api.DeleteUpload204Response{}, h.s.Delete(ctx, uid)
}

func toAPI(u Upload) api.Upload {
	return api.Upload{Id: u.ID.String(), GovernmentCode: u.GovernmentCode, State: api.UploadState(u.State), FileName: u.File.Name,
		MediaType: api.UploadMediaType(u.File.MediaType), Size: u.File.Size, Sha256: u.File.SHA256.String(), PartSize: u.PartSize, PartCount: u.partCount(),
		Parts: wire.Each(u.Parts, func(p Part) api.UploadPart {
			return api.UploadPart{Number: p.No, Size: p.Size, Sha256: p.SHA256.String()}
		}),
		Scan: wire.Optional(api.UploadScan(u.File.Scan)), ExpiresAt: u.Expires, Version: u.Version, AllowedSteps: u.steps()}
}

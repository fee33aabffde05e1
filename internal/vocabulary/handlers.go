package vocabulary

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag vocabularies.
type Handlers struct{}

// ListVocabularies handles GET /vocabularies.
func (Handlers) ListVocabularies(_ context.Context, in api.ListVocabulariesRequestObject) (api.ListVocabulariesResponseObject, error) {
	items := []api.Vocabulary{}
	for _, s := range Sets(wire.Value(in.Params.Name)) {
		v := api.Vocabulary{Name: s.Name, Label: bilingual(s.Label), Help: help(s.Help), Values: []api.VocabularyValue{}}
		for _, x := range s.Values {
			v.Values = append(v.Values, api.VocabularyValue{Code: x.Code, Label: bilingual(x.Label), Help: help(x.Help)})
		}
		items = append(items, v)
	}
	return api.ListVocabularies200JSONResponse{Items: items}, nil
}

// help is absent where the label says enough.
func help(t Text) *api.VocabularyText {
	if t.ID == "" {
		return nil
	}
	return new(bilingual(t))
}

func bilingual(t Text) api.VocabularyText { return api.VocabularyText{Id: t.ID, En: t.EN} }

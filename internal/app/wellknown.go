package app

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/netral-asn/netral/internal/httpapi"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// wellKnown are the documents by which clients find the token endpoint and the
// keys (RFC 8414, RFC 7517), those of receipts apart: no receipt is a token.
func (a *App) wellKnown() map[string]http.Handler {
	return map[string]http.Handler{
		"/.well-known/jwks.json":         document(func(r *http.Request) (any, error) { return a.Identity.JWKS(r.Context()) }),
		"/.well-known/receipt-keys.json": document(func(r *http.Request) (any, error) { return a.Identity.ReceiptKeys(r.Context()) }),
		"/.well-known/oauth-authorization-server": document(func(r *http.Request) (any, error) {
			issuer, err := a.Identity.Issuer(r.Context())
			return newMetadata(issuer), err
		}),
		"/.well-known/api-catalog": documentOf("application/linkset+json", func(r *http.Request) (any, error) {
			issuer, err := a.Identity.Issuer(r.Context())
			return newCatalog(issuer), err
		}),
	}
}

// apiCatalog is where to find the API, its description and its state (RFC 9727).
type apiCatalog struct {
	Linkset []linkset `json:"linkset"`
}

type linkset struct {
	Anchor      string `json:"anchor"`
	ServiceDesc []link `json:"service-desc"`
	ServiceDoc  []link `json:"service-doc"`
	ServiceMeta []link `json:"service-meta"`
	Status      []link `json:"status"`
}

type link struct {
	Href  string `json:"href"`
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
}

func newCatalog(issuer string) apiCatalog {
	return apiCatalog{Linkset: []linkset{{Anchor: issuer + httpapi.Base,
		ServiceDesc: []link{{issuer + "/openapi.yaml", "application/yaml", "OpenAPI"}, {issuer + "/openapi.json", "application/json", "OpenAPI"}},
		ServiceDoc:  []link{{issuer + "/docs", "text/html", "Swagger UI"}, {issuer + "/reference", "text/html", "Reference"}, {issuer + "/errors", "text/html", "Error codes"}},
		ServiceMeta: []link{{issuer + "/.well-known/oauth-authorization-server", "application/json", ""}, {issuer + "/.well-known/jwks.json", "application/json", ""},
			{issuer + "/.well-known/receipt-keys.json", "application/json", "Keys that verify receipts"}},
		Status: []link{{issuer + "/readyz", "application/json", ""}},
	}}}
}

type metadata struct {
	Issuer                string             `json:"issuer"`
	TokenEndpoint         string             `json:"token_endpoint"`
	JWKSURI               string             `json:"jwks_uri"`
	GrantTypes            []string           `json:"grant_types_supported"`
	ResponseTypes         []string           `json:"response_types_supported"`
	AuthMethods           []string           `json:"token_endpoint_auth_methods_supported"`
	AuthSigningAlgorithms []string           `json:"token_endpoint_auth_signing_alg_values_supported"`
	Scopes                []authz.Permission `json:"scopes_supported"`
	ServiceDocumentation  string             `json:"service_documentation"`
	UILocales             []string           `json:"ui_locales_supported"`
}

func newMetadata(issuer string) metadata {
	return metadata{Issuer: issuer, TokenEndpoint: issuer + httpapi.Base + "/auth/token", JWKSURI: issuer + "/.well-known/jwks.json",
		GrantTypes: []string{"password", "refresh_token", "client_credentials"}, ResponseTypes: []string{},
		AuthMethods:           []string{"none", "client_secret_basic", "client_secret_post", "private_key_jwt"},
		AuthSigningAlgorithms: []string{authn.Algorithm}, Scopes: authz.Permissions(), ServiceDocumentation: issuer + "/reference", UILocales: []string{"id", "en"}}
}

func document(make func(*http.Request) (any, error)) http.Handler {
	return documentOf("application/json", make)
}

// documentOf answers JSON that any cache may keep for a minute.
func documentOf(media string, make func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := make(r)
		if err != nil {
			slog.Error("well-known document", "error", err)
			w.Header().Set("Retry-After", "2")
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", media)
		w.Header().Set("Cache-Control", "public, max-age=60")
		_ = json.NewEncoder(w).Encode(v)
	})
}

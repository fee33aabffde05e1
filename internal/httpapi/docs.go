package httpapi

import (
	"bytes"
	"compress/gzip"
	"embed"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"github.com/netral-asn/netral/internal/platform/lang"
)

// Pages come from this server alone, offline. Swagger UI starts itself from
// within its page; the others need no script there.
const (
	docsPolicy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'"
	referencePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	errorsPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// Redoc 2.5.1 and the pages that are ours.
//
//go:embed assets
var assets embed.FS

// addDocs serves the contract, Swagger UI, the reading page and the page of
// error codes.
func addDocs(e *echo.Echo, o Options) error {
	j, err := contractJSON(o.Contract)
	if err != nil {
		return err
	}
	e.GET("/openapi.yaml", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/yaml", o.ContractYAML) })
	e.GET("/openapi.json", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/json", j) })

	ui := v5emb.NewWithConfig(swgui.Config{ShowTopBar: false, SettingsUI: map[string]string{
		"persistAuthorization": "true", "tryItOutEnabled": "true", "displayOperationId": "true", "docExpansion": `"none"`,
		"filter": "true", "deepLinking": "true",
	}})("Netral", "/openapi.json", "/docs/")
	serve := func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", docsPolicy)
		ui.ServeHTTP(c.Response(), c.Request())
		return nil
	}
	e.GET("/docs", serve)
	e.GET("/docs/*", serve)
	e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/docs") })
	if err := addReference(e); err != nil {
		return err
	}
	return addErrorPage(e)
}

// addReference serves Redoc, for reading from beginning to end.
func addReference(e *echo.Echo) error {
	page, err := assets.ReadFile("assets/reference.html")
	if err != nil {
		return err
	}
	packed, err := assets.ReadFile("assets/redoc.standalone.js.gz")
	if err != nil {
		return err
	}
	e.GET("/reference", func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", referencePolicy)
		return c.HTMLBlob(http.StatusOK, page)
	})
	e.GET("/reference/redoc.js", func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Cache-Control", "public, max-age=86400")
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			return c.Blob(http.StatusOK, "text/javascript", packed)
		}
		plain, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return err
		}
		return c.Stream(http.StatusOK, "text/javascript", io.NopCloser(plain))
	})
	return nil
}

// addErrorPage serves what the type of every problem document points at: one
// page with all codes, each under its own fragment.
func addErrorPage(e *echo.Echo) error {
	t, err := template.ParseFS(assets, "assets/errors.html")
	if err != nil {
		return err
	}
	type code struct{ Code, Indonesian, English string }
	var codes []code
	for _, c := range lang.Codes() {
		codes = append(codes, code{c, lang.Text(lang.Indonesian, c, nil), lang.Text(lang.English, c, nil)})
	}
	var page bytes.Buffer
	if err := t.Execute(&page, codes); err != nil {
		return err
	}
	e.GET(strings.TrimSuffix(ErrorPage, "#"), func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", errorsPolicy)
		return c.HTMLBlob(http.StatusOK, page.Bytes())
	})
	return nil
}

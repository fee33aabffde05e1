package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// docsPolicy lets Swagger UI run from this server alone, offline.
const docsPolicy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'"

// addDocs serves the contract and Swagger UI.
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
	return nil
}

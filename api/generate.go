// Package api is generated from openapi.yaml and holds nothing else: the
// server interface and its types here, the Go client in the package client.
package api

//go:generate go tool oapi-codegen -config server.cfg.yaml ../openapi.yaml

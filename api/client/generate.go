// Package client is the Go client of Netral, generated from openapi.yaml.
package client

//go:generate go tool oapi-codegen -config client.cfg.yaml ../../openapi.yaml

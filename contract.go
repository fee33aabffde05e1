// Package netral embeds the contract, openapi.yaml, as it is published.
package netral

import _ "embed"

// Contract is openapi.yaml, byte for byte.
//
//go:embed openapi.yaml
var Contract []byte

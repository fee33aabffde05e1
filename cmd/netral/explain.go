package main

import (
	"errors"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// explain turns a refusal into words for whoever typed the command.
func explain(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	return errors.New(lang.Text(lang.English, f.Code, f.Params) + " (" + f.Code + ")")
}

package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

const (
	headerDeprecation = "Deprecation" // RFC 9745
	headerSunset      = "Sunset"      // RFC 8594
)

// notice is how many months before it goes away an operation is given up, so
// that clients can follow.
const notice = 6

// retirement reads when an operation was given up (x-deprecated-since) and when
// it goes away (x-sunset). Both are days; one without the other, without
// `deprecated: true` or with too short a notice stops the program.
func retirement(op *openapi3.Operation) (since, sunset time.Time, err error) {
	from, announced := op.Extensions["x-deprecated-since"]
	until, ends := op.Extensions["x-sunset"]
	if !announced && !ends && !op.Deprecated {
		return since, sunset, nil
	}
	if !announced || !ends || !op.Deprecated {
		return since, sunset, errors.New("deprecated, x-deprecated-since and x-sunset go together")
	}
	if since, err = contractDay(from); err != nil {
		return since, sunset, err
	}
	if sunset, err = contractDay(until); err != nil {
		return since, sunset, err
	}
	if sunset.Before(since.AddDate(0, notice, 0)) {
		return since, sunset, fmt.Errorf("x-sunset is less than %d months after x-deprecated-since", notice)
	}
	return since, sunset, nil
}

// contractDay reads a day of the contract, which YAML may have made a time of.
func contractDay(v any) (time.Time, error) {
	switch v := v.(type) {
	case time.Time:
		return v.UTC(), nil
	case string:
		if d, err := time.Parse(time.DateOnly, v); err == nil {
			return d, nil
		}
	}
	return time.Time{}, fmt.Errorf("%v is no day of the form YYYY-MM-DD", v)
}

// announce tells clients of an operation that it was given up.
func (o operation) announce(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(headerDeprecation, "@"+strconv.FormatInt(o.Deprecated.Unix(), 10))
		h.Set(headerSunset, o.Sunset.Format(http.TimeFormat))
		return next(c)
	}
}

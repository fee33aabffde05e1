package httpapi

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// duration is labelled by the route template, never by anything of a request
// (T-01). Reporters' routes are counted like all others: the label says no more
// than that somebody used the operation.
var duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
	Name: "netral_http_request_duration_seconds", Help: "Time from request to answer, by route template.",
	Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
}, []string{"method", "route", "status"})

// Collectors are the metrics of the edge.
func Collectors() []prometheus.Collector { return []prometheus.Collector{duration} }

func observe(c echo.Context, took time.Duration) {
	route := c.Path()
	if route == "" {
		route = "unmatched"
	}
	duration.WithLabelValues(c.Request().Method, route, strconv.Itoa(c.Response().Status)).Observe(took.Seconds())
}

// Command netral is the whole of Netral in one program: the server, its
// migrations, imports and the demo programme.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/netral-asn/netral/internal/platform/config"
)

// version is set when the program is built.
var version = "dev"

const description = `Netral keeps the civil servants of Indonesian regional governments neutral in elections.

Try it:      netral serve --demo
Production:  DATABASE_URL=postgres://... netral serve

Settings come from flags, then the environment (each flag names its variable), then --config FILE.`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "netral:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var c cli
	chosen, err := config.Parse(&c, args, description, version)
	if err != nil {
		return err
	}
	slog.SetDefault(slog.New(logHandler(c.LogLevel, c.LogFormat)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chosen.BindTo(ctx, (*context.Context)(nil))
	return chosen.Run(&c.Globals)
}

// logHandler writes text for people and JSON for machines.
func logHandler(level slog.Level, format string) slog.Handler {
	o := &slog.HandlerOptions{Level: level}
	if format == "json" || (format == "auto" && !isTerminal(os.Stderr)) {
		return slog.NewJSONHandler(os.Stderr, o)
	}
	return slog.NewTextHandler(os.Stderr, o)
}

func isTerminal(f *os.File) bool {
	fi, err := f.Stat()
	return err == nil && fi.Mode()&os.ModeCharDevice != 0
}

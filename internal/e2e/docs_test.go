package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// browser opens a headless Chromium; without one the test is skipped at a desk
// and fails in CI.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		path, err = exec.LookPath("google-chrome")
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chromium, and CI must not skip this")
		}
		t.Skip("no Chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(1280, 1600), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-quic", true),
		chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as ctx, not as long as the first steps
		t.Fatal(err)
	}
	return ctx
}

// Proves O1: Swagger UI comes from the program, works offline, signs somebody in
// by e-mail and password, calls an operation and shows the answer. The picture is kept with
// `go test -artifacts`.
func TestDocs_SwaggerUIAuthorisesAndCalls(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, func(c *app.Config) { c.Demo = true }) // as in the sandbox, without second factors
	s.Government("36.03", "Kabupaten Tangerang")
	const email, password = "petugas@kabtangerang.example", "kata-sandi-yang-panjang"
	_, err := s.App.Identity.Appoint(authz.With(t.Context(), authz.ForSystem(authz.Platform)),
		identity.Appointment{Email: email, Name: "Petugas", Role: authz.AgencyOfficer, Government: "36.03", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)

	operation := `#operations-governments-listGovernments`
	steps, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	err = chromedp.Do(steps,
		chromedp.Navigate(s.URL+"/docs"),
		chromedp.Click(`.auth-wrapper .btn.authorize`, chromedp.NodeVisible),
		chromedp.SendKeys(`#oauth_username`, email, chromedp.NodeVisible),
		chromedp.SendKeys(`#oauth_password`, password, chromedp.NodeVisible),
		chromedp.Click(`//*[@id="oauth_password"]/ancestor::div[contains(@class,"auth-container")]//button[contains(@class,"authorize")]`),
		chromedp.WaitVisible(`//*[contains(@class,"auth-container")]//button[contains(text(),"Logout")]`),
		chromedp.Click(`.auth-btn-wrapper .btn-done`, chromedp.NodeVisible),
		chromedp.Click(`#operations-tag-governments`, chromedp.NodeVisible),
		chromedp.Click(operation+` .opblock-summary-control`, chromedp.NodeVisible),
		chromedp.Click(operation+` .execute`, chromedp.NodeVisible),
		chromedp.WaitVisible(operation+` .live-responses-table .response .response-col_description .microlight`),
		chromedp.ScrollIntoView(operation+` .live-responses-table`),
	)
	if err != nil {
		picture(ctx, t, "swagger-ui-failed.png")
		t.Fatal(err)
	}
	picture(ctx, t, "swagger-ui.png")
	if shown := shownBy(ctx, t, operation); !strings.Contains(shown, "Kabupaten Tangerang") {
		t.Errorf("Swagger UI shows %q", shown)
	}
}

// Proves O1, O2: in Swagger UI a machine client signs in with its id and secret
// and reads case statuses, and what it may not do is shown as the problem
// document that the contract names. The pictures are kept.
func TestDocs_SwaggerUIAsMachineAndRefused(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, func(c *app.Config) { c.Demo = true })
	w := newWatchers(t, s)
	referral(s.Fixtures(), w.regency, parsed(t, w.office), "031/TM/2024", person(s.Fixtures(), w.regency, unit(s.Fixtures(), w.regency, "own", ""), "Siti Aminah", 1))
	ctx := browser(t)
	steps, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	statuses, accounts := `#operations-casestatuses-listCaseStatuses`, `#operations-identity-listAccounts`
	call := func(tag, operation, name string) {
		t.Helper()
		err := chromedp.Do(steps,
			chromedp.Click(`#operations-tag-`+tag, chromedp.NodeVisible),
			chromedp.Click(operation+` .opblock-summary-control`, chromedp.NodeVisible),
			chromedp.Click(operation+` .execute`, chromedp.NodeVisible),
			chromedp.WaitVisible(operation+` .live-responses-table .response .response-col_description .microlight`),
			chromedp.ScrollIntoView(operation+` .live-responses-table`),
		)
		picture(ctx, t, name)
		if err != nil {
			t.Fatal(err)
		}
	}
	err := chromedp.Do(steps,
		chromedp.Navigate(s.URL+"/docs"),
		chromedp.Click(`.auth-wrapper .btn.authorize`, chromedp.NodeVisible),
		chromedp.SendKeys(`#client_id_clientCredentials`, w.client, chromedp.NodeVisible),
		chromedp.SendKeys(`#client_secret_clientCredentials`, w.secret, chromedp.NodeVisible),
		chromedp.Click(`//*[@id="client_secret_clientCredentials"]/ancestor::div[contains(@class,"auth-container")]//button[contains(@class,"authorize")]`),
		chromedp.WaitVisible(`//*[contains(@class,"auth-container")]//button[contains(text(),"Logout")]`),
		chromedp.Click(`.auth-btn-wrapper .btn-done`, chromedp.NodeVisible),
	)
	if err != nil {
		picture(ctx, t, "swagger-ui-machine-failed.png")
		t.Fatal(err)
	}
	call("casestatuses", statuses, "swagger-ui-machine.png")
	if got := shownBy(ctx, t, statuses); !strings.Contains(got, "031/TM/2024") {
		t.Errorf("the machine is shown %q", got)
	}
	call("identity", accounts, "swagger-ui-problem.png")
	if got := shownBy(ctx, t, accounts); !strings.Contains(got, "auth.not_permitted") {
		t.Errorf("a refusal is shown as %q", got)
	}
}

// shownBy is the answer that Swagger UI shows beneath an operation.
func shownBy(ctx context.Context, t *testing.T, operation string) string {
	t.Helper()
	shown, err := chromedp.Run(ctx, chromedp.Text(operation+` .live-responses-table .response .response-col_description`))
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// picture keeps what the browser shows.
func picture(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(t.ArtifactDir(), name), b, 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}

// Command signer signs the neutrality pact as a civil servant: who am I, what
// must I sign, read it, sign it, keep the receipt. Run again it finds the
// signature that is there.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/netral-asn/netral/api/client"
)

func main() {
	server := flag.String("server", "http://127.0.0.1:8080", "address of the server")
	token := flag.String("token-file", "", "file with an access token; without one sign in with -user and -password-file")
	user := flag.String("user", "", "e-mail or NIP")
	password := flag.String("password-file", "", "file with the password")
	flag.Parse()
	if err := run(context.Background(), *server, *token, *user, *password); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, server, tokenFile, user, passwordFile string) error {
	var token string
	netral, err := client.NewClientWithResponses(server+"/api/v1", client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}))
	if err != nil {
		return err
	}
	if token, err = signIn(ctx, netral, tokenFile, user, passwordFile); err != nil {
		return err
	}
	me, err := netral.GetMeWithResponse(ctx)
	if err != nil {
		return err
	}
	if me.JSON200 == nil {
		return fmt.Errorf("me: %s: %s", me.Status(), me.Body)
	}
	fmt.Println("Masuk sebagai", me.JSON200.Name)
	pacts, err := netral.ListMyPactsWithResponse(ctx, &client.ListMyPactsParams{})
	if err != nil {
		return err
	}
	if pacts.JSON200 == nil {
		return fmt.Errorf("my pacts: %s: %s", pacts.Status(), pacts.Body)
	}
	for _, p := range pacts.JSON200.Items {
		if err := sign(ctx, netral, p); err != nil {
			return err
		}
	}
	return nil
}

func signIn(ctx context.Context, netral *client.ClientWithResponses, tokenFile, user, passwordFile string) (string, error) {
	if tokenFile != "" {
		b, err := os.ReadFile(tokenFile)
		return strings.TrimSpace(string(b)), err
	}
	b, err := os.ReadFile(passwordFile)
	if err != nil {
		return "", err
	}
	password := strings.TrimSpace(string(b))
	a, err := netral.IssueTokenWithFormdataBodyWithResponse(ctx, client.IssueTokenFormdataRequestBody{
		GrantType: client.Password, Username: &user, Password: &password})
	if err != nil {
		return "", err
	}
	if a.JSON200 == nil {
		return "", fmt.Errorf("sign in: %s: %s", a.Status(), a.Body)
	}
	return a.JSON200.AccessToken, nil
}

// sign shows a pact and signs exactly what was shown.
func sign(ctx context.Context, netral *client.ClientWithResponses, p client.MyPact) error {
	if !slices.Contains(p.AllowedSteps, "signature") {
		if p.Signature != nil {
			fmt.Printf("%s: sudah ditandatangani, tanda terima %s\n", p.Title, p.Signature.ReceiptCode)
		}
		return nil
	}
	fmt.Printf("%s\n\n%s\n\n", p.Title, p.Text.Body)
	key := rand.Text() // a broken connection may be tried again under it
	a, err := netral.SignPactWithResponse(ctx, &client.SignPactParams{IdempotencyKey: &key}, client.SignPactJSONRequestBody{CampaignId: p.CampaignId, TextSha256: p.Text.TextSha256, Consent: true})
	if err != nil {
		return err
	}
	done := a.JSON201
	if done == nil {
		done = a.JSON200
	}
	if done == nil {
		return fmt.Errorf("sign: %s: %s", a.Status(), a.Body)
	}
	fmt.Printf("Ditandatangani pada %s; tanda terima %s\n", done.SignedOn, done.ReceiptCode)
	return nil
}

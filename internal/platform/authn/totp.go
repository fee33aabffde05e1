package authn

import (
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30
	totpIssuer = "Netral"
)

var totpOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// NewTOTP draws a second factor's secret and gives it with the otpauth address
// that authenticator apps read as a QR code.
func NewTOTP(account string) (secret, address string, err error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: account, Period: totpPeriod, SecretSize: 20,
		Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", "", fmt.Errorf("make a second factor: %w", err)
	}
	return k.Secret(), k.URL(), nil
}

// CheckTOTP holds a code against the secret, one step of 30 s early or late.
// It gives the step, which the caller keeps: a code of that step or an earlier
// one is refused from then on, so that a code seen over a shoulder is worth
// nothing.
func CheckTOTP(secret, code string, now time.Time, lastStep int64) (step int64, ok bool) {
	present := now.Unix() / totpPeriod
	for _, s := range []int64{present, present - 1, present + 1} {
		if s <= lastStep || s < 0 {
			continue
		}
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), totpOptions)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// TOTPCode is the code of an instant, as an authenticator app shows it.
func TOTPCode(secret string, at time.Time) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(max(at.Unix(), 0)/totpPeriod), totpOptions)
}

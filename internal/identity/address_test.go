package identity

import "testing"

// Proves Q2: a telephone number is kept in one form in whatever way people type it,
// and what cannot be one is refused rather than kept as somebody else's.
func TestNormalAddress_Phone(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"0812 3456-7890":       "+6281234567890",
		"+62 812.3456.7890":    "+6281234567890",
		"+62 (0)812-3456-7890": "+6281234567890",
		"+6208123456 7890":     "+6281234567890",
		"62812 3456 7890":      "+6281234567890",
		"0062 812 3456 7890":   "+6281234567890",
		"(021) 345-6789":       "+62213456789",
		"+65 6123 4567":        "+6561234567",
		"0065 6123 4567":       "+6561234567",
		"812 3456 7890":        "",
		"+0812 3456 7890":      "",
		"000812 3456 7890":     "",
		"+62 00812 3456 7890":  "+6281234567890",
		"0812/3456/7890":       "",
		"+6281234567890123456": "",
		"0812":                 "",
		"+62":                  "",
	} {
		got, ok := normalAddress(Phone, typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v; want %q", typed, got, ok, want)
		}
	}
}

package notify

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/lang"
)

//go:embed letters.csv
var letterTexts []byte

// letters are what is sent outside: of every kind a plain sentence that can be
// filled with the government's name and nothing else, so that no message can carry
// anything of a case (T-09).
var letters = load(letterTexts)

// forms are the words around a letter.
var forms = map[lang.Lang]struct{ link, signIn, footer, digestSubject, digestText string }{
	lang.Indonesian: {"Buka: {link}", "Masuk ke Netral untuk membacanya.", "Pesan ini dibuat oleh Netral dan tidak dapat dibalas. Alamat dan jenis pesan diatur di profil Anda.",
		"Ringkasan Netral: {count} pemberitahuan", "Pemberitahuan dari {government} untuk Anda:\n\n{list}"},
	lang.English: {"Open: {link}", "Sign in to Netral to read it.", "Netral made this message; it cannot be answered. Your profile holds the address and what is sent to it.",
		"Netral digest, notices: {count}", "Notices of {government} for you:\n\n{list}"},
}

func letterOf(kind string, l lang.Lang) (Template, bool) {
	t, ok := letters[kind][l]
	return t, ok && t.Subject != "" && t.Text != ""
}

// hasLetters reports whether a kind has a letter in both languages that names
// nothing but the government.
func hasLetters(kind string) bool {
	for _, l := range []lang.Lang{lang.Indonesian, lang.English} {
		if t, ok := letterOf(kind, l); !ok || len(unknown(Kind{}, t.Subject+t.Text)) > 0 {
			return false
		}
	}
	return true
}

// letter is a message without its address.
type letter struct{ subject, text string }

// compose writes the letter of one notice.
func (t Template) compose(c carrier.Channel, l lang.Lang, government, link string) letter {
	subject, text := t.fill(Kind{}, nil, government)
	return letter{subject, text + around(c, l, link)}
}

// composeCode writes the letter that carries a code.
func composeCode(l lang.Lang, code string) letter {
	t, _ := letterOf(codeKind, l)
	return letter{oneLine(t.Subject), strings.ReplaceAll(t.Text, "{code}", code) + "\n"}
}

// mostListed is how many sorts of notices a digest lists, by channel.
var mostListed = map[carrier.Channel]int{carrier.Email: 30, carrier.Phone: 4}

// composeDigest writes one letter of several notices: a line for each kind, with
// how many there are. It says no more than their own letters would.
func composeDigest(c carrier.Channel, l lang.Lang, government string, told []Notice, words map[string]Template) letter {
	count := map[string]int{}
	var order []string
	for _, n := range told {
		t := words[n.Kind]
		if count[t.Subject]++; count[t.Subject] == 1 {
			order = append(order, t.Subject)
		}
	}
	var list []string
	for _, subject := range order[:min(len(order), mostListed[c])] {
		line := "- " + oneLine(strings.ReplaceAll(subject, "{"+ofGovernment+"}", government))
		if n := count[subject]; n > 1 {
			line += " (" + strconv.Itoa(n) + ")"
		}
		list = append(list, line)
	}
	f := forms[l]
	r := strings.NewReplacer("{"+ofGovernment+"}", government, "{list}", strings.Join(list, "\n"), "{count}", strconv.Itoa(len(told)))
	return letter{oneLine(r.Replace(f.digestSubject)), r.Replace(f.digestText) + around(c, l, "")}
}

// around is what every letter ends with. A short message says where to look, and
// no more: it is paid for by its length.
func around(c carrier.Channel, l lang.Lang, link string) string {
	f := forms[l]
	open := f.signIn
	if link != "" {
		open = strings.ReplaceAll(f.link, "{link}", link)
	}
	if c == carrier.Phone {
		return "\n" + open
	}
	return "\n\n" + open + "\n\n-- \n" + f.footer + "\n"
}

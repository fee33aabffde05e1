package vocabulary

import (
	"bytes"
	_ "embed"
	"encoding/csv"
)

//go:embed words.csv
var words []byte

// Text is a text in both languages.
type Text struct{ ID, EN string }

// Set is a closed set of the contract.
type Set struct {
	Name        string
	Label, Help Text
	Values      []Value
}

// Value is one value of a set.
type Value struct {
	Code        string
	Label, Help Text
}

var sets = load(words)

// load panics on a broken file: it is embedded, so only a developer can break it.
func load(b []byte) []Set {
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = 6
	rows, err := r.ReadAll()
	if err != nil {
		panic("vocabulary: words.csv: " + err.Error())
	}
	var out []Set
	for _, row := range rows[1:] {
		label, help := Text{row[2], row[3]}, Text{row[4], row[5]}
		if row[1] == "" {
			out = append(out, Set{Name: row[0], Label: label, Help: help})
			continue
		}
		last := len(out) - 1
		if last < 0 || out[last].Name != row[0] {
			panic("vocabulary: words.csv: " + row[0] + " has no line of its own before its values")
		}
		out[last].Values = append(out[last].Values, Value{Code: row[1], Label: label, Help: help})
	}
	return out
}

// Sets lists all sets, or the one of that name.
func Sets(name string) []Set {
	if name == "" {
		return sets
	}
	for _, s := range sets {
		if s.Name == name {
			return []Set{s}
		}
	}
	return nil
}

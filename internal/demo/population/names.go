package population

import (
	"strconv"
	"strings"
)

// namer holds the lists that names are put together from.
type namer struct {
	cultures []culture
	total    int
}

type culture struct {
	weight  int
	pilgrim bool // H. and Hj. are usual
	places  []string
	given   map[string][]string // by sex and era
	family  map[string][]string // by sex
}

// read loads the lists with the weights of a government.
func (n *namer) read(government string) {
	column := map[string]int{"36.03": 1, "36.71": 2, "32.01": 3}[government]
	at := map[string]int{}
	for i, r := range table("cultures.csv") {
		w, err := strconv.Atoi(r[column])
		if err != nil {
			panic("population: cultures.csv: " + err.Error())
		}
		n.cultures = append(n.cultures, culture{weight: w, pilgrim: r[4] == "yes", places: strings.Split(r[5], ";"),
			given: map[string][]string{}, family: map[string][]string{}})
		n.total += w
		at[r[0]] = i
	}
	for _, r := range table("names.csv") {
		c, names := &n.cultures[at[r[0]]], strings.Split(r[4], ";")
		switch {
		case r[2] == "family":
			c.family[r[1]] = names
		case r[3] == "any":
			c.given[r[1]+" old"], c.given[r[1]+" young"] = names, names
		default:
			c.given[r[1]+" "+r[3]] = names
		}
	}
}

// fashion is the year of birth from which the younger given names are usual.
const fashion = 1979

// give names a person and reports whether a pilgrim's title is usual.
func (n *namer) give(b *builder, p *Person) (pilgrim bool) {
	at := b.rng.IntN(n.total)
	i := 0
	for ; at >= n.cultures[i].weight; i++ {
		at -= n.cultures[i].weight
	}
	c := n.cultures[i]
	era := " young"
	if p.Birth.Year() < fashion {
		era = " old"
	}
	given, family := c.given[p.Sex+era], c.family[p.Sex]
	words := []string{given[b.rng.IntN(len(given))], family[b.rng.IntN(len(family))]}
	if b.chance(14) {
		words = []string{words[0], given[b.rng.IntN(len(given))], words[1]}
	}
	p.Name = strings.Join(distinct(words), " ")
	p.BirthPlace = c.places[b.rng.IntN(len(c.places))]
	return c.pilgrim
}

// distinct drops what repeats a word before it.
func distinct(words []string) []string {
	out := words[:1]
	for _, w := range words[1:] {
		first, _, _ := strings.Cut(w, " ")
		if !strings.Contains(strings.Join(out, " "), first) {
			out = append(out, w)
		}
	}
	return out
}

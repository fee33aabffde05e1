// Package population invents the staff of the demo programme's three
// governments: Kab. Tangerang with exactly 14,000 civil servants, Kota
// Tangerang with 4,460 and some staff of a municipal company, Kab. Bogor with
// 2,000.
//
// The units are real: data/opd_*.csv and data/kelurahan.csv name OPD, kecamatan
// and kelurahan as published lists do; schools and puskesmas below them are
// numbered and named after their kecamatan. The people are not: names are put
// together at random from lists by culture, sex and age, so a name that somebody
// bears is an accident.
//
// What is invented agrees with itself as it would in a real register. A career
// begins with an education and an appointment; rank follows from both and the
// years served, the level of a functional position from the rank, the titles
// from the education, the NIP from birth, appointment and sex. Everybody is in
// service from 1 November 2023 to the end of 2024, the time of the programme, so
// that its counts hold on every day of it.
//
// The same on every run: one seeded source, drawn from in one order, and no map
// is ever walked.
package population

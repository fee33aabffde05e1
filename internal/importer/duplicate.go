package importer

import (
	"math/bits"
	"strconv"
)

// NIPSet remembers the NIP of a file and the rows they stand in, in about ten
// bytes each, so that five million need some 50 MB. The zero value is ready.
type NIPSet struct {
	shards [256][]uint64
	used   [256]int
	other  map[string]int
}

const (
	rowBits = 23
	maxRow  = 1<<rowBits - 1
)

// Add puts a NIP in and gives the row of an earlier one, 0 when it is new.
func (s *NIPSet) Add(nip string, row int) (earlier int) {
	key, ok := packNIP(nip)
	if !ok {
		if s.other == nil {
			s.other = map[string]int{}
		}
		if at, found := s.other[nip]; found {
			return at
		}
		s.other[nip] = row
		return 0
	}
	h := mix(key)
	shard := h & 255
	if s.used[shard]*20 >= len(s.shards[shard])*17 {
		s.grow(int(shard))
	}
	slots := s.shards[shard]
	for i := slot(h, len(slots)); ; i = (i + 1) % len(slots) {
		if slots[i] == 0 {
			slots[i] = key<<rowBits | uint64(min(row, maxRow))
			s.used[shard]++
			return 0
		}
		if slots[i]>>rowBits == key {
			return int(slots[i] & maxRow)
		}
	}
}

// grow makes one shard larger by a third; the others stay, so that the set
// never exists twice.
func (s *NIPSet) grow(shard int) {
	old := s.shards[shard]
	slots := make([]uint64, max(16, len(old)*4/3))
	for _, v := range old {
		if v == 0 {
			continue
		}
		i := slot(mix(v>>rowBits), len(slots))
		for slots[i] != 0 {
			i = (i + 1) % len(slots)
		}
		slots[i] = v
	}
	s.shards[shard] = slots
}

func slot(h uint64, n int) int {
	hi, _ := bits.Mul64(h, uint64(n))
	return int(hi)
}

// mix spreads keys over 64 bits (the finaliser of splitmix64).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// packNIP puts the parts of a NIP into 41 bits: 200 years of birth, month, day,
// 128 years of appointment, its two further digits, sex and serial number.
func packNIP(nip string) (uint64, bool) {
	if len(nip) != 18 || !allDigits(nip) {
		return 0, false
	}
	num := func(from, to int) uint64 {
		n, _ := strconv.ParseUint(nip[from:to], 10, 64)
		return n
	}
	birthYear, month, dayOfMonth := num(0, 4)-1900, num(4, 6), num(6, 8)
	year, sex, serial := num(8, 12)-1950, num(14, 15), num(15, 18)
	if birthYear > 199 || month > 12 || dayOfMonth > 31 || year > 127 || sex < 1 || sex > 2 {
		return 0, false
	}
	key := birthYear*13 + month
	key = key*32 + dayOfMonth
	key = key*128 + year
	key = key*100 + num(12, 14)
	key = key*2 + (sex - 1)
	key = key*1000 + serial
	return key + 1, key+1 < 1<<(64-rowBits)
}

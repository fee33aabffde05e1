package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"
)

// exportXLSX makes a sheet of the size SIASN exports for a regency.
func exportXLSX(tb testing.TB, rows, columns int) []byte {
	tb.Helper()
	var b bytes.Buffer
	l := Layout{Kind: XLSX, TempDir: tb.TempDir()}
	for i := range columns {
		l.Columns = append(l.Columns, Column{Heading: fmt.Sprintf("KOLOM %d", i)})
	}
	w, err := NewWriter(&b, l)
	if err != nil {
		tb.Fatal(err)
	}
	row := make([]any, columns)
	for i := range rows {
		for c := range row {
			row[c] = fmt.Sprintf("NILAI %d", (i*7+c)%3000)
		}
		if err := w.WriteRow(row...); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkXLSX_Read14000Rows69Columns(b *testing.B) {
	file := exportXLSX(b, 14_000, 69)
	b.ReportAllocs()
	for b.Loop() {
		if n := count(b, file); n != 14_001 {
			b.Fatal(n)
		}
	}
}

func BenchmarkXLSX_Write14000Rows69Columns(b *testing.B) {
	for b.Loop() {
		exportXLSX(b, 14_000, 69)
	}
}

func BenchmarkCSV_ReadMillionRows(b *testing.B) {
	var f bytes.Buffer
	f.WriteString("NIP;NAMA;GOL;TMT;JABATAN;OPD;UNIT;STATUS\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&f, "1990010120150%05d;NAMA CONTOH %d;III/c;01-04-2023;GURU AHLI MUDA;Dinas Pendidikan;SDN Contoh %d;PNS\n", i%100000, i, i%500)
	}
	b.SetBytes(int64(f.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if n := count(b, f.Bytes()); n != 1_000_001 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.N)*1_000_000/b.Elapsed().Seconds(), "rows/s")
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc-uint64(f.Cap()))/(1<<20), "MiB-held")
}

func count(tb testing.TB, file []byte) int {
	tb.Helper()
	r, err := open(file, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	for n := 0; ; n++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			tb.Fatal(err)
		}
	}
}

package e2e

import (
	"bytes"
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/xuri/excelize/v2"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

const (
	spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	hostileText = `=HYPERLINK("http://x.example","buka")`
)

// exports make every table that leaves the program, with a text in it that a
// spreadsheet would take for a formula.
var exports = map[string]func(*testing.T) []byte{
	"exportCaseStatuses": func(t *testing.T) []byte {
		o := newOffice(t, harness.Start(t), "32.01")
		office := sendingOffice(t, o.s, o.g)
		referral(o.s, o.g, office, hostileText, o.subject)
		return o.s.As(authz.Bawaslu, o.g, speaksFor(office)).Get("/case-statuses/export").Expect(200).Body
	},
	"getImportRefused": func(t *testing.T) []byte {
		_, _, o, _ := registry(t)
		id, _ := o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, strings.ReplaceAll(hostileText, `"`, ""), "XX", "", "dinkes")), "refused")
		return o.Get("/imports/" + id + "/refused").Expect(200).Body
	},
	"getImportTemplate": func(t *testing.T) []byte {
		s, g, o, _ := registry(t)
		s.As(authz.AgencyOfficer, g).Post("/opd", map[string]any{"code": "jahat", "name": hostileText, "type": "dinas", "valid_from": "2020-01-01"}).Expect(201)
		return o.Get("/import-templates/xlsx").Expect(200).Body
	},
}

// Proves P5, T-54: no cell of any table that leaves the program is a formula or
// begins one, on any of its worksheets; an export that is not tried here fails.
func TestExports_NoCellIsAFormula(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if ok := op.Responses.Status(200); ok != nil && (ok.Value.Content.Get(spreadsheet) != nil || ok.Value.Content.Get("text/csv") != nil) {
				found[op.OperationID] = true
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(exports)); !slices.Equal(got, want) {
		t.Fatalf("the contract exports %q, tried are %q", got, want)
	}
	for name, export := range exports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tame := 0
			for _, cell := range textsOf(t, export(t)) {
				if strings.ContainsAny(firstLetter(cell), "=+-@＝＋－＠\t\r\n\x00") {
					t.Errorf("a cell begins a formula: %q", cell)
				}
				if strings.HasPrefix(cell, "'=HYPERLINK") {
					tame++
				}
			}
			if tame == 0 {
				t.Error("the hostile text is not in it: the proof is blind")
			}
		})
	}
}

func firstLetter(s string) string {
	s = strings.TrimLeft(s, " \u00a0")
	for _, r := range s {
		return string(r)
	}
	return ""
}

// textsOf are the texts of all cells of a workbook or a CSV; numbers are left
// out, formulas fail.
func textsOf(t *testing.T, b []byte) (out []string) {
	t.Helper()
	if !bytes.HasPrefix(b, []byte("PK")) {
		r := csv.NewReader(bytes.NewReader(b))
		r.Comma, r.FieldsPerRecord = ';', -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return slices.Concat(rows...)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := f.GetCellFormula(name, at); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %q (%v)", name, at, formula, err)
				}
				if kind, err := f.GetCellType(name, at); err == nil && kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

// Proves X23: the command examines the installation and every government, prints
// what to do in the language asked for, and ends with a status that a script
// notices when something severe was found.
func TestDoctorCommand(t *testing.T) {
	t.Parallel()
	d, database := testkit.Open(t)
	ctx := context.Background()
	_, err := government.NewService(d).Create(authz.With(ctx, authz.ForSystem(authz.Platform)), government.Government{Code: "36.03", Name: "Kabupaten Tangerang",
		Kind: "regency", Zone: "Asia/Jakarta", HeadTitle: "Bupati", AgencyName: "BKPSDM"})
	if err != nil {
		t.Fatal(err)
	}
	master := masterFlag{MasterKey: seal.Generate()}
	globals := &Globals{DatabaseURL: database.AppURL, OwnerURL: database.OwnerURL, Data: t.TempDir()}
	for _, c := range []doctorCmd{{masterFlag: master, Language: "id"}, {masterFlag: master, Language: "en", JSON: true, Government: "36.03"}} {
		if err := c.Run(ctx, globals); !errors.Is(err, errSevere) {
			t.Errorf("an empty government: %v", err)
		}
	}
	if err := (&doctorCmd{masterFlag: master, Language: "id", Government: "99.99"}).Run(ctx, globals); err == nil || errors.Is(err, errSevere) {
		t.Errorf("a government that is not there: %v", err)
	}
}

// Proves X23: what people read names the place, how bad it is, the risk and the
// remedy; a place without findings says so.
func TestDoctor_Printed(t *testing.T) {
	var out strings.Builder
	found := []doctor.Examined{{Report: doctor.Report{Findings: []doctor.Finding{{Code: "report.inspector_missing", Severity: doctor.Warning}}}},
		{Place: doctor.Place{Code: "36.03", Name: "Kabupaten Tangerang"}}}
	if err := writeFindings(&out, lang.English, found); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"installation: warning: There is no inspector [report.inspector_missing]", "nobody else to handle them", "-> Give the role of inspector", "36.03 Kabupaten Tangerang: nothing found"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

package asn

import (
	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// RuleFromAPI reads who is meant, for every resource that addresses people.
func RuleFromAPI(in api.PeopleRule) (Rule, error) {
	r := Rule{OPDTypes: wire.Strings[string](wire.Value(in.OpdTypes)), Offices: wire.Strings[string](wire.Value(in.Offices)),
		EmploymentTypes: wire.Strings[string](wire.Value(in.EmploymentTypes)), PositionTypes: wire.Strings[string](wire.Value(in.PositionTypes)),
		RankCodes: wire.Value(in.RankCodes), WithNonASN: wire.Value(in.WithNonAsn)}
	for to, from := range map[*[]id.ID]*[]string{&r.OPD: in.OpdIds, &r.Also: in.AlsoIds, &r.Except: in.ExceptIds} {
		ids, err := id.ParseAll(wire.Value(from))
		if err != nil {
			return r, err
		}
		if len(ids) > 0 {
			*to = ids
		}
	}
	return r, nil
}

// RuleToAPI shows who is meant.
func RuleToAPI(r Rule) api.PeopleRule {
	var out api.PeopleRule
	if len(r.OPDTypes) > 0 {
		v := wire.Strings[api.OpdType](r.OPDTypes)
		out.OpdTypes = &v
	}
	if len(r.Offices) > 0 {
		v := wire.Strings[api.OpdOffice](r.Offices)
		out.Offices = &v
	}
	if len(r.EmploymentTypes) > 0 {
		v := wire.Strings[api.EmploymentType](r.EmploymentTypes)
		out.EmploymentTypes = &v
	}
	if len(r.PositionTypes) > 0 {
		v := wire.Strings[api.PositionType](r.PositionTypes)
		out.PositionTypes = &v
	}
	if len(r.RankCodes) > 0 {
		out.RankCodes = &r.RankCodes
	}
	if r.WithNonASN {
		out.WithNonAsn = &r.WithNonASN
	}
	for from, to := range map[*[]id.ID]**[]string{&r.OPD: &out.OpdIds, &r.Also: &out.AlsoIds, &r.Except: &out.ExceptIds} {
		if len(*from) == 0 {
			continue
		}
		v := make([]string, 0, len(*from))
		for _, x := range *from {
			v = append(v, x.String())
		}
		*to = &v
	}
	return out
}

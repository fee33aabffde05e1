package importer

import "github.com/netral-asn/netral/internal/platform/lang"

// The codes of findings. They are stable; the texts may change at any time.
const (
	CodeNoHeadings             = "import.no_headings"
	CodeColumnUnknown          = "import.column_unknown"
	CodeColumnMissing          = "import.column_missing"
	CodeColumnTwice            = "import.column_twice"
	CodeMappingUnknownField    = "import.mapping_unknown_field"
	CodeMappingUnknownColumn   = "import.mapping_unknown_column"
	CodeRowWithoutPerson       = "import.row_without_person"
	CodeCellError              = "import.cell_error"
	CodeTextTooLong            = "import.text_too_long"
	CodeNIPMissing             = "import.nip_missing"
	CodeNIPScientific          = "import.nip_scientific"
	CodeNIPNumber              = "import.nip_number"
	CodeNIPLostDigits          = "import.nip_lost_digits"
	CodeNIPNotDigits           = "import.nip_not_digits"
	CodeNIPLength              = "import.nip_length"
	CodeNIPOld                 = "import.nip_old"
	CodeNIPParts               = "import.nip_parts"
	CodeNIPUnusual             = "import.nip_unusual"
	CodeNIPTwice               = "import.nip_twice"
	CodeNIPFormer              = "import.nip_former"
	CodeNameMissing            = "import.name_missing"
	CodeNameUnusual            = "import.name_unusual"
	CodeEmploymentUnknown      = "import.employment_unknown"
	CodeEmploymentOutsideScope = "import.employment_outside_scope"
	CodeEmploymentDiffers      = "import.employment_differs"
	CodeBirthDateDiffers       = "import.birth_date_differs"
	CodeAgeImplausible         = "import.age_implausible"
	CodeSexUnknown             = "import.sex_unknown"
	CodeSexDiffers             = "import.sex_differs"
	CodeAppointmentDiffers     = "import.appointment_differs"
	CodeDateUnreadable         = "import.date_unreadable"
	CodeDateTwoDigitYear       = "import.date_two_digit_year"
	CodeDateImplausible        = "import.date_implausible"
	CodeRankUnknown            = "import.rank_unknown"
	CodeRankIncomplete         = "import.rank_incomplete"
	CodeRankContradicts        = "import.rank_contradicts"
	CodeRankWrongScheme        = "import.rank_wrong_scheme"
	CodePositionTypeUnclear    = "import.position_type_unclear"
	CodeOPDMissing             = "import.opd_missing"
	CodeLegalStatusUnknown     = "import.legal_status_unknown"
	CodeSuperiorUnreadable     = "import.superior_unreadable"
	CodeSuperiorSelf           = "import.superior_self"
	CodeEmailInvalid           = "import.email_invalid"
	CodePhoneInvalid           = "import.phone_invalid"

	// Found against the registry.
	CodeNoRows            = "import.no_rows"
	CodeOPDUnknown        = "import.opd_unknown"
	CodeOPDAmbiguous      = "import.opd_ambiguous"
	CodeOPDOutsideScope   = "import.opd_outside_scope"
	CodeOPDEnded          = "import.opd_ended"
	CodeOPDCreated        = "import.opd_created"
	CodeUnitUnknown       = "import.unit_unknown"
	CodeRetirementReached = "import.retirement_reached"
	CodeStartsLater       = "import.starts_later"
	CodePersonTwice       = "import.person_twice"
	CodePersonAmbiguous   = "import.person_ambiguous"
	CodePersonReturns     = "import.person_returns"
	CodeSuperiorUnknown   = "import.superior_unknown"
	CodeSuperiorRing      = "import.superior_ring"
	CodeSinceNotLater     = "import.since_not_later"
	CodeRegistryChanged   = "import.registry_changed"
	CodeUnexpected        = "import.unexpected"
)

// remedy is behind the code of the text that says what to do.
const remedy = "_remedy"

// Explain gives the reason and the remedy of a finding, or of a file that
// package sheet refused. ok is false for a code without texts.
func Explain(l lang.Lang, code string) (why, what string, ok bool) {
	if !lang.Known(code) || !lang.Known(code+remedy) {
		return "", "", false
	}
	return lang.Text(l, code, nil), lang.Text(l, code+remedy, nil), true
}

// Package opt is about values that may be missing: columns that may be NULL and
// fields that a request left out.
package opt

// Value is what p points at, and the zero value when it is missing.
func Value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// Of is missing for a zero value.
func Of[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Set changes to what was given, and nothing when it is missing.
func Set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

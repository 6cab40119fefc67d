package hop

// An Absence is what it means that nothing of a name was found.
type Absence struct {
	Sure   bool   // it does not exist: all of the place where it would be was read
	Failed bool   // it may exist, and reading that place failed
	Why    string // what was read, or why it may exist all the same
}

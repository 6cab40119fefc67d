package hop

import "slices"

// A Judge says what is found at an endpoint, in short: the same of two where the same things are; "" for nothing.
type Judge func(*Endpoint) (found string)

// A Twin says that an endpoint fares as the same one of another server does, which differs from its own in names and
// places alone.
type Twin struct {
	Of *Endpoint // that of the other server
	// Itself is this endpoint with its requests, as it is judged by itself.
	Itself func() Endpoint
	// Move makes what is said of the other endpoint into what is to be said of this one; nil where both are the same one.
	Move func() Move
	// Judged is this endpoint as it was judged by itself, too; nil where it was not.
	Judged *Endpoint
}

// A Move carries what is said of one endpoint over to another. Each function is false for what it cannot carry over.
type Move struct {
	Name func(string) (string, bool) // of the endpoint, or of a path there
	Text func(string) (string, bool)
	Pos  func(Pos) (Pos, bool)
	Edit func(Edit) (Edit, bool)
}

// Notes carries notes over.
func (m *Move) Notes(list []Note) ([]Note, bool) {
	moved := make([]Note, len(list))
	for i, n := range list {
		text, ok := m.Text(n.Text)
		pos, there := m.Pos(n.Pos)
		if !ok || !there {
			return nil, false
		}
		moved[i] = Note{pos, text}
	}
	return moved, true
}

// Edits carries edits over.
func (m *Move) Edits(list []Edit) ([]Edit, bool) {
	moved := make([]Edit, len(list))
	for i, e := range list {
		there, ok := m.Edit(e)
		if !ok {
			return nil, false
		}
		moved[i] = there
	}
	return moved, true
}

// Conditions carries conditions over.
func (m *Move) Conditions(list []Condition) ([]Condition, bool) {
	moved := slices.Clone(list)
	for i, c := range list {
		text, ok1 := m.Text(c.Text)
		why, ok2 := m.Text(c.Why)
		pos, ok3 := m.Pos(c.Pos)
		if !ok1 || !ok2 || !ok3 {
			return nil, false
		}
		moved[i].Text, moved[i].Why, moved[i].Pos = text, why, pos
	}
	return moved, true
}

// Same reports whether two conditions are the same one, and say the same.
func (c Condition) Same(as Condition) bool {
	return c.Key == as.Key && c.Holds == as.Holds && c.Text == as.Text && c.Pos == as.Pos && c.Why == as.Why &&
		c.Guess == as.Guess && c.NoGate == as.NoGate && c.Beyond == as.Beyond
}

package lint

import "github.com/wslint/wslint/hop"

// A renamed source has a name of its own that clients do not use: a path that begins with it begins there, whatever
// name its URL has.
type renamed interface {
	// At is addr, which clients connect to by the URL of a path, as the source's own address where it listens on the port.
	At(addr string) string
}

// A balancer is a load balancer that files or an account describe. Nothing says which of its listeners are for
// WebSockets, if any.
type balancer interface {
	hop.Source
	renamed
	// FailsUnseen reports whether it spoils handshakes without anybody seeing where: it then looks like one that passes
	// WebSockets on.
	FailsUnseen() bool
	// Tuned reports whether somebody gave one of its idle timers another length than the usual one.
	Tuned() bool
	// Alike reports whether the handshakes of all browsers fare alike.
	Alike() bool
	// Lacking reports whether something of it was to be read and was not: what was read says so itself.
	Lacking() bool
	// Gap says what of it is needed and not known; "" when nothing is.
	Gap() string
}

// everywhere are all places at which a source takes requests and passes them on.
func everywhere(s hop.Source) []hop.Endpoint {
	if s, ok := s.(interface{ Everywhere() []hop.Endpoint }); ok {
		return s.Everywhere()
	}
	return nil
}

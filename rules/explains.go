package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// statuses are those that handshakes are answered with because of what a rule finds, as its page says. Where a proxy
// that was read answers, its own answer says more.
var statuses = map[*Rule][]int{
	UpgradeNotForwarded:      refusals,
	ConnectionNotUpgrade:     refusals,
	HeaderInheritanceLost:    slices.Concat(refusals, []int{403}),
	MapYieldsWrongValue:      refusals,
	HTTP10ToBackend:          {400, 426, 502, 505},
	HTTP2Upstream:            slices.Concat(refusals, []int{502}),
	HandshakeRequestMangled:  slices.Concat(refusals, []int{101}),
	DuplicateHandshakeHeader: {101, 400, 426},
	HostNotForwarded:         {403, 404},
	HostPortLost:             {403},
	ForwardedHostMismatch:    {403, 404},
	OriginRewritten:          {403},
	PathJoin:                 {200, 404},
	QueryStringDropped:       {400, 401, 403},
	CaptureClobbered:         {404, 500, 502},
	HardcodedUpgrade:         slices.Concat(refusals, []int{502}),

	HandlerCannotUpgrade:      {200, 403, 404, 405, 464, 500, 502, 503},
	WebSocketRouteShadowed:    slices.Concat(refusals, redirects, []int{401, 403, 502, 503}),
	TrailingSlashRedirect:     redirects,
	RedirectOnWebSocketPath:   redirects,
	IfDisablesTryFiles:        {404},
	AccessRuleBlocksHandshake: {401, 403, 405, 429, 500, 503},
	BrowserCannotAuthenticate: {400, 401},
	AuthSubrequestUpgrade:     {500},
	CleartextHTTP2Port:        {400, 502},
	ProxyProtocolMismatch:     {400, 502},
	ProxyLoop:                 {500, 502, 503, 504},

	ResolverMissing:            {502},
	WrongSchemeToUpstream:      {400, 502},
	HTTPSUpstreamWithoutSNI:    {421, 502},
	StaleUpstreamAddress:       {502, 504},
	NoSessionAffinity:          {400, 404},
	AffinityLostOnPeerFailure:  {400, 404},
	HandshakeAnsweredFromCache: slices.Concat(refusals, redirects, []int{401, 403}),
	ZeroTimeout:                {502, 503, 504},
	StaleConnectionReused:      {502, 503},

	HandshakeHeaderHidden:   {101},
	HandshakeReplyReplaced:  slices.Concat(refusals, redirects, []int{401, 403, 502, 503}),
	EarlyHintBeforeUpgrade:  {101, 103},
	HTTP2HandshakeMisrouted: slices.Concat(refusals, []int{403}),
	ResponseHeaderTooBig:    {502},

	HealthCheckOnWebSocketPath: {502, 503, 504},
	ConnectionLimit:            {429, 503},
	TunnelCapacity:             {500, 503},
	FewWorkerConnections:       {500},
	LocalPortsExhausted:        {500, 502, 503},
}

// Answers of servers that get what is no handshake for them (laws H1 and H2), and those that send clients elsewhere.
var (
	refusals  = []int{200, 400, 404, 405, 426, 500, 501}
	redirects = []int{301, 302, 303, 307, 308}
)

// Answers reports whether handshakes may be answered with the status because of what was found.
func (f *Finding) Answers(status int) bool {
	if p := f.Trace; p != nil && len(p.Hops) > 0 && (f.Rule.Seen == ProxyAnswers || f.Rule.Seen == ReplyLost) {
		if o := p.Handshake(); o.Kind == hop.AnsweredByProxy && o.Status != 0 {
			return o.Status == status
		}
	}
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	named := slices.Contains(strings.FieldsFunc(f.Message, notDigit), strconv.Itoa(status))
	return named && f.Rule.Seen != OnDeploy || slices.Contains(statuses[f.Rule], status)
}

// EndsAfter reports whether connections may end at an age because of what was found, by timers of the path that it was
// found on: the one that it is about, or any where it is about something else.
func (f *Finding) EndsAfter(age time.Duration, fits func(length time.Duration) bool) bool {
	if f.Trace == nil || len(f.Trace.Hops) == 0 {
		return strings.Contains(f.Message, "after "+hop.FormatDuration(age))
	}
	any := false
	for _, t := range timersOf(f.Trace) {
		length, known := t.Get()
		if !known {
			continue
		}
		if t.Pos == f.Pos {
			return fits(length)
		}
		any = any || fits(length)
	}
	return any
}

// timersOf are all that may end the connection of a path.
func timersOf(p *hop.Path) (list []hop.Setting[time.Duration]) {
	add := func(all []hop.Timer) {
		for _, t := range all {
			list = append(list, t.Setting)
		}
	}
	for i := range p.Hops {
		add(p.Hops[i].Idle)
		add(p.Hops[i].Life)
	}
	if p.Application != nil {
		add(p.Application.Idle)
		add(p.Application.Life)
	}
	if p.Kernel != nil && p.Kernel.Tracked.IsWritten() {
		list = append(list, p.Kernel.Tracked)
	}
	return list
}

// Voids reports whether what is written is not in force because of what was found: anything may come of that.
func (f *Finding) Voids() bool {
	switch f.Rule {
	case UnreadableConfig, ValueRefused, AnnotationNotString, AnnotationRefused, AnnotationIgnored, SnippetDisabled:
		return true
	}
	return false
}

package rules

// All lists the rules in the order of `wslint rules`: what cannot be read, what the handshake lacks, what answers it instead, what
// the next server makes of it, what becomes of the 101, what ends the open connection, what the kernel does to it, and remarks that
// ignore findings.
var All = []*Rule{
	UnreadableConfig,
	PathHopUnknown,

	UpgradeNotForwarded,
	ConnectionNotUpgrade,
	HeaderInheritanceLost,
	MapYieldsWrongValue,
	HTTP10ToBackend,
	HTTP2Upstream,
	HandshakeRequestMangled,
	DuplicateHandshakeHeader,
	HostNotForwarded,
	HostPortLost,
	OriginRewritten,
	PathJoin,
	QueryStringDropped,
	HardcodedUpgrade,

	HandlerCannotUpgrade,
	WebSocketRouteShadowed,
	TrailingSlashRedirect,
	RedirectOnWebSocketPath,
	IfDisablesTryFiles,
	AccessRuleBlocksHandshake,
	BrowserCannotAuthenticate,
	AuthSubrequestUpgrade,
	CleartextHTTP2Port,
	ProxyProtocolMismatch,

	ResolverMissing,
	WrongSchemeToUpstream,
	HTTPSUpstreamWithoutSNI,
	NoSessionAffinity,
	AffinityLostOnPeerFailure,
	HandshakeAnsweredFromCache,
	ZeroTimeout,
	StaleConnectionReused,

	HandshakeHeaderHidden,
	SSISwallows101,

	IdleTimeoutBelowPing,
	IdleTimeoutWithoutPing,
	KeepaliveMargin,
	PingDoesNotCount,
	PingThrottledInHiddenTab,
	LifetimeEndsBusyConnection,
	TimeoutForWrongModule,
	UnitSlip,
	WorkerShutdownCutsTunnels,
	DrainClosesAtOnce,
	HealthCheckOnWebSocketPath,
	ConnectionLimit,
	TunnelCapacity,

	KernelWindowScalingOff,
	TCPKeepaliveTooRare,
	ConntrackForgetsFirst,
	LocalPortsExhausted,
	UnusedIgnore,
	InvalidIgnore,
	ExpiredIgnore,
}
